//! Removing the password: a passkey signs in from then on.

use crate::{
    api,
    layout::trouble::Trouble,
    link,
    pages::account::security::Safety,
    state::{announce, form::Form, go},
    ui::{confirm::Confirm, dialog},
};
use leptos::prelude::*;

#[component]
pub fn PasswordRemove() -> impl IntoView {
    let safety = use_context::<Safety>();
    let form = Form::new(&[]);
    let remove = Callback::new(move |()| {
        form.send(api::account::remove_password(), move |()| {
            announce::say("Your password is removed");
            dialog::close_top();
            if let Some(safety) = safety {
                safety.ask_again();
            }
        });
    });
    view! {
        <Confirm
            title=Signal::stored("Remove your password?".to_owned())
            verb="Remove password"
            busy=form.busy
            on_confirm=remove
            on_close=move |()| go::within(link::SECURITY)
        >
            <p class="lead">
                "You sign in with a passkey from now on, on each device that has one. If you lose them all, a mailed link sets a password again, and a recovery code is asked for with it."
            </p>
            <Trouble failure=form.failure />
        </Confirm>
    }
}
