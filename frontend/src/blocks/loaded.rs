//! What a page reads, in its three states: its shape while it comes, itself, or why not. What is there
//! stays while it is asked for again.

use super::error_notice::LoadErrorNotice;
use crate::{api::Failure, state::query::Load};
use leptos::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Phase {
    Waiting,
    Ready,
    Failed(Failure),
}

/// `ready` is built when the thing arrives, and again only after it was gone.
pub fn loaded<T: Send + Sync + 'static>(
    load: RwSignal<Load<T>>,
    what: &'static str,
    retry: impl Fn() + Send + Sync + Copy + 'static,
    skeleton: impl Fn() -> AnyView + Send + 'static,
    ready: impl Fn() -> AnyView + Send + 'static,
) -> impl IntoView {
    let phase = Memo::new(move |_| match &*load.read() {
        Load::Waiting => Phase::Waiting,
        Load::Ready(_) => Phase::Ready,
        Load::Failed(failure) => Phase::Failed(failure.clone()),
    });
    move || match phase.get() {
        Phase::Waiting => skeleton(),
        Phase::Ready => ready(),
        Phase::Failed(failure) => {
            view! { <LoadErrorNotice failure=failure what=what on_retry=move |()| retry() /> }.into_any()
        }
    }
}
