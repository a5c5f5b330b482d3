//! A table: sorted by its headers, its first cell the row's header, its last a menu. Long ones are virtual. Where room
//! runs short, columns leave by rank; the row's menu has what they said. `columns.css` has the widths at which they do.

use super::{
    details::Details,
    icon::Icon,
    left::{Fact, Left},
    rows::{self, STACKED},
};
use leptos::{html, prelude::*};
use std::{cmp::Ordering, sync::Arc};

pub type Cell<T> = Arc<dyn Fn(&Arc<T>) -> AnyView + Send + Sync>;

/// How wide a column is, padding included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// So many pixels.
    Just(usize),
    /// An equal part of what the others leave, at least so many pixels.
    Rest(usize),
    /// So many hundredths of the table, at least so many pixels.
    Share(usize, usize),
}

impl Width {
    fn style(self) -> String {
        match self {
            Self::Just(pixels) => format!("{pixels}px"),
            Self::Rest(_) => String::new(),
            Self::Share(hundredths, _) => format!("{hundredths}%"),
        }
    }
}

pub struct Column<T> {
    pub label: &'static str,
    /// `second` and `third` are what a narrow table shows below the first; `number` is aligned to the right.
    pub class: &'static str,
    width: Width,
    /// Which columns leave where room runs short: the highest rank first, 0 never.
    rank: usize,
    pub sort: Option<fn(&T, &T) -> Ordering>,
    pub cell: Cell<T>,
}

impl<T: 'static> Column<T> {
    pub fn new(label: &'static str, cell: impl Fn(&Arc<T>) -> AnyView + Send + Sync + 'static) -> Self {
        Self { label, class: "", width: Width::Rest(160), rank: 0, sort: None, cell: Arc::new(cell) }
    }

    pub fn class(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }

    pub fn width(mut self, width: Width) -> Self {
        self.width = width;
        self
    }

    pub fn leaves(mut self, rank: usize) -> Self {
        self.rank = rank;
        self
    }

    pub fn sorted(mut self, sort: fn(&T, &T) -> Ordering) -> Self {
        self.sort = Some(sort);
        self
    }
}

/// Pixels of the column with the menus; `table.css` has the same.
const ACTIONS: usize = 48;
/// `columns.css` knows widths in steps of so many pixels.
const STEP: usize = 40;

/// The width from which on a table has room for these columns.
fn needed(shown: &[Width]) -> usize {
    let (mut just, mut rest, mut count, mut shares, mut least) = (ACTIONS, 0, 0, 0, 0);
    for width in shown {
        match *width {
            Width::Just(pixels) => just += pixels,
            Width::Rest(pixels) => {
                count += 1;
                rest = rest.max(pixels);
            }
            Width::Share(hundredths, pixels) => {
                shares += hundredths;
                least = least.max(pixels * 100 / hundredths.max(1));
            }
        }
    }
    let beside = (just + count * rest) * 100 / 100_usize.saturating_sub(shares).max(1);
    beside.max(least).next_multiple_of(STEP).max(STACKED)
}

/// For each column the width from which on it is there; `None` where it always is.
fn thresholds<T>(columns: &[Column<T>]) -> Vec<Option<usize>> {
    let from = |rank| {
        let shown: Vec<Width> =
            columns.iter().filter(|column| column.rank <= rank).map(|column| column.width).collect();
        needed(&shown)
    };
    columns.iter().map(|column| (column.rank > 0).then(|| from(column.rank))).collect()
}

/// The column that orders the rows, and whether from its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort {
    pub column: usize,
    pub down: bool,
}

/// The words that are looked for, and where a row has its own, both in lower case.
pub type Filter<T> = (Signal<Vec<String>>, fn(&T) -> &str);

/// Whether a row's text has all the words.
pub fn has_all(text: &str, words: &[String]) -> bool {
    words.iter().all(|word| text.contains(word.as_str()))
}

