//! The account object: the only writer of an account, its sessions and its links to teams. Making a
//! team and joining one are sagas: each step commits, and what was cut short is healed by the alarm.

use super::{Answered, Command, Envelope, Json, ObjectName, core::Object, from_json, outbox, reply};
use crate::{
    domain::{
        self,
        account::{self, Claim, Command as Account},
        confirmation, email_change, link, namespace, password, profile, security_log, session, sign_in,
    },
    error::{Broken, Refusal},
    store::{Host, key},
};
use guildhall_shared::{AccountId, Email, InvitationId, TeamId, id::LinkId, team::TeamCreate};
use std::rc::Rc;

/// How often an email is claimed for an account that moves meanwhile.
const CLAIMS: usize = 3;

pub async fn handle<H: Host + 'static>(
    object: &Rc<Object<H>>,
    id: AccountId,
    envelope: Envelope,
) -> Result<Answered, Broken> {
    match &envelope.command {
        Command::Account(command) => match &**command {
            Account::CreateTeam { name, namespace } => {
                let body = TeamCreate { name: name.clone(), namespace: namespace.clone() };
                create_team(object, id, &envelope, &body).await
            }
            Account::Join { team, invitation, link } => join(object, id, &envelope, *team, *invitation, *link).await,
            Account::Resend => resend(object, id, &envelope).await,
            Account::Edit(patch) => edit(object, id, &envelope, patch).await,
            Account::ChangeEmail { email } => change_email(object, id, &envelope, email).await,
            command => object.change(&envelope, |draft, context| decide(draft, context, id, command)).await,
        },
        Command::Session(command) => {
            object.change(&envelope, |draft, context| decide_session(draft, context, id, command)).await
        }
        Command::Password(command) => {
            object.change(&envelope, |draft, context| decide_password(draft, context, id, command)).await
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
            reply(&account::note(draft, context, id, (*action, detail), origin)?)
        }
        Account::Link { team, revision } => {
            context.only_system()?;
            reply(&link::joined(draft, id, *team, *revision))
        }
        Account::Unlink { team } => {
            context.only_system()?;
            reply(&link::unlink(draft, id, *team))
        }
        Account::Mine { claim } => reply(&account::mine(draft, context, id, claim)?),
        Account::CreateTeam { .. }
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
        session::Command::Reauthenticate { password } => reply(&session::reauthenticate(draft, context, id, password)?),
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
        Password::Request { email_hash, locked, devices, origin } => {
            reply(&password::request(draft, context, id, (email_hash, *locked), devices, origin)?)
        }
        Password::Locked { email_hash, until, origin } => {
            reply(&password::locked(draft, context, id, (email_hash, *until), origin)?)
        }
        Password::Reset { link, password } => reply(&password::reset(draft, context, id, *link, password)?),
        Password::Unlock { link } => reply(&password::unlock(draft, context, id, *link)?),
        Password::UndoEmail { link, password } => reply(&email_change::undo(draft, context, id, *link, password)?),
    }
}

