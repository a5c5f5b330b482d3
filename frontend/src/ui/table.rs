//! A table: sorted by its headers, its first cell the row's header, its last a menu. Long ones are virtual. Where room
//! runs short, columns leave by rank; the row's menu has what they said. `columns.css` has the widths at which they do.

use super::{
    details::Details,
    icon::Icon,
    left::{Fact, Left},
    rows::{self, STACKED, Window},
    width::{Width, thresholds},
};
use leptos::{html, prelude::*};
use std::{cmp::Ordering, sync::Arc};

pub type Cell<T> = Arc<dyn Fn(&Arc<T>) -> AnyView + Send + Sync>;

pub struct Column<T> {
    pub label: &'static str,
    /// `second` and `third` are what a narrow table shows below the first; `number` is aligned to the right.
    pub class: &'static str,
    width: Width,
    /// Which columns leave where room runs short: the highest rank first, 0 never.
    rank: usize,
    pub sort: Option<fn(&T, &T) -> Ordering>,
    /// What the server calls the field that this order is by, where it knows it.
    field: Option<&'static str>,
    pub cell: Cell<T>,
}

impl<T: 'static> Column<T> {
    pub fn new(label: &'static str, cell: impl Fn(&Arc<T>) -> AnyView + Send + Sync + 'static) -> Self {
        Self { label, class: "", width: Width::Rest(160), rank: 0, sort: None, field: None, cell: Arc::new(cell) }
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

    /// The field by which the server has the same order.
    pub fn by(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }
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

/// A list of which the server has more rows than the table.
#[derive(Clone, Copy)]
pub struct More {
    /// Whether it has: then the order is the server's, and only fields that it knows can be ordered by.
    pub is_there: Signal<bool>,
    /// Called with the field of the order that someone chose; `None` where the server does not know it.
    pub on_order: Callback<Option<(&'static str, bool)>>,
    /// Called where the rows come to their end.
    pub on_end: Callback<()>,
    /// Whether more are on their way.
    pub is_busy: Signal<bool>,
}

/// How many rows before its end a list asks for more.
const NEAR: usize = 30;

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
    /// Where the rows are a part of what the server has.
    #[prop(optional)]
    more: Option<More>,
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
    let is_part = move || more.is_some_and(|more| more.is_there.get());
    if let Some(more) = more {
        let fields: Vec<_> = columns.iter().map(|column| column.field).collect();
        Effect::new(move |_| {
            if let Some(Sort { column, down }) = sort.map(|sort| sort.get()) {
                more.on_order.run(fields.get(column).copied().flatten().map(|field| (field, down)));
            }
        });
        Effect::new(move |_| {
            let Window { end, total, .. } = window.get();
            if more.is_there.get() && end + NEAR >= total {
                more.on_end.run(());
            }
        });
    }
    let widths: Vec<_> = columns.iter().map(|column| (column.width, column.rank)).collect();
    let from: Arc<[Option<usize>]> = thresholds(&widths).into();
    // Below this width something has left.
    let all = from.iter().flatten().max().copied().unwrap_or(STACKED);
    let heads: Vec<_> = columns
        .iter()
        .zip(from.iter())
        .enumerate()
        .map(|(at, (column, from))| {
            let sorts = sort.filter(|_| column.sort.is_some());
            let unknown = column.field.is_none();
            head(at, column, &class(column.class, *from), sorts, Signal::derive(move || unknown && is_part()))
        })
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
    // Of a part, nobody knows how many rows there are: -1, as WAI-ARIA has it.
    let rowcount = move || if is_part() { "-1".to_owned() } else { (total.get() + 1).to_string() };
    view! {
        <div class="tabled">
            <table class="table fixed" aria-label=label aria-rowcount=rowcount>
                <thead>
                    <tr aria-rowindex="1">{heads} {last_head}</tr>
                </thead>
                <tbody node_ref=body>
                    {filler(Signal::derive(move || window.get().above()))}
                    <ForEnumerate each=shown key=move |item| (key(item), Arc::as_ptr(item) as usize) children=children />
                    {filler(Signal::derive(move || window.get().below()))}
                </tbody>
            </table>
            {move || {
                let coming = more.is_some_and(|more| more.is_there.get() && more.is_busy.get());
                coming.then(|| view! { <p class="coming">"Loading more…"</p> })
            }}
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

/// A column's head. While it is `fixed`, its order cannot be had.
fn head<T>(at: usize, column: &Column<T>, class: &str, sort: Option<RwSignal<Sort>>, fixed: Signal<bool>) -> AnyView {
    let Column { label, width, .. } = column;
    let (label, class, width) = (*label, class.to_owned(), width.style());
    let Some(sort) = sort else {
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
            {move || {
                if fixed.get() {
                    return label.into_any();
                }
                view! {
                    <button class="sort" type="button" on:click=turn>
                        {label} <span class="mark" class:off=move || !mine()>
                            {move || if sort.get().down { Icon::Down.view() } else { Icon::Up.view() }}
                        </span>
                    </button>
                }
                    .into_any()
            }}
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