#[component]
pub fn Table<T: Send + Sync + 'static>(
    #[prop(into)] label: String,
    columns: Vec<Column<T>>,
    #[prop(into)] rows: Signal<Vec<Arc<T>>>,
    key: fn(&T) -> String,
    /// Only rows that have all these words; where a row has its words.
    #[prop(optional)]
    filter: Option<Filter<T>>,
    /// Without it, rows keep the order they come in.
    #[prop(optional)]
    sort: Option<RwSignal<Sort>>,
    /// The menu of a row.
    #[prop(optional)]
    actions: Option<Cell<T>>,
    /// Whether a row leads to a page that says all of it, so that it needs no menu for what has left.
    #[prop(optional)]
    opens: bool,
    /// The row that has just changed, by its key.
    #[prop(optional, into)]
    changed: Signal<Option<String>>,
) -> impl IntoView {
    let columns = Arc::new(columns);
    let orders: Vec<_> = columns.iter().map(|column| column.sort).collect();
    let sorted = Memo::new_with_compare(
        move |_| {
            let rows = rows.get();
            let Some(sort) = sort.map(|sort| sort.get()) else { return rows };
            let Some(order) = orders.get(sort.column).copied().flatten() else { return rows };
            let compare = |a: usize, b: usize| match (rows.get(a), rows.get(b)) {
                (Some(a), Some(b)) => order(a, b),
                _ => Ordering::Equal,
            };
            ordered(rows.len(), sort.down, &compare).into_iter().filter_map(|at| rows.get(at).cloned()).collect()
        },
        |_, _| true,
    );
    // After sorting, so that a letter typed into the filter does not sort all rows anew.
    let kept = Memo::new_with_compare(
        move |_| {
            let Some((words, text)) = filter else { return sorted.get() };
            let words = words.read();
            sorted.read().iter().filter(|row| has_all(text(row), &words)).cloned().collect()
        },
        |_, _| true,
    );
    let total = Memo::new(move |_| kept.read().len());
    let body = NodeRef::<html::Tbody>::new();
    let window = rows::window(body, total.into());
    let shown = move || {
        // First what the window is made of, or a change that leaves their number alone is missed.
        kept.track();
        let window = window.get();
        let rows = kept.read();
        rows.iter().skip(window.first).take(window.end.saturating_sub(window.first)).cloned().collect::<Vec<_>>()
    };
    let from: Arc<[Option<usize>]> = thresholds(&columns).into();
    // Below this width something has left.
    let all = from.iter().flatten().max().copied().unwrap_or(STACKED);
    let heads: Vec<_> = columns
        .iter()
        .zip(from.iter())
        .enumerate()
        .map(|(at, (column, from))| head(at, column, &class(column.class, *from), sort))
        .collect();
    let last = match (actions, opens) {
        (Some(actions), _) => Last::Menu(actions),
        (None, false) => Last::Details,
        (None, true) => Last::None,
    };
    let last_head = last.class(all).map(|class| {
        view! { <th class=class scope="col"><span class="unseen">"Actions"</span></th> }
    });
    let children = move |at: ReadSignal<usize>, item: Arc<T>| {
        let index = move || window.get().first + at.get() + 2;
        row(&columns, &from, &item, &last, key, changed, Signal::derive(index))
    };
    view! {
        <div class="tabled">
            <table class="table fixed" aria-label=label aria-rowcount=move || total.get() + 1>
                <thead>
                    <tr aria-rowindex="1">{heads} {last_head}</tr>
                </thead>
                <tbody node_ref=body>
                    {filler(Signal::derive(move || window.get().above()))}
                    <ForEnumerate each=shown key=move |item| (key(item), Arc::as_ptr(item) as usize) children=children />
                    {filler(Signal::derive(move || window.get().below()))}
                </tbody>
            </table>
        </div>
    }
}

/// What a row ends with.
enum Last<T> {
    Menu(Cell<T>),
    /// A button that shows what has left, only where something has.
    Details,
    None,
}

impl<T> Clone for Last<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Menu(actions) => Self::Menu(actions.clone()),
            Self::Details => Self::Details,
            Self::None => Self::None,
        }
    }
}

