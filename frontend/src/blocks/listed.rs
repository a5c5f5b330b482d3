//! A list on its page: its shape while it comes, its rows, what stands in place of them where there are none, and why
//! it could not be read.

use super::{error_notice::ErrorNotice, loaded::loaded};
use crate::{
    state::{long_list::LongList, resource_list::ResourceList},
    ui::{skeleton::RowsSkeleton, table::More},
};
use leptos::prelude::*;

#[component]
pub fn Listed<T: Send + Sync + 'static>(
    list: ResourceList<T>,
    /// The thing, as in "The members could not be loaded".
    what: &'static str,
    /// How many rows its shape has.
    #[prop(default = 5)]
    rows: usize,
    /// In place of the rows where there are none.
    #[prop(optional, into)]
    empty: Option<ViewFn>,
    children: ChildrenFn,
) -> impl IntoView {
    let is_empty = Memo::new(move |_| list.is_empty());
    let content = move || match &empty {
        Some(empty) if is_empty.get() => empty.run(),
        _ => children(),
    };
    view! {
        {loaded(
            list.load,
            what,
            move || list.ask_again(),
            move || view! { <RowsSkeleton rows=rows /> }.into_any(),
            move || content.clone().into_any(),
        )} <ErrorNotice failure=list.trouble />
    }
}

/// What a table does with a list that may be longer than what is here.
pub fn more_of<T: Send + Sync + 'static>(list: LongList<T>) -> More {
    More {
        is_there: Signal::derive(move || !list.is_whole()),
        on_order: Callback::new(move |order| list.order(order)),
        on_end: Callback::new(move |()| list.more()),
        is_busy: list.list.busy.into(),
    }
}
