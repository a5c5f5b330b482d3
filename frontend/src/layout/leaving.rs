//! Asked where a link leads away from changes that nobody saved.

use crate::{
    browser,
    state::{go, unsaved},
    ui::confirm::Confirm,
};
use leptos::prelude::*;

#[component]
pub fn Leaving() -> impl IntoView {
    let leaving = RwSignal::from(unsaved::leaving());
    move || {
        leaving.get().map(|href| {
            let leave = Callback::new(move |()| {
                unsaved::forget();
                leaving.set(None);
                if href.starts_with('/') { go::to(&href) } else { browser::load(&href) }
            });
            view! {
                <Confirm
                    title="Leave without saving?"
                    verb="Leave"
                    on_confirm=leave
                    on_close=move |()| leaving.set(None)
                >
                    <p class="lead">"What you changed on this page is lost."</p>
                </Confirm>
            }
        })
    }
}