impl<T> Last<T> {
    fn class(&self, all: usize) -> Option<String> {
        match self {
            Self::Menu(_) => Some("actions".to_owned()),
            Self::Details => Some(format!("actions until-{all}")),
            Self::None => None,
        }
    }
}

/// The classes of a column's cells: its own, and the one that takes it away where the table is too narrow.
fn class(own: &str, from: Option<usize>) -> String {
    match from {
        Some(from) => format!("{own} from-{from}"),
        None => own.to_owned(),
    }
}

/// The places of so many rows in order. One function for all tables: sorting is a lot of program.
fn ordered(count: usize, down: bool, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|a, b| if down { compare(*b, *a) } else { compare(*a, *b) });
    places
}

fn head<T>(at: usize, column: &Column<T>, class: &str, sort: Option<RwSignal<Sort>>) -> AnyView {
    let Column { label, width, sort: order, .. } = column;
    let (label, class, width) = (*label, class.to_owned(), width.style());
    let Some(sort) = sort.filter(|_| order.is_some()) else {
        return view! { <th class=class scope="col" style:width=width>{label}</th> }.into_any();
    };
    let mine = move || sort.get().column == at;
    let turn = move |_| {
        sort.update(|sort| *sort = Sort { column: at, down: sort.column == at && !sort.down });
    };
    let direction = move || match sort.get() {
        Sort { column, down: false } if column == at => Some("ascending"),
        Sort { column, down: true } if column == at => Some("descending"),
        Sort { .. } => None,
    };
    view! {
        <th class=class scope="col" style:width=width aria-sort=direction>
            <button class="sort" type="button" on:click=turn>
                {label} <span class="mark" class:off=move || !mine()>
                    {move || if sort.get().down { Icon::Down.view() } else { Icon::Up.view() }}
                </span>
            </button>
        </th>
    }
    .into_any()
}

fn row<T: Send + Sync + 'static>(
    columns: &Arc<Vec<Column<T>>>,
    from: &Arc<[Option<usize>]>,
    item: &Arc<T>,
    last: &Last<T>,
    key: fn(&T) -> String,
    changed: Signal<Option<String>>,
    index: Signal<usize>,
) -> AnyView {
    let own = key(item);
    let cells: Vec<_> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let class = class(column.class, from.get(at).copied().flatten());
            let inside = (column.cell)(item);
            if at == 0 {
                view! { <th class=class scope="row">{inside}</th> }.into_any()
            } else {
                view! { <td class=class>{inside}</td> }.into_any()
            }
        })
        .collect();
    let all = from.iter().flatten().max().copied().unwrap_or(STACKED);
    let left = {
        let (columns, from, item) = (columns.clone(), from.clone(), item.clone());
        Left::new(all, move || facts(&columns, &from, &item))
    };
    let ending = last.class(all).map(|class| {
        let inside = match last {
            Last::Menu(actions) => {
                provide_context(left);
                actions(item)
            }
            Last::Details | Last::None => view! { <Details left=left /> }.into_any(),
        };
        view! { <td class=class>{inside}</td> }
    });
    view! {
        <tr
            aria-rowindex=index
            data-row=own.clone()
            class:changed=move || changed.read().as_ref() == Some(&own)
        >
            {cells}
            {ending}
        </tr>
    }
    .into_any()
}

/// What a row says in columns that are away in a narrow table, or that it cuts.
fn facts<T>(columns: &[Column<T>], from: &[Option<usize>], item: &Arc<T>) -> Vec<Fact> {
    columns
        .iter()
        .zip(from)
        .map(|(column, from)| Fact {
            label: column.label,
            until: from.filter(|_| !matches!(column.class, "second" | "third")).unwrap_or(STACKED),
            value: (column.cell)(item),
        })
        .collect()
}

/// The room that rows out of sight would take.
fn filler(pixels: Signal<usize>) -> impl IntoView {
    move || {
        (pixels.get() > 0).then(|| {
            view! {
                <tr class="filler" aria-hidden="true">
                    <td style:height=move || format!("{}px", pixels.get())></td>
                </tr>
            }
        })
    }
}
