//! A page whose part of the program comes when it is first visited: its shape meanwhile, and why it did not come.

use super::error_notice::LoadErrorNotice;
use crate::{
    api::Failure,
    state::{go, network, opened, prompt::Prompt, query::Load, version::Version},
    ui::{
        dialog::Frame,
        skeleton::{FormSkeleton, RowsSkeleton},
    },
};
use leptos::{prelude::*, task::spawn_local, wasm_split::SplitLoaderError};
use std::{
    pin::Pin,
    task::{Context, Poll, Waker},
};

/// Builds the page, once its part is here.
pub type Show = fn() -> AnyView;
/// Why it did not come, with another try.
pub type Failed = Option<(Failure, Callback<()>)>;
/// What stands in its place: while it comes, or because it did not.
pub type Shape = fn(Failed) -> AnyView;
/// A part under way.
pub type Coming = Pin<Box<dyn Future<Output = Result<Show, SplitLoaderError>>>>;

/// `fetch` asks for the part; one that is here already is there at once. `shape` stands there meanwhile.
pub fn later(fetch: fn() -> Coming, shape: Shape) -> AnyView {
    let mut coming = fetch();
    let mut unheard = Context::from_waker(Waker::noop());
    if let Poll::Ready(Ok(show)) = coming.as_mut().poll(&mut unheard) {
        return show();
    }
    let load = RwSignal::new(Load::Waiting);
    let version = Version::around();
    wait(coming, load, version);
    let retry = move |()| {
        load.set(Load::Waiting);
        wait(fetch(), load, version);
    };
    network::on_recovery(move || {
        if matches!(*load.read_untracked(), Load::Failed(_)) {
            retry(());
        }
    });
    let shown = move || match load.get() {
        Load::Waiting => shape(None),
        Load::Ready(show) => show(),
        Load::Failed(failure) => shape(Some((failure, Callback::new(retry)))),
    };
    shown.into_any()
}

fn trouble(failed: Failed) -> Option<AnyView> {
    let (failure, retry) = failed?;
    Some(view! { <LoadErrorNotice failure=failure what="This page" on_retry=retry /> }.into_any())
}

/// The shape of a page.
pub fn page(failed: Failed) -> AnyView {
    trouble(failed).unwrap_or_else(|| view! { <RowsSkeleton /> }.into_any())
}

/// The frame of what opens over a page.
pub fn layer(failed: Failed) -> AnyView {
    let words = opened::words();
    let title = if words.is_empty() { "Loading".to_owned() } else { words };
    frame(title, failed, |()| go::within(&opened::page()))
}

/// The frame of the question who someone is.
pub fn question(failed: Failed) -> AnyView {
    let prompt = Prompt::around();
    frame("Confirm that it's you".to_owned(), failed, move |()| prompt.answer(false))
}

/// What is only a few letters long has none.
pub fn nothing(failed: Failed) -> AnyView {
    trouble(failed).unwrap_or_else(|| ().into_any())
}

fn frame(title: String, failed: Failed, on_close: impl Fn(()) + Send + Sync + 'static) -> AnyView {
    let inside = move || trouble(failed.clone()).unwrap_or_else(|| view! { <FormSkeleton fields=2 /> }.into_any());
    view! { <Frame title=title on_close=on_close children=ToChildren::to_children(inside) /> }.into_any()
}

fn wait(coming: Coming, load: RwSignal<Load<Show>>, version: Version) {
    spawn_local(async move {
        let came = if let Ok(show) = coming.await {
            Load::Ready(show)
        } else {
            // Another version may have taken the place of the one that runs here.
            version.look().await;
            Load::Failed(Failure::unloaded())
        };
        load.try_set(came);
    });
}
