//! Turning the authenticator app off, by one of its codes or a recovery code.

use crate::{
    api,
    layout::{
        factor::{FIELDS, OtherWays, Way, WayField},
        trouble::Trouble,
    },
    link,
    pages::account::security::Safety,
    state::{announce, form::Form, go},
    ui::{
        button::{Button, Look},
        dialog::{Dialog, closer},
    },
};
use guildhall_shared::second_factor::Method;
use leptos::prelude::*;

#[component]
pub fn TotpOff() -> impl IntoView {
    let safety = use_context::<Safety>();
    view! {
        <Dialog
            title="Turn off the authenticator app?"
            on_close=move |()| go::within(link::SECURITY)
            children=ToChildren::to_children(move || view! { <Inside safety=safety /> }.into_any())
        />
    }
}

#[component]
fn Inside(safety: Option<Safety>) -> impl IntoView {
    let dialog = closer();
    let form = Form::new(FIELDS);
    let chosen = RwSignal::new(Way::Factor(Method::Totp));
    let ways = Way::of_methods(&[Method::Totp, Method::Recovery]);
    let text = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = text.get_untracked();
        if !form.check([("code", chosen.get_untracked().check(&typed))]) {
            return;
        }
        form.send(api::second_factor::end_totp(typed), move |()| {
            announce::say("The authenticator app is off");
            if let Some(safety) = safety {
                safety.ask_again();
            }
            dialog.close();
        });
    };
    view! {
        <form class="form" method="post" novalidate node_ref=form.node on:submit=submit>
            <p class="lead">
                "Signing in no longer asks for its codes. If you have no other second factor, your password alone will be enough and your recovery codes stop working. Keep the app and the codes for 7 days: resetting your password by mail in that time restores them."
            </p>
            <WayField way=chosen value=text form=form autofocus=true />
            <OtherWays ways=ways chosen=chosen value=text form=form />
            <Trouble failure=form.failure />
            <div class="button-row">
                <Button on_click=move |_| dialog.cancel()>"Cancel"</Button>
                <Button look=Look::Danger submit=true busy=form.busy>"Turn off"</Button>
            </div>
        </form>
    }
}
