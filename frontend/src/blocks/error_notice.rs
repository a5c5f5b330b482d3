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
pub fn ErrorNotice(
    #[prop(into)] failure: Signal<Option<Failure>>,
    /// A reason that stands beside it already, and is not said twice.
    #[prop(optional, into)]
    said: Signal<Option<String>>,
) -> impl IntoView {
    move || {
        failure.get().filter(|failure| said.read().as_ref() != Some(&failure.message)).map(|failure| {
            let other = failure.is_of_other_account();
            let Failure { code, message, issues, request_id, .. } = failure;
            let stale = code == Code::PreconditionFailed;
            let verb = if other { "Load the page again" } else { "Load latest" };
            // The message of a refused form repeats its issues.
            let sentences = match issues.as_slice() {
                [] => vec![message],
                issues => issues.iter().map(|issue| plain(issue).to_owned()).collect(),
            };
            let sentences: Vec<_> = sentences.into_iter().map(|sentence| view! { <p>{sentence}</p> }).collect();
            view! {
                <Notice tone=Tone::Danger reference=request_id>
                    {sentences}
                    {stale
                        .then(|| {
                            view! {
                                <p>
                                    <button class="text-button" type="button" on:click=move |_| browser::reload()>
                                        {verb}
                                    </button>
                                </p>
                            }
                        })}
                </Notice>
            }
        })
    }
}

/// An issue without the field that it is about: no field of that name is in sight.
fn plain(issue: &str) -> &str {
    match issue.split_once(": ") {
        Some((field, sentence)) if !field.contains(char::is_whitespace) => sentence,
        _ => issue,
    }
}

/// In place of what could not be loaded.
#[component]
pub fn LoadErrorNotice(
    failure: Failure,
    /// The thing, as in "The members could not be loaded".
    what: &'static str,
    #[prop(into)] on_retry: Callback<()>,
) -> impl IntoView {
    let Failure { code, message, request_id, .. } = failure;
    let title = match code {
        Code::Forbidden => "You may not see this".to_owned(),
        Code::NotFound => "Not found".to_owned(),
        _ => format!("{what} could not be loaded"),
    };
    view! { <NotLoaded title=title sentence=message reference=request_id on_retry=on_retry /> }
}
