//! The page of the mail that resets a password: a new one, typed once. All sessions end with it.

use crate::{
    api::{self, Failure},
    layout::{
        column::{Column, Incomplete},
        mailed::mailed,
        trouble::Trouble,
    },
    link,
    state::{announce, form::Form, fresh, go, session, unsaved},
    ui::{
        button::{Button, Look},
        field::TextField,
        strength::NewPassword,
    },
};
use guildhall_shared::{Code, auth::PasswordReset, password};
use leptos::{prelude::*, task::spawn_local};

#[component]
pub fn ResetPassword() -> impl IntoView {
    mailed(|token| view! { <OfLink token=token /> }.into_any())
}

#[component]
fn OfLink(token: Option<String>) -> impl IntoView {
    let over = RwSignal::new(false);
    view! {
        <Column title="Choose a new password" purpose="All sessions of your account end with it. API keys go on.">
            {match token {
                None => view! { <Incomplete href=link::FORGOT_PASSWORD label="Ask for a new link" /> }.into_any(),
                Some(token) => {
                    let link = token.clone();
                    let send = move |password| api::auth::reset_password(PasswordReset { token: token.clone(), password });
                    view! { <NewOne link=link verb="Set password" after="reset" over=over send=send /> }.into_any()
                }
            }}
            {move || over.get().then(|| view! { <a class="button" href=link::FORGOT_PASSWORD>"Ask for a new link"</a> })}
        </Column>
    }
}

/// The form with one new password, which leads to sign-in.
#[component]
pub fn NewOne<F>(
    /// The token of the link that leads here.
    link: String,
    verb: &'static str,
    /// What sign-in then says; see there.
    after: &'static str,
    /// Set where the link is used or out of date.
    over: RwSignal<bool>,
    send: impl Fn(String) -> F + Send + 'static,
) -> impl IntoView
where
    F: Future<Output = Result<(), Failure>> + 'static,
{
    let form = Form::new(&["password"]);
    let new = RwSignal::new(String::new());
    let own = session::own_names();
    let email = RwSignal::new(String::new());
    spawn_local(async move {
        // Where the link is over, sending says so.
        if let Ok(mailed) = api::auth::mailed_link(link).await {
            email.try_set(mailed.email);
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = new.get_untracked();
        if !form.check([("password", password::check(&text, &[], password::COMMON.has(&text)).err())]) {
            return;
        }
        let call = send(text);
        form.send(
            async move {
                call.await?;
                // Whoever was signed in here is not any more, which the replica may not know yet.
                fresh::changed();
                session::load().await;
                Ok::<(), Failure>(())
            },
            move |()| {
                unsaved::forget();
                session::tell();
                announce::say("Your password is changed");
                go::instead(&link::sign_in_after(after));
            },
        );
    };
    Effect::new(move |_| {
        let refused = form.failure.read().as_ref().is_some_and(|failure| failure.is(Code::BadRequest));
        over.set(refused);
    });
    view! {
        <form class="form" method="post" novalidate node_ref=form.node on:submit=submit>
            <Trouble failure=form.failure />
            // For the password manager, which keeps a password by its email.
            {move || {
                (!email.read().is_empty())
                    .then(|| {
                        view! {
                            <TextField
                                label="Email"
                                name="email"
                                kind="email"
                                autocomplete="username"
                                value=email
                                readonly=true
                            />
                        }
                    })
            }}
            <NewPassword label="New password" value=new refused=form.refusal("password") own=own autofocus=true />
            <Button look=Look::Primary submit=true full=true busy=form.busy>{verb}</Button>
        </form>
    }
}
