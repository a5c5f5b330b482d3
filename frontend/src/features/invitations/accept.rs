//! The page of an invitation's mail: which team, by whom and as what, before one answers; accept with the account that
//! it was sent to, or decline; where it does not fit, the server's sentence and the ways out.

use super::{api, banner, pending::Pending};
use crate::{
    api::Failure,
    blocks::{
        column::{Column, Incomplete},
        error_notice::ErrorNotice,
    },
    browser,
    features::email,
    link,
    state::{
        announce,
        form::Form,
        fragment, go,
        query::{Load, Query},
        session::{self, Who},
        ticking, unsaved,
        workspace::{self, Workspace},
    },
    ui::{
        button::{Button, Look},
        notice::{Notice, Tone},
        time::Ago,
    },
};
use guildhall_shared::{
    Code,
    invitation::{InvitationAccept, InvitationPreview},
    text::lower,
};
use leptos::{prelude::*, task::spawn_local};

#[component]
pub fn AcceptInvitation() -> impl IntoView {
    let token = fragment::token();
    let offer = Query::new(
        move || token.get(),
        |token, abort| async move {
            match token {
                Some(token) => api::preview(token.clone(), abort).await.map(|offer| Some((token, offer))),
                None => Ok(None),
            }
        },
    );
    view! {
        <Column title="Join a team">
            {move || match (token.get(), offer.load.get()) {
                (None, _) => {
                    view! { <Incomplete href=link::TEAMS label="See your teams and invitations" /> }.into_any()
                }
                (Some(_), Load::Waiting | Load::Ready(None)) => ().into_any(),
                (Some(_), Load::Ready(Some((token, offer)))) => view! { <Offered token=token offer=offer /> }.into_any(),
                (Some(token), Load::Failed(failure)) => {
                    view! {
                        <ErrorNotice failure=Signal::stored(Some(failure)) />
                        <WaysOut token=token />
                    }
                        .into_any()
                }
            }}
        </Column>
    }
}

/// Who asks for what, and what one can answer as whoever is signed in.
#[component]
fn Offered(token: String, offer: InvitationPreview) -> impl IntoView {
    let who = RwSignal::from(session::who());
    let declined = RwSignal::new(false);
    let InvitationPreview { email, is_admin, dt_expires, team, invited_by } = offer;
    let role = if is_admin { "an admin" } else { "a member" };
    let (name, token) = (StoredValue::new(team.name), StoredValue::new(token));
    let now = ticking::now();
    let email = StoredValue::new(email);
    view! {
        {move || {
            if declined.get() {
                return view! {
                    <Notice>"You declined the invitation to " <bdi>{name.get_value()}</bdi> "."</Notice>
                    <a class="button" href=link::TEAMS>"See your teams and invitations"</a>
                }
                    .into_any();
            }
            let asked = banner::sentence(&invited_by, &name.get_value(), Some(role));
            let answer = match who.get() {
                Who::Unknown => ().into_any(),
                Who::Nobody => view! { <SignInFirst token=token email=email.get_value() declined=declined /> }.into_any(),
                Who::Person(session) if is_same(&session.user.email, &email.get_value()) => {
                    view! { <Ask token=token email=session.user.email.clone() declined=declined /> }.into_any()
                }
                Who::Person(session) => {
                    view! { <WrongAccount token=token own=session.user.email.clone() email=email.get_value() /> }
                        .into_any()
                }
                Who::Failed(failure) => view! { <ErrorNotice failure=Signal::stored(Some(failure)) /> }.into_any(),
            };
            view! {
                <p class="lead">{asked}</p>
                {answer}
                <p class="aside">"The invitation expires " <Ago at=dt_expires now=now /> "."</p>
            }
                .into_any()
        }}
    }
}

/// Whether two emails are one mailbox.
fn is_same(one: &str, other: &str) -> bool {
    lower(one) == lower(other)
}

#[component]
fn SignInFirst(token: StoredValue<String>, email: String, declined: RwSignal<bool>) -> impl IntoView {
    let token = token.get_value();
    view! {
        <p>"Sign in or sign up with " <strong>{email}</strong> " to join."</p>
        <div class="form">
            <a class="button primary" href=link::sign_in(&link::invitation_accept(&token))>"Sign in"</a>
            <a class="button" href=link::sign_up_invited(&token)>"Create an account"</a>
            <Decline token=token declined=declined />
        </div>
    }
}

#[component]
fn Decline(token: String, declined: RwSignal<bool>) -> impl IntoView {
    let form = Form::new(&[]);
    let pending = Pending::around();
    let decline = move |_| {
        let body = InvitationAccept { token: Some(token.clone()), id: None };
        form.send(api::decline(body), move |()| {
            announce::say("Invitation declined");
            pending.ask_again();
            declined.set(true);
        });
    };
    view! {
        <Button full=true busy=form.busy on_click=decline>"Decline"</Button>
        <ErrorNotice failure=form.failure />
    }
}

/// Signed in as someone else than the mail was sent to: only that account can accept, so this one offers to switch.
#[component]
fn WrongAccount(token: StoredValue<String>, own: String, email: String) -> impl IntoView {
    view! {
        <Notice tone=Tone::Warn>
            "This invitation was sent to " <strong>{email}</strong> ". You are signed in as " <strong>{own}</strong>
            ". Switch to that account to accept it."
        </Notice>
        <WaysOut token=token.get_value() />
    }
}

#[component]
fn Ask(token: StoredValue<String>, email: String, declined: RwSignal<bool>) -> impl IntoView {
    let form = Form::new(&[]);
    let pending = Pending::around();
    let accept = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = InvitationAccept { token: Some(token.get_value()), id: None };
        form.send(
            async move {
                let member = api::accept(body).await?;
                session::load().await;
                pending.ask_again();
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
            <ErrorNotice failure=form.failure />
            <Button look=Look::Primary submit=true full=true busy=form.busy>"Accept invitation"</Button>
            <Decline token=token.get_value() declined=declined />
        </form>
        {move || refused().then(|| view! { <WaysOut token=token.get_value() /> })}
    }
}

/// What one can do where the invitation does not fit.
#[component]
fn WaysOut(token: String) -> impl IntoView {
    let unconfirmed = session::session_now().is_some_and(|session| session.user.dt_confirmed.is_none());
    let is_signed_in = session::session_now().is_some();
    let resend = Form::new(&[]);
    let sent = RwSignal::new(false);
    let leave = Form::new(&[]);
    let other = move |_| {
        let back = link::sign_in(&link::invitation_accept(&token));
        leave.send(crate::api::session::sign_out(), move |()| {
            unsaved::forget();
            session::tell();
            spawn_local(async move { browser::load(&back) });
        });
    };
    let again = move |_| resend.send(email::api::resend_confirmation(), move |()| sent.set(true));
    view! {
        <div class="form">
            {unconfirmed
                .then(|| {
                    view! {
                        <Button full=true busy=resend.busy on_click=again>"Resend email"</Button>
                        {move || sent.get().then(|| view! { <Notice>"Email sent."</Notice> })}
                        <ErrorNotice failure=resend.failure />
                    }
                })}
            {is_signed_in
                .then(|| view! { <Button full=true busy=leave.busy on_click=other>"Switch account"</Button> })}
            <ErrorNotice failure=leave.failure />
            <a class="button quiet" href=link::TEAMS>"See your teams and invitations"</a>
        </div>
        <p class="aside">
            "Invitations expire after 7 days and work once. Ask an admin for a new one."
        </p>
    }
}
