//! A page whose part of the program comes when it is first visited: its shape meanwhile, and why it did not come.

use super::trouble::LoadTrouble;
use crate::{
    api::Failure,
    state::{query::Load, version},
    ui::skeleton::RowsSkeleton,
};
use leptos::{prelude::*, task::spawn_local, wasm_split::SplitLoaderError};
use std::{
    pin::Pin,
    task::{Context, Poll, Waker},
};

/// Builds the page, once its part is here.
pub type Show = fn() -> AnyView;
/// A part under way.
pub type Coming = Pin<Box<dyn Future<Output = Result<Show, SplitLoaderError>>>>;

/// `fetch` asks for the part; one that is here already is there at once. `shape` stands there meanwhile.
pub fn later(fetch: fn() -> Coming, shape: fn() -> AnyView) -> AnyView {
    let mut coming = fetch();
    let mut unheard = Context::from_waker(Waker::noop());
    if let Poll::Ready(Ok(show)) = coming.as_mut().poll(&mut unheard) {
        return show();
    }
    let load = RwSignal::new(Load::Waiting);
    wait(coming, load);
    let retry = move |()| {
        load.set(Load::Waiting);
        wait(fetch(), load);
    };
    let shown = move || match load.get() {
        Load::Waiting => shape(),
        Load::Ready(show) => show(),
        Load::Failed(failure) => view! { <LoadTrouble failure=failure what="This page" on_retry=retry /> }.into_any(),
    };
    shown.into_any()
}

/// The shape of a page.
pub fn page() -> AnyView {
    view! { <RowsSkeleton /> }.into_any()
}

/// What opens over a page has no shape of its own.
pub fn layer() -> AnyView {
    ().into_any()
}

fn wait(coming: Coming, load: RwSignal<Load<Show>>) {
    spawn_local(async move {
        let came = if let Ok(show) = coming.await {
            Load::Ready(show)
        } else {
            // Another version may have taken the place of the one that runs here.
            version::look().await;
            Load::Failed(Failure::unloaded())
        };
        load.try_set(came);
    });
}
