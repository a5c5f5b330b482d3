//! The ways to prove who one is, wherever that is asked: the password, or a second factor, with a line
//! that leads from each to the others.

use crate::{
    api::Failure,
    browser,
    features::passkeys::webauthn,
    state::form::Form,
    ui::field::{MONO, PasswordField, TextField},
};
use guildhall_shared::{
    Issue,
    passkey::{AuthenticationResponse, RequestOptions},
    second_factor::{Method, recovery_code, totp_code},
    session::Session,
};
use leptos::prelude::*;

/// The fields of a form that asks for one.
pub const FIELDS: &[&str] = &["password", "code"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Password,
    Factor(Method),
}

impl Way {
    /// The second factors of a challenge. A browser without passkeys says so only where nothing else is left.
    pub fn of_methods(methods: &[Method]) -> Vec<Self> {
        let without = !browser::has_passkeys() && methods.len() > 1;
        let methods = methods.iter().filter(|method| !(without && matches!(method, Method::Passkey)));
        methods.map(|method| Self::Factor(*method)).collect()
    }

    /// The second factors of the person who is signed in.
    pub fn factors_of(session: &Session) -> Vec<Self> {
        let (has_passkeys, has_app) = (session.user.has_passkeys, session.user.is_qr_code_based_mfa_confirmed);
        let all =
            [(Method::Passkey, has_passkeys), (Method::Totp, has_app), (Method::Recovery, has_passkeys || has_app)];
        let methods: Vec<Method> = all.into_iter().filter(|(_, has)| *has).map(|(method, _)| method).collect();
        Self::of_methods(&methods)
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Password => "Enter your password",
            Self::Factor(Method::Totp) => "Enter a code",
            Self::Factor(Method::Recovery) => "Enter a recovery code",
            Self::Factor(Method::Passkey) => "Use your passkey",
        }
    }

    const fn instead(self) -> &'static str {
        match self {
            Self::Password => "Use your password instead",
            Self::Factor(Method::Totp) => "Use your authenticator app instead",
            Self::Factor(Method::Recovery) => "Use a recovery code instead",
            Self::Factor(Method::Passkey) => "Use a passkey instead",
        }
    }

    pub const fn field(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Factor(_) => "code",
        }
    }

    /// What is wrong with what was typed, as the server would say it.
    pub fn check(self, text: &str) -> Option<Issue> {
        match self {
            Self::Password => text.is_empty().then(|| Issue::new("Enter your password.")),
            Self::Factor(Method::Totp) => totp_code(text).err(),
            Self::Factor(Method::Recovery) => recovery_code(text).err(),
            Self::Factor(Method::Passkey) => None,
        }
    }
}

/// The field of the way that is chosen.
#[component]
pub fn WayField(
    #[prop(into)] way: Signal<Way>,
    value: RwSignal<String>,
    form: Form,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    move || match way.get() {
        Way::Password => view! {
            <PasswordField
                label="Password"
                name="password"
                value=value
                refused=form.refusal("password")
                autocomplete="current-password"
                autofocus=autofocus
            />
        }
        .into_any(),
        Way::Factor(Method::Totp) => view! {
            <TextField
                label="Authenticator code"
                name="code"
                value=value
                refused=form.refusal("code")
                help="Six digits, new every 30 seconds."
                autocomplete="one-time-code"
                keyboard="numeric"
                class=MONO
                autofocus=autofocus
            />
        }
        .into_any(),
        Way::Factor(Method::Recovery) => view! {
            <TextField
                label="Recovery code"
                name="code"
                value=value
                refused=form.refusal("code")
                help="One of your ten recovery codes. Each works once."
                class=MONO
                autofocus=autofocus
            />
        }
        .into_any(),
        Way::Factor(Method::Passkey) => view! { <p class="lead">"Follow your browser's prompt."</p> }.into_any(),
    }
}

/// What the person answers: what was typed, or what the browser says of a passkey that is asked for so.
pub async fn answer(
    method: Method,
    typed: String,
    asked: Option<RequestOptions>,
) -> Result<(Option<String>, Option<AuthenticationResponse>), Failure> {
    match (method, asked) {
        (Method::Passkey, Some(asked)) => {
            let passkeys = webauthn::load().await?;
            Ok((None, Some((passkeys.get)(asked, None).await?)))
        }
        _ => Ok((Some(typed), None)),
    }
}

/// The other ways, in a line each.
#[component]
pub fn OtherWays(
    #[prop(into)] ways: Signal<Vec<Way>>,
    chosen: RwSignal<Way>,
    value: RwSignal<String>,
    form: Form,
) -> impl IntoView {
    let choose = move |way| {
        value.set(String::new());
        form.check([]);
        chosen.set(way);
        form.focus_first();
    };
    move || {
        let others: Vec<_> = ways
            .get()
            .into_iter()
            .filter(|way| *way != chosen.get())
            .map(|way| {
                view! {
                    <li>
                        <button class="text-button" type="button" on:click=move |_| choose(way)>
                            {way.instead()}
                        </button>
                    </li>
                }
            })
            .collect();
        (!others.is_empty()).then(|| view! { <ul class="ways">{others}</ul> })
    }
}
