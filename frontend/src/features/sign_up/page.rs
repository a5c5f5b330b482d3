//! Sign-up: email, password, username. From an invitation's link the email counts as confirmed.

use super::api;
use crate::{
    blocks::{column::Column, error_notice::ErrorNotice},
    link,
    state::{form::Form, fragment, session, words},
    ui::{
        button::{Button, Look},
        field::TextField,
        notice::{Notice, Tone},
        strength::NewPassword,
    },
};
use guildhall_shared::{
    Email, Issue, auth,
    name::{DisplayName, Namespace},
};
use leptos::prelude::*;

const FIELDS: &[&str] = &["email", "password", "username", "firstName", "lastName"];

/// Why a name is refused, if there is one.
fn name(text: &str) -> Option<Issue> {
    if text.trim().is_empty() { None } else { DisplayName::parse(text).err() }
}

fn given(text: String) -> Option<String> {
    if text.trim().is_empty() { None } else { Some(text) }
}

#[derive(Clone, Copy, Default)]
struct Typed {
    email: RwSignal<String>,
    username: RwSignal<String>,
    pass: RwSignal<String>,
    first: RwSignal<String>,
    last: RwSignal<String>,
}

impl Typed {
    /// What the password may not be made of.
    fn own(self) -> Vec<String> {
        let mailbox = self.email.read().split('@').next().unwrap_or_default().trim().to_owned();
        vec![mailbox, self.username.get(), self.first.get(), self.last.get()]
    }
}

#[component]
pub fn SignUp() -> impl IntoView {
    let form = Form::new(FIELDS).conflict_at(|taken| if taken.contains("email") { "email" } else { "username" });
    let typed = Typed::default();
    let Typed { email, username, pass, first, last } = typed;
    let next = fragment::next();
    let cookieless = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = auth::SignUp {
            email: email.get_untracked().trim().to_owned(),
            password: pass.get_untracked(),
            username: username.get_untracked().trim().to_owned(),
            first_name: given(first.get_untracked()),
            last_name: given(last.get_untracked()),
            invitation: link::invitation_in(&next.now()),
        };
        let own = untrack(|| typed.own());
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        let checks = [
            ("email", Email::parse(&body.email).err()),
            ("username", Namespace::parse(&body.username).err()),
            ("password", words::refusal(&body.password, &own)),
            ("firstName", name(&first.get_untracked())),
            ("lastName", name(&last.get_untracked())),
        ];
        if !form.check(checks) {
            return;
        }
        form.send(
            async move {
                api::sign_up(body).await?;
                crate::api::session::get().await
            },
            move |session| match session {
                Some(session) => {
                    session::enter(session, &next.now());
                }
                None => cookieless.set(true),
            },
        );
    };
    let purpose = if link::invitation_in(&next.now()).is_some() {
        "You are invited to a team. Use the email address that the invitation was sent to."
    } else {
        "You get a private workspace right away."
    };
    view! {
        <Column title="Create an account" purpose=purpose>
            <form class="form" method="post" novalidate node_ref=form.node on:submit=submit>
                <ErrorNotice failure=form.failure />
                {move || {
                    cookieless
                        .get()
                        .then(|| {
                            view! {
                                <Notice tone=Tone::Danger>
                                    "Your account is made, but your browser refused the cookie that keeps you signed in. Allow cookies for this site, then sign in."
                                </Notice>
                            }
                        })
                }}
                <Fields form=form typed=typed />
                <Button look=Look::Primary submit=true full=true busy=form.busy>"Create account"</Button>
            </form>
            <p class="aside">
                "Have an account? "
                <a href=move || link::sign_in(&next.get())>"Sign in"</a>
            </p>
        </Column>
    }
}

#[component]
fn Fields(form: Form, typed: Typed) -> impl IntoView {
    let Typed { email, username, pass, first, last } = typed;
    let own = Signal::derive(move || typed.own());
    view! {
                <TextField
                    label="Email"
                    name="email"
                    kind="email"
                    autocomplete="username"
                    value=email
                    refused=form.refusal("email")
                    autofocus=true
                />
                // Right after the email, by which a password manager knows it.
                <NewPassword label="Password" value=pass refused=form.refusal("password") own=own />
                <TextField
                    label="Username"
                    name="workspace"
                    autocomplete="nickname"
                    value=username
                    refused=form.refusal("username")
                    help="Lowercase letters, digits and hyphens. Part of your workspace's URL."
                />
                <TextField
                    label="First name"
                    name="firstName"
                    autocomplete="given-name"
                    capitals="words"
                    value=first
                    refused=form.refusal("firstName")
                    optional=true
                />
                <TextField
                    label="Last name"
                    name="lastName"
                    autocomplete="family-name"
                    capitals="words"
                    value=last
                    refused=form.refusal("lastName")
                    optional=true
                />
    }
}
