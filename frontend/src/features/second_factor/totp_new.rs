//! Setting up the authenticator app: a QR code and the same as a text, the app's first code, then the
//! recovery codes.

use super::{
    api,
    codes::{Codes, Shown},
};
use crate::{
    blocks::{form_dialog::DialogForm, loaded::loaded},
    features::security::safety::Safety,
    link,
    state::{
        form::{Form, Submit},
        go,
        query::{Load, Query},
    },
    ui::{
        copy::CopyButton,
        dialog::Dialog,
        field::{MONO, TextField},
        qr::Qr,
        skeleton::FormSkeleton,
    },
};
use guildhall_shared::{second_factor::totp_code, totp::TotpSetup};
use leptos::prelude::*;

#[component]
pub fn TotpNew() -> impl IntoView {
    let safety = Safety::around();
    let shown = Shown::new();
    let title = Signal::derive(move || {
        if shown.codes.read().is_some() { "Keep your recovery codes" } else { "Set up an authenticator app" }.to_owned()
    });
    // Asked for here, so that no change inside makes another one.
    let setup = Query::new(|| (), |(), abort| api::begin_totp(abort));
    let inside = move || {
        (move || match shown.codes.get() {
            Some(codes) => view! { <Codes shown=shown codes=codes /> }.into_any(),
            None => loaded(
                setup.load,
                "A new key",
                move || setup.ask_again(),
                || view! { <FormSkeleton fields=3 /> }.into_any(),
                move || match setup.load.get_untracked() {
                    Load::Ready(setup) => view! { <SetUp setup=setup safety=safety shown=shown /> }.into_any(),
                    Load::Waiting | Load::Failed(_) => ().into_any(),
                },
            )
            .into_any(),
        })
        .into_any()
    };
    view! {
        <Dialog
            title=title
            held=shown.held()
            on_held=move |()| shown.remind()
            on_close=move |()| go::within(link::SECURITY)
            children=ToChildren::to_children(inside)
        />
    }
}

/// A key in groups of four, which the eye keeps hold of.
fn grouped(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[component]
fn SetUp(setup: TotpSetup, safety: Safety, shown: Shown) -> impl IntoView {
    let form = Form::new(&["code"]);
    let code = RwSignal::new(String::new());
    let submit = move |()| {
        let text = code.get_untracked();
        form.check([("code", totp_code(&text).err())]).then(|| {
            let call = api::confirm_totp(text);
            Submit::new(
                call,
                |_| "The authenticator app is on. Save your recovery codes now.",
                move |made| {
                    safety.ask_again();
                    shown.show_if_any(made.recovery_codes)
                },
            )
        })
    };
    form.focus_first();
    let TotpSetup { secret, uri } = setup;
    view! {
        <DialogForm form=form verb="Turn on" submit=submit>
            <p class="lead">
                "Scan this with an authenticator app on your phone, then type the code that it shows. From then on signing in asks for one."
            </p>
            <div class="scan">
                <Qr text=uri label="QR code for your authenticator app; the key beside it says the same" />
                <div class="once">
                    <p>"No camera at hand? Type this key into the app, as a time-based code."</p>
                    <div class="value" role="group" aria-label="Key">
                        <code>{grouped(&secret)}</code>
                    </div>
                    <div class="button-row start"><CopyButton text=secret label="Copy the key" /></div>
                </div>
            </div>
            <TextField
                label="Code that the app shows"
                name="code"
                value=code
                refused=form.refusal("code")
                help="Six digits, new every 30 seconds."
                autocomplete="one-time-code"
                keyboard="numeric"
                class=MONO
                autofocus=true
            />
        </DialogForm>
    }
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn a_key_is_shown_in_groups_of_four() {
        assert_eq!(grouped("JBSWY3DPEHPK3PXPAB"), "JBSW Y3DP EHPK 3PXP AB");
        assert_eq!(grouped(""), "");
    }
}
