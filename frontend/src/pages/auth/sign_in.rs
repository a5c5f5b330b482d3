//! Sign-in. Afterwards one lands on the page first asked for.

use crate::{
    api,
    layout::{column::Column, trouble::Trouble},
    link,
    state::{form::Form, go, session},
    ui::{
        button::{Button, Look},
        field::{PasswordField, TextField},
        notice::{Notice, Tone},
    },
};
use guildhall_shared::{Email, Issue, auth};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

#[component]
pub fn SignIn() -> impl IntoView {
    let query = use_query_map();
    let next = move || link::after_sign_in(query.read_untracked().get("next"));
    let form = Form::new(&["email", "password"]);
    let (email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // Set where the browser did not keep the cookie.
    let cookieless = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        cookieless.set(false);
        let (mail, pass) = (email.get_untracked(), password.get_untracked());
        let checks = [
            ("email", Email::parse(&mail).err()),
            ("password", pass.is_empty().then(|| Issue::new("Enter your password."))),
        ];
        if !form.check(checks) {
            return;
        }
        let body = auth::SignIn { email: mail.trim().to_owned(), password: pass };
        let next = next();
        form.send(
            async move {
                api::auth::sign_in(body).await?;
                api::session::get().await
            },
            move |session| match session {
                Some(session) => {
                    session::set(session);
                    session::tell();
                    go::instead(&next);
                }
                None => cookieless.set(true),
            },
        );
    };
    // Somebody who is signed in already has nothing to do here.
    let already = session::who();
    Effect::new(move |_| {
        if matches!(already.get(), session::Who::Person(_)) && !form.busy.get_untracked() {
            go::instead(&next());
        }
    });
    let sign_up = move || match query.read().get("next") {
        Some(next) if next.contains("#token=") => next
            .split_once("#token=")
            .map_or_else(|| link::SIGN_UP.to_owned(), |(_, token)| link::sign_up_invited(token)),
        _ => link::SIGN_UP.to_owned(),
    };
    // What led here, and is done.
    let after = move || match query.read().get("after").as_deref() {
        Some("reset") => Some("Your password is changed. Sign in with the new one."),
        Some("undo") => {
            Some("Your old address is the email of your account again. Sign in with it and the new password.")
        }
        _ => None,
    };
    view! {
        <Column title="Sign in">
            {move || after().map(|sentence| view! { <Notice>{sentence}</Notice> })}
            <form class="form" method="post" novalidate node_ref=form.node on:submit=submit>
                <Trouble failure=form.failure />
                {move || {
                    cookieless
                        .get()
                        .then(|| {
                            view! {
                                <Notice tone=Tone::Danger>
                                    "Your browser refused the cookie that keeps you signed in. Allow cookies for this site, then sign in again. On plain http, use http://localhost in Chromium or Firefox."
                                </Notice>
                            }
                        })
                }}
                <TextField
                    label="Email"
                    name="email"
                    kind="email"
                    autocomplete="username"
                    value=email
                    refused=form.refusal("email")
                    autofocus=true
                />
                <PasswordField
                    label="Password"
                    name="password"
                    autocomplete="current-password"
                    value=password
                    refused=form.refusal("password")
                />
                <Button look=Look::Primary submit=true full=true busy=form.busy>"Sign in"</Button>
            </form>
            <p class="aside"><a href=link::FORGOT_PASSWORD>"Forgot your password?"</a></p>
            <p class="aside">"New here? " <a href=sign_up>"Create an account"</a></p>
        </Column>
    }
}
