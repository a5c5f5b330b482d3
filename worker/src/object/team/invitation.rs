//! Inviting people: before a team mails anybody, whoever sends it and whoever gets it are asked whether it is too much.

use crate::{
    domain::{
        account::Command as Account,
        budget,
        email::Command as Email,
        invitation::Command as Invitation,
        inviting::{self, Mailing},
    },
    error::{Broken, Refusal},
    object::{Command, Envelope, ObjectName, core::Object, from_json},
    store::{Host, together},
};
use guildhall_shared::{TeamId, text::lower, timestamp::SECOND};
use std::rc::Rc;

/// Emails asked at once; the platform opens six connections a request.
const ABREAST: usize = 6;

/// 1. Whether it may be mailed at all, so that nothing is counted for a call that does not hold.
/// 2. The account that sends it.
/// 3. Each recipient, whichever team mails them.
pub async fn may_mail<H: Host + 'static>(
    object: &Rc<Object<H>>,
    team: TeamId,
    envelope: &Envelope,
    command: &Invitation,
) -> Result<Option<Refusal>, Broken> {
    // 1
    let (judged, _) = match command {
        Invitation::Create { emails, .. } => {
            object.decide(envelope, false, |draft, context| inviting::may_create(draft, context, team, emails))?
        }
        Invitation::Resend { id } => {
            object.decide(envelope, false, |draft, context| inviting::may_resend(draft, context, team, *id))?
        }
        Invitation::Cancel { .. }
        | Invitation::Accept { .. }
        | Invitation::Preview { .. }
        | Invitation::Decline { .. }
        | Invitation::Check { .. } => return Ok(None),
    };
    let Mailing { by, emails } = match judged {
        Ok(mailing) => from_json(&mailing)?,
        Err(refusal) => return Ok(Some(refusal)),
    };
    // 2
    let ask = Command::Account(Box::new(Account::Invites { many: emails.len() }));
    if let Err(refusal) = object.ask(ObjectName::Account(by), ask, &envelope.origin).await? {
        return Ok(Some(refusal));
    }
    // 3
    let mut refused: Vec<(String, Refusal)> = vec![];
    for some in emails.chunks(ABREAST) {
        let asked = some.iter().map(|email| async move {
            let hash = object.host.installation().blind("email", &lower(email));
            let ask = Command::Email(Email::Invite { team });
            Ok::<_, Broken>((email.clone(), object.ask(ObjectName::Email(hash), ask, &envelope.origin).await?))
        });
        for answer in together(asked).await {
            let (email, answer) = answer?;
            if let Err(refusal) = answer {
                refused.push((email, refusal));
            }
        }
    }
    Ok(too_many(&refused))
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
