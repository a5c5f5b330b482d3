//! The account object: the only writer of an account, its sessions and its links to teams. Making a
//! team and joining one are sagas: each step commits, and what was cut short is healed by the alarm.

mod deactivation;
mod email;
mod erasure;
mod passkey;
mod profile;
mod second_factor;
mod take_back;
mod team;

use super::{Answered, Change, Command, Envelope, Json, Object, reply};
use crate::{
    domain::{
        self,
        account::{self, Command as Account},
        confirmation, email_change, link, passkey_proof, password, security_log, session, sign_in, ssh_key, totp,
    },
    error::{Broken, Refusal},
};
use guildhall_shared::{AccountId, TeamId, team::TeamCreate};
use std::rc::Rc;

pub async fn handle(object: &Rc<Object>, id: AccountId, mut envelope: Envelope) -> Result<Answered, Broken> {
    passkey::verify(object, &mut envelope).await;
    match &envelope.command {
        Command::Account(command) => match &**command {
            Account::CreateTeam { name, namespace } => {
                let body = TeamCreate { name: name.clone(), namespace: namespace.clone() };
                team::create_team(object, id, &envelope, &body).await
            }
            Account::Join { team, invitation, link } => {
                team::join(object, id, &envelope, *team, *invitation, *link).await
            }
            Account::Resend => email::resend(object, id, &envelope).await,
            Account::Edit(patch) => profile::edit(object, id, &envelope, patch).await,
            Account::Deactivation => deactivation::look(object, id, &envelope).await,
            Account::Deactivate { username } => deactivation::deactivate(object, id, &envelope, username).await,
            Account::ChangeEmail { email } => email::change_email(object, id, &envelope, email).await,
            command => object.change(&envelope, |draft, context| decide(draft, context, id, command)),
        },
        Command::Session(command) => {
            object.change(&envelope, |draft, context| decide_session(draft, context, id, command))
        }
        Command::Password(command) if let Some((by, chosen)) = take_back::link(command) => {
            take_back::run(object, id, &envelope, by, chosen).await
        }
        Command::Password(command) => {
            object.change(&envelope, |draft, context| decide_password(draft, context, id, command))
        }
        Command::SecondFactor(command) => {
            object.change(&envelope, |draft, context| second_factor::decide(draft, context, id, command))
        }
        Command::SshKey(command) => {
            object.change(&envelope, |draft, context| decide_ssh_key(draft, context, id, command))
        }
        Command::Passkey(command) => {
            object.change(&envelope, |draft, context| passkey::decide(draft, context, id, command))
        }
        Command::Installation(command) => {
            object.change(&envelope, |draft, context| domain::installation::renew_account(draft, context, id, command))
        }
        _ => Ok(Err(Refusal::not_found())),
    }
}

fn decide(
    draft: &mut crate::store::Draft<'_>,
    context: &domain::Context<'_>,
    id: AccountId,
    command: &Account,
) -> Result<Json, Refusal> {
    match command {
        Account::SignUp(body) => reply(&domain::sign_up::sign_up(draft, context, id, body)?),
        Account::Confirm { link } => reply(&confirmation::confirm(draft, context, id, *link)?),
        Account::Deny { link } => reply(&confirmation::deny(draft, context, id, *link)?),
        Account::CancelEmail => reply(&email_change::cancel(draft, context, id)?),
        Account::SecurityLog(page) => reply(&security_log::list(draft, context, page)?),
        Account::Note { action, detail, origin } => {
            reply(&domain::api_key::heard(draft, context, id, (*action, detail), origin)?)
        }
        Account::Link { team, revision } => {
            context.only_system()?;
            reply(&link::joined(draft, id, *team, *revision))
        }
        Account::Unlink { team } => {
            context.only_system()?;
            reply(&link::unlink(draft, id, *team))
        }
        Account::Invites { many } => reply(&domain::inviting::count(draft, context, id, *many)?),
        Account::InvitesBack { many } => reply(&domain::inviting::give_back(draft, context, id, *many)?),
        Account::Mine { claim } => reply(&account::mine(draft, context, id, claim)?),
        Account::ComeBack { link } => reply(&domain::deactivation::come_back(draft, context, id, *link)?),
        Account::CreateTeam { .. }
        | Account::Deactivation
        | Account::Deactivate { .. }
        | Account::Join { .. }
        | Account::Resend
        | Account::Edit(_)
        | Account::ChangeEmail { .. } => Err(Refusal::not_found()),
    }
}