/// Edits the profile. A new username is claimed first, and the edit is judged again afterwards.
async fn edit<H: Host + 'static>(
    object: &Rc<Object<H>>,
    id: AccountId,
    envelope: &Envelope,
    patch: &guildhall_shared::account::AccountPatch,
) -> Result<Answered, Broken> {
    let edit = match profile::parse_edit(patch) {
        Ok(edit) => edit,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let begun = object.host.now();
    if let Some(username) = edit.username.clone() {
        let judge = |draft: &mut crate::store::Draft<'_>, context: &domain::Context<'_>| {
            profile::may_edit(draft, context, id, &edit).map(|account| (account.username, account.workspace))
        };
        let (judged, _) = object.decide(envelope, false, judge)?;
        let (standing, team): (String, TeamId) = match judged {
            Ok(judged) => from_json(&judged)?,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if standing != username.as_str() {
            let holder = namespace::Holder::Account(id);
            let claim = namespace::Command::Claim { holder, team, asker: object.name.clone() };
            let to = ObjectName::Namespace(username.as_str().to_owned());
            if let Err(refusal) = object.ask(to, Command::Namespace(claim), &envelope.origin).await? {
                object.forget_begun(envelope)?;
                return Ok(Err(refusal));
            }
        }
    }
    let (answer, rows) =
        object.decide(envelope, true, |draft, context| profile::edit(draft, context, id, edit, begun))?;
    outbox::settle(object, &rows).await;
    Ok(answer)
}

/// Claims a new email, then notes it and mails its link. Where the account has moved meanwhile, the
/// email may have been given up under the claim, so it is claimed again.
async fn change_email<H: Host + 'static>(
    object: &Rc<Object<H>>,
    id: AccountId,
    envelope: &Envelope,
    email: &Email,
) -> Result<Answered, Broken> {
    for _ in 0..CLAIMS {
        let begun = object.host.now();
        let standing = object.look(|draft| email_change::standing(draft, id, email));
        let (judged, _) = object
            .decide(envelope, false, |draft, context| email_change::may_request(draft, context, id, email).map(drop))?;
        if let Err(refusal) = judged {
            object.forget_begun(envelope)?;
            return Ok(Err(refusal));
        }
        if let Err(refusal) = claim_email(object, id, envelope, &email.key()).await? {
            return Ok(Err(refusal));
        }
        if object.look(|draft| email_change::standing(draft, id, email)) == standing {
            return object
                .change(envelope, |draft, context| email_change::request(draft, context, id, email, begun))
                .await;
        }
    }
    object.forget_begun(envelope)?;
    Ok(Err(Refusal::conflict("Your account changed at the same time. Try again.")))
}

/// Claims an email for the account. Giving one up may still be on its way, and would undo the claim.
async fn claim_email<H: Host + 'static>(
    object: &Rc<Object<H>>,
    id: AccountId,
    envelope: &Envelope,
    email_key: &str,
) -> Result<Answered, Broken> {
    if !outbox::has_performed_all(object).await? {
        object.forget_begun(envelope)?;
        return Err(Broken("an email is still being given up".to_owned()));
    }
    let hash = object.host.installation().blind("email", email_key);
    let claim = domain::email::Command::Claim { account: id };
    let answer = object.ask(ObjectName::Email(hash), Command::Email(claim), &envelope.origin).await?;
    if answer.is_err() {
        object.forget_begun(envelope)?;
    }
    Ok(answer)
}

