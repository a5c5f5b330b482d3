//! A table: sorted by its headers, its first cell the row's header, its last a menu. Long ones are virtual.

use super::{icon::Icon, rows};
use leptos::{html, prelude::*};
use std::{cmp::Ordering, sync::Arc};

pub type Cell<T> = Arc<dyn Fn(&Arc<T>) -> AnyView + Send + Sync>;

pub struct Column<T> {
    pub label: &'static str,
    /// `second` and `third` are what a phone shows below the first; `number` stands at the right.
    pub class: &'static str,
    /// Its share of the width; empty for what is left.
    pub width: &'static str,
    pub sort: Option<fn(&T, &T) -> Ordering>,
    pub cell: Cell<T>,
}

impl<T: 'static> Column<T> {
    pub fn new(label: &'static str, cell: impl Fn(&Arc<T>) -> AnyView + Send + Sync + 'static) -> Self {
        Self { label, class: "", width: "", sort: None, cell: Arc::new(cell) }
    }

    pub fn class(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }

    pub fn width(mut self, width: &'static str) -> Self {
        self.width = width;
        self
    }

    pub fn sorted(mut self, sort: fn(&T, &T) -> Ordering) -> Self {
        self.sort = Some(sort);
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
        let window = window.get();
        let rows = kept.read();
        rows.iter().skip(window.first).take(window.end.saturating_sub(window.first)).cloned().collect::<Vec<_>>()
    };
    let heads: Vec<_> = columns.iter().enumerate().map(|(at, column)| head(at, column, sort)).collect();
    let width = columns.len() + usize::from(actions.is_some());
    let has_actions = actions.is_some();
    let children = move |at: ReadSignal<usize>, item: Arc<T>| {
        let index = move || window.get().first + at.get() + 2;
        row(&columns, &item, actions.as_ref(), key, changed, Signal::derive(index))
    };
    view! {
        <table class="table fixed" aria-label=label aria-rowcount=move || total.get() + 1>
            <thead>
                <tr aria-rowindex="1">
                    {heads} {has_actions.then(|| view! { <th class="actions" scope="col"><span class="unseen">"Actions"</span></th> })}
                </tr>
            </thead>
            <tbody node_ref=body>
                {filler(width, Signal::derive(move || window.get().above()))}
                <ForEnumerate each=shown key=move |item| (key(item), Arc::as_ptr(item) as usize) children=children />
                {filler(width, Signal::derive(move || window.get().below()))}
            </tbody>
        </table>
    }
}

/// The places of so many rows in order. One function for all tables: sorting is a lot of program.
fn ordered(count: usize, down: bool, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|a, b| if down { compare(*b, *a) } else { compare(*a, *b) });
    places
}

fn head<T>(at: usize, column: &Column<T>, sort: Option<RwSignal<Sort>>) -> AnyView {
    let Column { label, class, width, sort: order, .. } = column;
    let (label, class, width) = (*label, *class, *width);
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
    columns: &[Column<T>],
    item: &Arc<T>,
    actions: Option<&Cell<T>>,
    key: fn(&T) -> String,
    changed: Signal<Option<String>>,
    index: Signal<usize>,
) -> AnyView {
    let own = key(item);
    let cells: Vec<_> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let (class, inside) = (column.class, (column.cell)(item));
            if at == 0 {
                view! { <th class=class scope="row">{inside}</th> }.into_any()
            } else {
                view! { <td class=class>{inside}</td> }.into_any()
            }
        })
        .collect();
    view! {
        <tr
            aria-rowindex=index
            data-row=own.clone()
            class:changed=move || changed.read().as_ref() == Some(&own)
        >
            {cells}
            {actions.map(|actions| view! { <td class="actions">{actions(item)}</td> })}
        </tr>
    }
    .into_any()
}

/// The room that rows out of sight would take.
fn filler(width: usize, pixels: Signal<usize>) -> impl IntoView {
    move || {
        (pixels.get() > 0).then(|| {
            view! {
                <tr class="filler" aria-hidden="true">
                    <td colspan=width style:height=move || format!("{}px", pixels.get())></td>
                </tr>
            }
        })
    }
}
