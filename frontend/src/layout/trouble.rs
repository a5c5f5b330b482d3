//! A failure of the API in words, with what a person can do and the id to quote.

use crate::{
    api::Failure,
    browser,
    ui::{
        empty::NotLoaded,
        notice::{Notice, Tone},
    },
};
use guildhall_shared::Code;
use leptos::prelude::*;

/// Where the action was: what went wrong with it.
#[component]
pub fn Trouble(#[prop(into)] failure: Signal<Option<Failure>>) -> impl IntoView {
    move || {
        failure.get().map(|failure| {
            let Failure { code, message, issues, request_id, .. } = failure;
            let stale = code == Code::PreconditionFailed;
            let issues: Vec<_> = issues.into_iter().map(|issue| view! { <li>{issue}</li> }).collect();
            let issues = (!issues.is_empty()).then(|| view! { <ul>{issues}</ul> });
            view! {
                <Notice tone=Tone::Danger reference=request_id>
                    <p>{message}</p>
                    {issues}
                    {stale
                        .then(|| {
                            view! {
                                <p>
                                    <button class="text-button" type="button" on:click=move |_| browser::reload()>
                                        "Load what stands now"
                                    </button>
                                </p>
                            }
                        })}
                </Notice>
            }
        })
    }
}

/// In place of what could not be loaded.
#[component]
pub fn LoadTrouble(
    failure: Failure,
    /// The thing, as in "The members could not be loaded".
    what: &'static str,
    #[prop(into)] on_retry: Callback<()>,
) -> impl IntoView {
    let Failure { code, message, request_id, .. } = failure;
    let title = match code {
        Code::Forbidden => "You may not see this".to_owned(),
        Code::NotFound => "This is not there".to_owned(),
        _ => format!("{what} could not be loaded"),
    };
    view! { <NotLoaded title=title sentence=message reference=request_id on_retry=on_retry /> }
}