fn decide_session(
    draft: &mut crate::store::Draft<'_>,
    context: &domain::Context<'_>,
    id: AccountId,
    command: &session::Command,
) -> Result<Json, Refusal> {
    match command {
        session::Command::SignIn(attempt) => {
            context.only_system()?;
            reply(&sign_in::sign_in(draft, context, id, attempt)?)
        }
        session::Command::Vouch { recent } => reply(&session::vouch(draft, context, id, *recent)?),
        session::Command::Reauthenticate { by } => reply(&session::reauthenticate(draft, context, id, by)?),
        session::Command::SignOut => reply(&session::sign_out(draft, context, id)?),
        session::Command::Switch { team } => reply(&session::switch(draft, context, id, *team)?),
        session::Command::Touch => reply(&session::touch(draft, context, id)?),
        session::Command::List => reply(&session::list(draft, context, id)?),
        session::Command::End { session } => reply(&session::end_one(draft, context, id, *session)?),
        session::Command::EndOthers => reply(&session::end_all_others(draft, context, id)?),
    }
}

fn decide_password(
    draft: &mut crate::store::Draft<'_>,
    context: &domain::Context<'_>,
    id: AccountId,
    command: &password::Command,
) -> Result<Json, Refusal> {
    use password::Command as Password;
    match command {
        Password::Change { password } => reply(&password::change(draft, context, id, password)?),
        Password::Remove => reply(&password::remove(draft, context, id)?),
        Password::Request { email_hash, locked, devices, origin } => {
            reply(&password::request(draft, context, id, (email_hash, *locked), devices, origin)?)
        }
        Password::Locked { email_hash, until, origin } => {
            reply(&password::locked(draft, context, id, (email_hash, *until), origin)?)
        }
        Password::Whose { by } => reply(&domain::take_back::whose(draft, context, id, *by)?),
        Password::Unlock { link } => reply(&password::unlock(draft, context, id, *link)?),
        Password::Reset { .. } | Password::UndoEmail { .. } | Password::TakeBack { .. } => Err(Refusal::not_found()),
    }
}

fn decide_ssh_key(
    draft: &mut crate::store::Draft<'_>,
    context: &domain::Context<'_>,
    id: AccountId,
    command: &ssh_key::Command,
) -> Result<Json, Refusal> {
    match command {
        ssh_key::Command::Add(body) => reply(&ssh_key::add(draft, context, id, body)?),
        ssh_key::Command::Remove { id: key } => reply(&ssh_key::remove(draft, context, id, *key)?),
    }
}

pub async fn due(object: &Rc<Object>, id: AccountId, what: &str) -> Result<(), Broken> {
    if let Some(team) = what.strip_prefix("link/").and_then(|team| team.parse::<TeamId>().ok()) {
        return team::heal(object, id, team).await;
    }
    if what == domain::erasure::DUE {
        return erasure::run(object, id).await;
    }
    object.write(|draft, context| match what {
        confirmation::DUE_EMAIL => confirmation::lapse_email(draft, context, id),
        confirmation::DUE_ACCOUNT => confirmation::lapse_account(draft, context, id),
        domain::deactivation::DUE_LEAVING => domain::deactivation::give_up(draft, id, None),
        email_change::DUE_PENDING => email_change::lapse(draft, context, id),
        totp::DUE => totp::lapse(draft, id),
        sign_in::DUE_STAND_IN => sign_in::forget_stand_in(draft, id),
        passkey_proof::DUE => passkey_proof::forget(draft),
        domain::take_back::DUE => domain::take_back::forget(draft),
        other => match other.strip_prefix("former-email/") {
            Some(link) => email_change::forget(draft, context, id, link),
            None => draft.not_due(other),
        },
    })
}
