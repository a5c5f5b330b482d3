//! Changing the email and confirming it again: sagas over the email's object.

use super::account;
use crate::{
    domain::{self, confirmation, email_change},
    error::{Broken, Refusal},
    object::{Answered, Change, Command, Envelope, Object, ObjectName, from_json},
};
use guildhall_shared::{AccountId, Email};
use std::rc::Rc;

/// How often an email is claimed for an account that moves meanwhile.
const CLAIMS: usize = 3;

/// Claims a new email, then notes it and mails its link. Where the account has moved meanwhile, the
/// email may have been given up under the claim, so it is claimed again.
pub async fn change_email(
    object: &Rc<Object>,
    id: AccountId,
    envelope: &Envelope,
    email: &Email,
) -> Result<Answered, Broken> {
    if object.look(|draft| email_change::is_own(draft, id, email)) {
        return object.change(envelope, |draft, context| email_change::show(draft, context, id, email));
    }
    for attempt in 0..CLAIMS {
        let begun = object.host.now();
        let standing = object.look(|draft| email_change::standing(draft, id, email));
        let judged = object.decide(envelope, false, |draft, context| {
            if attempt == 0 {
                email_change::count_request(draft, context, id, email)
            } else {
                email_change::may_request(draft, context, id, email).map(drop)
            }
        })?;
        if let Err(refusal) = judged {
            object.forget_begun(envelope)?;
            return Ok(Err(refusal));
        }
        if let Err(refusal) = claim_email(object, id, envelope, &email.key()).await? {
            return Ok(Err(refusal));
        }
        if object.look(|draft| email_change::standing(draft, id, email)) == standing {
            return object.change(envelope, |draft, context| email_change::request(draft, context, id, email, begun));
        }
    }
    object.forget_begun(envelope)?;
    Ok(Err(Refusal::conflict("Your account changed at the same time. Try again.")))
}

/// Claims an email for the account. Giving one up may still be on its way, and would undo the claim.
async fn claim_email(
    object: &Rc<Object>,
    id: AccountId,
    envelope: &Envelope,
    email_key: &str,
) -> Result<Answered, Broken> {
    if !object.has_performed_all().await? {
        object.forget_begun(envelope)?;
        return Err(Broken::new("an email is still being given up"));
    }
    let hash = object.host.installation().blind("email", email_key);
    let claim = domain::email::Command::Claim { account: id, is_mailed: true };
    let answer = object.ask(ObjectName::Email(hash), Command::Email(claim), &envelope.origin).await?;
    if answer.is_err() {
        object.forget_begun(envelope)?;
    }
    Ok(answer)
}

/// Mails the confirmation again; an email whose claim has lapsed is claimed first.
pub async fn resend(object: &Rc<Object>, id: AccountId, envelope: &Envelope) -> Result<Answered, Broken> {
    let judged = object.decide(envelope, false, |draft, context| confirmation::may_resend(draft, context, id))?;
    let account: account::AccountRecord = match judged {
        Ok(account) => from_json(&account)?,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if account.email_held {
        // It is the account's own; what is asked is whether its mailbox takes one more.
        let hash = object.host.installation().blind("email", &account.email_key());
        let claim = domain::email::Command::Claim { account: id, is_mailed: true };
        if let Err(refusal) = object.ask(ObjectName::Email(hash), Command::Email(claim), &envelope.origin).await? {
            object.forget_begun(envelope)?;
            return Ok(Err(refusal));
        }
    } else if let Err(refusal) = claim_email(object, id, envelope, &account.email_key()).await? {
        return Ok(Err(refusal));
    }
    object.change(envelope, |draft, context| confirmation::resend(draft, context, id))
}
