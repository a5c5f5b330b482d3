//! The frame of a signed-in person: top bar, side bar, one column of content.

use super::{entry::Added, nav::Nav, palette::Palette, top_bar::TopBar};
use crate::ui::{dialog, icon::Icon};
use leptos::{html, prelude::*};
use leptos_router::components::Outlet;

#[component]
pub fn Shell() -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <TopBar on_menu=move |()| open.set(true) />
        {(Added::around().banners)()}
        <div class="frame">
            <aside class="side">
                <Nav />
            </aside>
            <main class="content" id="main" tabindex="-1">
                <Outlet />
            </main>
        </div>
        {move || open.get().then(|| view! { <Drawer on_close=move |()| open.set(false) /> })}
        <Palette />
    }
}

/// The side bar on a phone.
#[component]
fn Drawer(#[prop(into)] on_close: Callback<()>) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    dialog::show(node);
    let close = move || {
        if let Some(dialog) = node.get_untracked() {
            dialog.close();
        }
    };
    view! {
        <dialog class="drawer" node_ref=node aria-label="Navigation" on:close=move |_| dialog::closed(on_close) on:click=move |_| close()>
            <button class="button quiet only-icon" type="button" aria-label="Close">
                {Icon::X.view()}
            </button>
            <div class="side">
                <Nav />
            </div>
        </dialog>
    }
}
