//! Asked where a link, Back or Forward leads away from changes that nobody saved.

use crate::{
    browser,
    state::{
        go,
        unsaved::{self, Way},
    },
    ui::confirm::Confirm,
};
use leptos::prelude::*;

#[component]
pub fn Leaving() -> impl IntoView {
    let leaving = RwSignal::from(unsaved::leaving());
    move || {
        leaving.get().map(|way| {
            let leave = Callback::new(move |()| {
                unsaved::forget();
                leaving.set(None);
                match &way {
                    Way::To(href) => go::to(href),
                    Way::Back => browser::back(),
                }
            });
            view! {
                <Confirm
                    title="Leave without saving?"
                    verb="Leave"
                    on_confirm=leave
                    on_close=move |()| leaving.set(None)
                >
                    <p class="lead">{unsaved::lost()}</p>
                </Confirm>
            }
        })
    }
}
