//! The page of an invitation's mail: accept with the account it was sent to; where that does not fit,
//! the server's sentence and the ways out.

use crate::{
    api::{self, Failure},
    browser,
    layout::{
        column::{Column, Incomplete},
        trouble::Trouble,
    },
    link,
    state::{
        announce,
        form::Form,
        fragment, go, session,
        session::Who,
        unsaved,
        workspace::{self, Workspace},
    },
    ui::{
        button::{Button, Look},
        notice::Notice,
    },
};
use guildhall_shared::{Code, invitation::InvitationAccept};
use leptos::{prelude::*, task::spawn_local};

#[component]
pub fn AcceptInvitation() -> impl IntoView {
    let who = RwSignal::from(session::who());
    let token = fragment::token();
    view! {
        <Column title="Join a team">
            {move || match (token.get(), who.get()) {
                (None, _) => {
                    view! { <Incomplete href=link::TEAMS label="See your teams and invitations" /> }.into_any()
                }
                (Some(_), Who::Unknown) => ().into_any(),
                (Some(token), Who::Nobody) => view! { <SignInFirst token=token /> }.into_any(),
                (Some(token), Who::Person(session)) => {
                    view! { <Ask token=token email=session.user.email.clone() /> }.into_any()
                }
                (Some(_), Who::Failed(failure)) => {
                    view! { <Trouble failure=Signal::stored(Some(failure)) /> }.into_any()
                }
            }}
        </Column>
    }
}

#[component]
fn SignInFirst(token: String) -> impl IntoView {
    view! {
        <p>"Somebody has invited you to a team. Accept with an account of the address that the mail was sent to."</p>
        <div class="form">
            <a class="button primary" href=link::sign_in(&link::invitation_accept(&token))>"Sign in"</a>
            <a class="button" href=link::sign_up_invited(&token)>"Create an account"</a>
        </div>
    }
}

#[component]
fn Ask(token: String, email: String) -> impl IntoView {
    let form = Form::new(&[]);
    let token = StoredValue::new(token);
    let accept = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = InvitationAccept { token: Some(token.get_value()), id: None };
        form.send(
            async move {
                let member = api::invitation::accept(body).await?;
                session::load().await;
                Ok::<_, Failure>(member)
            },
            |member| {
                let id = member.team_id.to_string();
                let joined: Option<Workspace> = untrack(workspace::all).into_iter().find(|one| one.id == id);
                match joined {
                    Some(joined) => {
                        announce::say(format!("You are now in {}", joined.name));
                        go::instead(&link::team(joined.namespace));
                    }
                    None => go::instead(link::TEAMS),
                }
            },
        );
    };
    let refused = move || form.failure.read().as_ref().is_some_and(|failure| !failure.is(Code::Timeout));
    view! {
        <p>"You are signed in as " <strong>{email}</strong> "."</p>
        <form class="form" method="post" novalidate node_ref=form.node on:submit=accept>
            <Trouble failure=form.failure />
            <Button look=Look::Primary submit=true full=true busy=form.busy>"Accept invitation"</Button>
        </form>
        {move || refused().then(|| view! { <WaysOut token=token.get_value() /> })}
    }
}

/// What one can do where the invitation does not fit.
#[component]
fn WaysOut(token: String) -> impl IntoView {
    let unconfirmed = session::session_now().is_some_and(|session| session.user.dt_confirmed.is_none());
    let resend = Form::new(&[]);
    let sent = RwSignal::new(false);
    let leave = Form::new(&[]);
    let other = move |_| {
        let back = link::sign_in(&link::invitation_accept(&token));
        leave.send(api::auth::sign_out(), move |()| {
            unsaved::forget();
            session::tell();
            spawn_local(async move { browser::load(&back) });
        });
    };
    let again = move |_| resend.send(api::auth::resend_confirmation(), move |()| sent.set(true));
    view! {
        <div class="form">
            {unconfirmed
                .then(|| {
                    view! {
                        <Button full=true busy=resend.busy on_click=again>"Send the confirmation mail again"</Button>
                        {move || sent.get().then(|| view! { <Notice>"The mail is on its way."</Notice> })}
                        <Trouble failure=resend.failure />
                    }
                })}
            <Button full=true busy=leave.busy on_click=other>"Use another account"</Button>
            <Trouble failure=leave.failure />
            <a class="button quiet" href=link::TEAMS>"See your teams and invitations"</a>
        </div>
        <p class="aside">
            "An invitation is good for 7 days and once, for one address. If this one is over, ask the team's admin to send it again."
        </p>
    }
}
