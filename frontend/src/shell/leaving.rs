//! Asked where a link, Back or Forward leads away from changes that nobody saved.

use crate::{
    browser,
    state::{
        go,
        unsaved::{self, Way},
    },
    ui::{confirm::Confirm, dialog},
};
use leptos::prelude::*;

#[component]
pub fn Leaving() -> impl IntoView {
    let leaving = RwSignal::from(unsaved::leaving());
    move || {
        leaving.get().map(|way| {
            let (title, verb, back) = match (&way, unsaved::lost()) {
                (Way::Close, unsaved::TYPED) => ("Discard what you typed?", "Discard", "Keep editing"),
                (Way::Close, _) => ("Close without copying?", "Close", "Go back"),
                _ => ("Leave without saving?", "Leave", "Cancel"),
            };
            let leave = Callback::new(move |()| {
                unsaved::forget();
                leaving.set(None);
                match &way {
                    Way::To(href) => go::to(href),
                    Way::Back => browser::back(),
                    Way::Close => dialog::discard(),
                }
            });
            view! {
                <Confirm
                    title=title
                    verb=verb
                    back=back
                    on_confirm=leave
                    on_close=move |()| leaving.set(None)
                >
                    <p class="lead">{unsaved::lost()}</p>
                </Confirm>
            }
        })
    }
}