/// 1. The link, so that nothing can be made that the account does not know of.
/// 2. The claim on the namespace.
/// 3. The team and the name, from the outbox of the commit that makes the link good.
async fn create_team<H: Host + 'static>(
    object: &Rc<Object<H>>,
    id: AccountId,
    envelope: &Envelope,
    body: &TeamCreate,
) -> Result<Answered, Broken> {
    // 1
    let (begun, _) = object.decide(envelope, false, |draft, context| {
        link::confirmed(draft, context, id)?;
        link::parse_team(body)?;
        let team: TeamId = context.id();
        link::begin(draft, team);
        Ok(team)
    })?;
    let team: TeamId = match begun {
        Ok(begun) => from_json(&begun)?,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // 2
    let (name, namespace) = match link::parse_team(body) {
        Ok(parsed) => parsed,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let claim = namespace::Command::Claim { holder: namespace::Holder::Team(team), team, asker: object.name.clone() };
    let to = ObjectName::Namespace(namespace.as_str().to_owned());
    if let Err(refusal) = object.ask(to, Command::Namespace(claim), &envelope.origin).await? {
        undo(object, envelope, team)?;
        return Ok(Err(refusal));
    }
    // 3
    let (answer, rows) =
        object.decide(envelope, true, |draft, _| link::create_team(draft, id, team, &name, &namespace))?;
    outbox::settle(object, &rows).await;
    Ok(answer)
}

/// 1. The link.
/// 2. The team decides, and its outbox makes the link good. Doing that here could come after the team
///    has let the account go again.
/// 3. The answer is kept, or the link goes.
async fn join<H: Host + 'static>(
    object: &Rc<Object<H>>,
    id: AccountId,
    envelope: &Envelope,
    team: TeamId,
    invitation: InvitationId,
    mailed: Option<LinkId>,
) -> Result<Answered, Broken> {
    // 1
    let (begun, _) = object.decide(envelope, false, |draft, context| {
        let account = link::confirmed(draft, context, id)?;
        link::begin(draft, team);
        Ok(account)
    })?;
    let account: account::AccountRecord = match begun {
        Ok(begun) => from_json(&begun)?,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // 2
    let profile = Box::new(account.profile());
    let accept = domain::invitation::Command::Accept { id: invitation, link: mailed, account: id, profile };
    let accepted = object.ask(ObjectName::Team(team), Command::Invitation(accept), &envelope.origin).await?;
    // 3
    let member = match accepted {
        Ok(member) => member,
        Err(refusal) => {
            undo(object, envelope, team)?;
            return Ok(Err(refusal));
        }
    };
    let (answer, rows) = object.decide(envelope, true, |_, _| Ok(member))?;
    outbox::settle(object, &rows).await;
    Ok(answer)
}

/// Takes back what a refused saga had begun.
fn undo<H: Host + 'static>(object: &Rc<Object<H>>, envelope: &Envelope, team: TeamId) -> Result<(), Broken> {
    object.forget_begun(envelope)?;
    let plain = Envelope { idempotency: None, ..envelope.clone() };
    object
        .decide(&plain, true, |draft, _| {
            link::undo(draft, team);
            Ok(())
        })
        .map(drop)
}

/// Mails the confirmation again; an email whose claim has lapsed is claimed first.
async fn resend<H: Host + 'static>(
    object: &Rc<Object<H>>,
    id: AccountId,
    envelope: &Envelope,
) -> Result<Answered, Broken> {
    let (judged, _) = object.decide(envelope, false, |draft, context| confirmation::may_resend(draft, context, id))?;
    let account: account::AccountRecord = match judged {
        Ok(account) => from_json(&account)?,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if !account.email_held
        && let Err(refusal) = claim_email(object, id, envelope, &account.email_key()).await?
    {
        return Ok(Err(refusal));
    }
    object.change(envelope, |draft, context| confirmation::resend(draft, context, id)).await
}

pub async fn due<H: Host + 'static>(
    object: &Rc<Object<H>>,
    id: AccountId,
    envelope: &Envelope,
    what: &str,
) -> Result<(), Broken> {
    if let Some(team) = what.strip_prefix("link/").and_then(|team| team.parse::<TeamId>().ok()) {
        return heal(object, id, envelope, team).await;
    }
    let lapse = object.change(envelope, |draft, context| {
        match what {
            confirmation::DUE_EMAIL => confirmation::lapse_email(draft, context, id),
            confirmation::DUE_ACCOUNT => confirmation::lapse_account(draft, context, id),
            email_change::DUE_PENDING => email_change::lapse(draft, context, id),
            sign_in::DUE_STAND_IN => sign_in::forget_stand_in(draft, id),
            other => match other.strip_prefix("former-email/") {
                Some(link) => email_change::forget(draft, context, id, link),
                None => draft.not_due(other),
            },
        }
        Ok(())
    });
    lapse.await.map(drop)
}

/// A link that was begun and never made good: the team knows whether something came of it.
async fn heal<H: Host + 'static>(
    object: &Rc<Object<H>>,
    id: AccountId,
    envelope: &Envelope,
    team: TeamId,
) -> Result<(), Broken> {
    let begun = object.look(|draft| draft.get(&key::link(team))).filter(|link| !link.made);
    let holds = if begun.is_some() {
        let ask = domain::team::Command::Holds { account: id };
        super::yes(object.ask(ObjectName::Team(team), Command::Team(ask), &envelope.origin).await?)?
    } else {
        false
    };
    let settle = object.change(envelope, |draft, context| {
        // The link may have moved while the team was asked.
        if begun.is_none() || draft.get(&key::link(team)) != begun {
            draft.not_due(&link::due(team));
            Ok(())
        } else if holds {
            link::make(draft, team);
            Ok(())
        } else {
            // Not a member and not made: whoever claimed for it hears "not mine" from now on.
            account::mine(draft, context, id, &Claim::Team(team)).map(drop)
        }
    });
    settle.await.map(drop)
}
