//! Inviting people: before a team mails anybody, whoever sends it and whoever gets it are asked whether it is too much.

use crate::{
    error::{InternalError, Rejection},
    features::{
        emails::email::Invite,
        invitations::{
            invitation::{self, Create, Invited, Resend},
            inviting::{self, CountInvites, GiveBackInvites, Mailing},
        },
        limits::budget,
    },
    object::{Change, CommandResult, Envelope, Object, Saga, context::Context},
    store::Transaction,
};
use futures_util::future::join_all;
use guildhall_shared::{AccountId, TeamId, invitation::Invitation, text::lower, timestamp::SECOND};
use serde::Serialize;
use std::rc::Rc;

/// Emails asked at once; the platform opens six connections a request.
const ABREAST: usize = 6;

impl Saga for Create {
    async fn run(
        self,
        object: &Rc<Object>,
        team: TeamId,
        envelope: &Envelope,
    ) -> Result<CommandResult<Invited>, InternalError> {
        let judge =
            |tx: &mut Transaction<'_>, context: &Context<'_>| inviting::may_create(tx, context, team, &self.emails);
        send(object, team, envelope, judge, |tx, context, (by, counted), limited| {
            let invited = invitation::create(tx, context, team, &self.emails, self.is_admin, limited)?;
            inviting::unsent(tx, context, (team, by), counted, &invited.made);
            Ok(invited)
        })
        .await
    }
}

impl Saga for Resend {
    async fn run(
        self,
        object: &Rc<Object>,
        team: TeamId,
        envelope: &Envelope,
    ) -> Result<CommandResult<Invitation>, InternalError> {
        let judge = |tx: &mut Transaction<'_>, context: &Context<'_>| inviting::may_resend(tx, context, team, self.id);
        send(object, team, envelope, judge, |tx, context, _, _| invitation::resend(tx, context, team, self.id)).await
    }
}

/// 1. Whether it may be mailed at all, so that nothing is counted for a call that does not hold.
/// 2. The account that sends it.
/// 3. Each recipient, whichever team mails them. One who has had enough holds up no other.
/// 4. The invitations, with who sends them, the recipients that were counted and those that have had enough.
/// 5. What was counted and not sent is taken back.
async fn send<T: Serialize>(
    object: &Rc<Object>,
    team: TeamId,
    envelope: &Envelope,
    judge: impl FnOnce(&mut Transaction<'_>, &Context<'_>) -> Result<Mailing, Rejection>,
    invite: impl FnOnce(&mut Transaction<'_>, &Context<'_>, (AccountId, &[String]), &[String]) -> Result<T, Rejection>,
) -> Result<CommandResult<T>, InternalError> {
    // 1
    let Mailing { by, emails } = match object.decide(envelope, false, judge)? {
        Ok(mailing) => mailing,
        Err(rejection) => return refused(object, envelope, rejection),
    };
    // 2
    if let Err(rejection) = object.ask_for(envelope, &by, &CountInvites { many: emails.len() }).await? {
        return refused(object, envelope, rejection);
    }
    // 3
    let (counted, limited) = count(object, team, envelope, emails).await?;
    if !limited.is_empty() {
        drop(object.ask_for(envelope, &by, &GiveBackInvites { many: limited.len() }).await?);
    }
    if let Some(rejection) = too_many(&limited).filter(|_| counted.is_empty()) {
        return refused(object, envelope, rejection);
    }
    // 4
    let limited: Vec<String> = limited.into_iter().map(|(email, _)| email).collect();
    let sent = object.change(envelope, |tx, context| invite(tx, context, (by, &counted), &limited))?;
    // 5
    if sent.is_err() {
        let undo = object.decide(envelope, false, |tx, context| {
            inviting::unsent(tx, context, (team, by), &counted, &[]);
            Ok(())
        });
        undo.map(drop)?;
        object.forget_begun(envelope)?;
    }
    Ok(sent)
}

fn refused<T>(
    object: &Rc<Object>,
    envelope: &Envelope,
    rejection: Rejection,
) -> Result<CommandResult<T>, InternalError> {
    object.forget_begun(envelope)?;
    Ok(Err(rejection))
}

/// Counts a mail to each of these: those that take one, and those that have had enough.
async fn count(
    object: &Rc<Object>,
    team: TeamId,
    envelope: &Envelope,
    emails: Vec<String>,
) -> Result<(Vec<String>, Vec<(String, Rejection)>), InternalError> {
    let (mut counted, mut limited) = (vec![], vec![]);
    for some in emails.chunks(ABREAST) {
        let asked = some.iter().map(|email| async move {
            let hash = object.host.installation().blind("email", &lower(email));
            Ok::<_, InternalError>((email.clone(), object.ask(&hash, &Invite { team }, &envelope.origin).await?))
        });
        for answer in join_all(asked).await {
            match answer? {
                (email, Ok(())) => counted.push(email),
                (email, Err(rejection)) => limited.push((email, rejection)),
            }
        }
    }
    Ok((counted, limited))
}

/// One rejection for all recipients over the limit, with the longest wait.
fn too_many(refused: &[(String, Rejection)]) -> Option<Rejection> {
    let (_, longest) = refused.iter().max_by_key(|(_, rejection)| rejection.retry_after)?;
    let wait = longest.retry_after.unwrap_or_default();
    let emails: Vec<&str> = refused.iter().map(|(email, _)| email.as_str()).collect();
    let message = format!(
        "{} got many invitations today. Leave them out, or try again {}.",
        emails.join(", "),
        budget::within(wait)
    );
    let rejection = Rejection::too_many(message, wait * SECOND);
    Some(match longest.limit.clone() {
        Some(left) => rejection.limited(left),
        None => rejection,
    })
}
