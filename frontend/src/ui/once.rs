//! A value that is shown this once.

use super::{
    copy::CopyButton,
    notice::{Notice, Tone},
};
use leptos::prelude::*;

#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
pub fn Once(
    #[prop(into)] value: String,
    #[prop(into)] label: String,
    /// That it will not be shown again, and what to do instead.
    #[prop(into)]
    warning: String,
) -> impl IntoView {
    view! {
        <div class="once">
            <Notice tone=Tone::Warn>{warning}</Notice>
            <div class="value" role="group" aria-label=label.clone()>
                <code>{value.clone()}</code>
                <CopyButton text=value label=format!("Copy {label}") />
            </div>
        </div>
    }
}
