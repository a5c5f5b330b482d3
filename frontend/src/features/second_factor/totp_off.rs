//! Turning the authenticator app off, by one of its codes or a recovery code.

use super::{
    api,
    way::{FIELDS, OtherWays, Way, WayField},
};
use crate::{
    blocks::form_dialog::FormDialog,
    features::security::safety::Safety,
    link,
    state::form::{Form, Submit},
    ui::button::Look,
};
use guildhall_shared::second_factor::Method;
use leptos::prelude::*;

#[component]
pub fn TotpOff() -> impl IntoView {
    let safety = Safety::around();
    let form = Form::new(FIELDS);
    let chosen = RwSignal::new(Way::Factor(Method::Totp));
    let ways = Signal::stored(Way::of_methods(&[Method::Totp, Method::Recovery]));
    let text = RwSignal::new(String::new());
    let submit = move |()| {
        let typed = text.get_untracked();
        form.check([("code", chosen.get_untracked().check(&typed))]).then(|| {
            let call = api::end_totp(typed);
            Submit::new(call, |()| "The authenticator app is off", move |()| safety.ask_again())
        })
    };
    view! {
        <FormDialog
            form=form
            title="Turn off the authenticator app?"
            verb="Turn off"
            look=Look::Danger
            submit=submit
            page=|()| link::SECURITY
        >
            <p class="lead">
                "Signing in no longer asks for its codes. If you have no other second factor, your password alone will be enough and your recovery codes stop working. Keep the app and the codes for 7 days: resetting your password by mail in that time restores them."
            </p>
            <WayField way=chosen value=text form=form autofocus=true />
            <OtherWays ways=ways chosen=chosen value=text form=form />
        </FormDialog>
    }
}
