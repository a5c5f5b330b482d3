//! The account's email: the one that counts, one that is still to be confirmed, and the way to another.

use super::api;
use crate::{
    blocks::error_notice::ErrorNotice,
    browser,
    features::accounts::own::Own,
    state::{again::Again, announce, form::Form, unsaved},
    ui::{badge::Badge, button::Button, field::TextField, notice::Notice},
};
use guildhall_shared::Email as Address;
use leptos::prelude::*;

#[component]
pub fn Email(own: Own) -> impl IntoView {
    let shown = Memo::new(move |_| own.get(|account| (account.email.clone(), account.dt_confirmed.is_some())));
    let pending = Memo::new(move |_| own.get(|account| account.pending_email.clone()).flatten());
    let current = move || {
        let (email, confirmed) = shown.get().unwrap_or_default();
        view! {
            {email}
            " "
            {(!confirmed).then(|| view! { <Badge text="Not confirmed" warn=true /> })}
        }
    };
    view! {
        <dl class="facts">
            <dt>"Your email"</dt>
            <dd>{current}</dd>
        </dl>
        {move || match pending.get() {
            Some(email) => view! { <Pending own=own email=email /> }.into_any(),
            None => view! { <Change own=own /> }.into_any(),
        }}
    }
}

/// A new address that nobody has confirmed yet.
#[component]
fn Pending(own: Own, email: String) -> impl IntoView {
    let again = Again::new();
    let keep = Form::new(&[]);
    let address = StoredValue::new(email.clone());
    let resend = move |_| again.send(api::change(address.get_value()));
    let take_back = move |_| {
        keep.send(api::keep(), move |()| {
            announce::say("Your email stays as it is");
            own.0.ask_again();
            browser::rescue_focus();
        });
    };
    view! {
        <div class="form settings">
            <Notice>
                <p>
                    "Waiting for you to confirm " <strong>{email.clone()}</strong>
                    ". Until then we'll keep using your current email."
                </p>
                <div class="button-row">
                    <Button busy=keep.busy on_click=take_back>"Cancel the change"</Button>
                    <Button busy=again.form.busy refused=again.sent on_click=resend>"Send again"</Button>
                </div>
            </Notice>
            <ErrorNotice failure=again.form.failure />
            <ErrorNotice failure=keep.failure />
        </div>
    }
}

#[component]
fn Change(own: Own) -> impl IntoView {
    let form = Form::new(&["email"]).conflict_at(|_| "email").guarded();
    let email = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = email.get_untracked().trim().to_owned();
        if !form.check([("email", Address::parse(&text).err())]) {
            return;
        }
        let is_own = untrack(move || own.get(|account| account.email.clone()))
            .and_then(|own| Address::parse(&own).ok())
            .map(|own| own.key())
            == Address::parse(&text).ok().map(|new| new.key());
        form.send(api::change(text.clone()), move |()| {
            announce::say(if is_own {
                format!("Your email is now shown as {text}")
            } else {
                format!("A mail is on its way to {text}")
            });
            own.0.ask_again();
            browser::rescue_focus();
        });
    };
    view! {
        <form
            class="form settings"
            method="post"
            novalidate
            node_ref=form.node
            on:submit=submit
            on:input=move |_| unsaved::set(true)
        >
            <TextField
                label="New email"
                name="email"
                kind="email"
                autocomplete="email"
                value=email
                refused=form.refusal("email")
                help="We'll send a confirmation link to the new address. Your current address is notified and can undo the change for 7 days."
            />
            <ErrorNotice failure=form.failure />
            <div class="button-row">
                <Button submit=true busy=form.busy>"Change email"</Button>
            </div>
        </form>
    }
}
