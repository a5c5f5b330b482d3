//! Inviting people: before a team mails anybody, whoever sends it and whoever gets it are asked whether it is too much.

use crate::{
    domain::{
        account::Command as Account,
        budget,
        email::Command as Email,
        invitation::{self, Command as Invitation},
        inviting::{self, Mailing},
    },
    error::{Broken, Refusal},
    object::{Answered, Change, Command, Envelope, Object, ObjectName, from_json, reply},
};
use futures_util::future::join_all;
use guildhall_shared::{TeamId, text::lower, timestamp::SECOND};
use std::rc::Rc;

/// Emails asked at once; the platform opens six connections a request.
const ABREAST: usize = 6;

/// 1. Whether it may be mailed at all, so that nothing is counted for a call that does not hold.
/// 2. The account that sends it.
/// 3. Each recipient, whichever team mails them. One who has had enough holds up no other.
/// 4. The invitations.
/// 5. What was counted and not sent is taken back.
pub async fn send(
    object: &Rc<Object>,
    team: TeamId,
    envelope: &Envelope,
    command: &Invitation,
) -> Result<Answered, Broken> {
    // 1
    let judged = object.decide(envelope, false, |draft, context| match command {
        Invitation::Create { emails, .. } => inviting::may_create(draft, context, team, emails),
        Invitation::Resend { id } => inviting::may_resend(draft, context, team, *id),
        _ => Err(Refusal::not_found()),
    })?;
    let Mailing { by, emails } = match judged {
        Ok(mailing) => from_json(&mailing)?,
        Err(refusal) => return refused(object, envelope, refusal),
    };
    // 2
    let account = ObjectName::Account(by);
    let ask = Command::Account(Box::new(Account::Invites { many: emails.len() }));
    if let Err(refusal) = object.ask_for(envelope, account.clone(), ask).await? {
        return refused(object, envelope, refusal);
    }
    // 3
    let (counted, limited) = count(object, team, envelope, emails).await?;
    if !limited.is_empty() {
        let back = Command::Account(Box::new(Account::InvitesBack { many: limited.len() }));
        drop(object.ask_for(envelope, account, back).await?);
    }
    if let Some(refusal) = too_many(&limited).filter(|_| counted.is_empty()) {
        return refused(object, envelope, refusal);
    }
    // 4
    let limited: Vec<String> = limited.into_iter().map(|(email, _)| email).collect();
    let sent = object.change(envelope, |draft, context| match command {
        Invitation::Create { emails, is_admin } => {
            let invited = invitation::create(draft, context, team, emails, *is_admin, &limited)?;
            inviting::unsent(draft, context, (team, by), &counted, &invited.made);
            reply(&invited)
        }
        Invitation::Resend { id } => reply(&invitation::resend(draft, context, team, *id)?),
        _ => Err(Refusal::not_found()),
    });
    let sent = sent?;
    // 5
    if sent.is_err() {
        let undo = object.decide(envelope, false, |draft, context| {
            inviting::unsent(draft, context, (team, by), &counted, &[]);
            Ok(())
        });
        undo.map(drop)?;
        object.forget_begun(envelope)?;
    }
    Ok(sent)
}

fn refused(object: &Rc<Object>, envelope: &Envelope, refusal: Refusal) -> Result<Answered, Broken> {
    object.forget_begun(envelope)?;
    Ok(Err(refusal))
}

/// Counts a mail to each of these: those that take one, and those that have had enough.
async fn count(
    object: &Rc<Object>,
    team: TeamId,
    envelope: &Envelope,
    emails: Vec<String>,
) -> Result<(Vec<String>, Vec<(String, Refusal)>), Broken> {
    let (mut counted, mut limited) = (vec![], vec![]);
    for some in emails.chunks(ABREAST) {
        let asked = some.iter().map(|email| async move {
            let hash = object.host.installation().blind("email", &lower(email));
            let ask = Command::Email(Email::Invite { team });
            Ok::<_, Broken>((email.clone(), object.ask(ObjectName::Email(hash), ask, &envelope.origin).await?))
        });
        for answer in join_all(asked).await {
            match answer? {
                (email, Ok(_)) => counted.push(email),
                (email, Err(refusal)) => limited.push((email, refusal)),
            }
        }
    }
    Ok((counted, limited))
}

/// One refusal for all recipients who got too many, with the longest wait.
fn too_many(refused: &[(String, Refusal)]) -> Option<Refusal> {
    let (_, longest) = refused.iter().max_by_key(|(_, refusal)| refusal.retry_after)?;
    let wait = longest.retry_after.unwrap_or_default();
    let emails: Vec<&str> = refused.iter().map(|(email, _)| email.as_str()).collect();
    let message = format!(
        "{} got many invitations today. Leave them out, or try again {}.",
        emails.join(", "),
        budget::within(wait)
    );
    let refusal = Refusal::too_many(message, wait * SECOND);
    Some(match longest.limit.clone() {
        Some(left) => refusal.limited(left),
        None => refusal,
    })
}
