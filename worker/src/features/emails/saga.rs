//! Changing the email and confirming it again: sagas over the email's object.

use crate::{
    error::{InternalError, Rejection},
    features::emails::{
        confirmation::Resend,
        confirmation_rules, email,
        email_change::{self, ChangeEmail},
    },
    object::{Change, CommandResult, Envelope, Object, Saga},
};
use guildhall_shared::AccountId;
use std::rc::Rc;

/// How often an email is claimed for an account that moves meanwhile.
const CLAIMS: usize = 3;

/// Claims a new email, then notes it and mails its link. Where the account has moved meanwhile, the
/// email may have been given up under the claim, so it is claimed again.
impl Saga for ChangeEmail {
    async fn run(
        self,
        object: &Rc<Object>,
        id: AccountId,
        envelope: &Envelope,
    ) -> Result<CommandResult<()>, InternalError> {
        let email = &self.email;
        if object.read(|tx| email_change::is_own(tx, id, email)) {
            return object.change(envelope, |tx, context| email_change::show(tx, context, id, email));
        }
        for attempt in 0..CLAIMS {
            let begun = object.host.now();
            let standing = object.read(|tx| email_change::standing(tx, id, email));
            let judged = object.decide(envelope, false, |tx, context| {
                if attempt == 0 {
                    email_change::count_request(tx, context, id, email)
                } else {
                    email_change::may_request(tx, context, id, email).map(drop)
                }
            })?;
            if let Err(rejection) = judged {
                object.forget_begun(envelope)?;
                return Ok(Err(rejection));
            }
            if let Err(rejection) = claim_email(object, id, envelope, &email.key()).await? {
                return Ok(Err(rejection));
            }
            if object.read(|tx| email_change::standing(tx, id, email)) == standing {
                return object.change(envelope, |tx, context| email_change::request(tx, context, id, email, begun));
            }
        }
        object.forget_begun(envelope)?;
        Ok(Err(Rejection::conflict("Your account changed at the same time. Try again.")))
    }
}

/// Claims an email for the account. Giving one up may still be on its way, and would undo the claim.
async fn claim_email(
    object: &Rc<Object>,
    id: AccountId,
    envelope: &Envelope,
    email_key: &str,
) -> Result<CommandResult<()>, InternalError> {
    if !object.has_performed_all().await? {
        object.forget_begun(envelope)?;
        return Err(InternalError::new("an email is still being given up"));
    }
    let hash = object.host.installation().blind("email", email_key);
    let answer = object.ask(&hash, &email::Claim { account: id, is_mailed: true }, &envelope.origin).await?;
    if answer.is_err() {
        object.forget_begun(envelope)?;
    }
    Ok(answer)
}

/// Mails the confirmation again; an email whose claim has lapsed is claimed first.
impl Saga for Resend {
    async fn run(
        self,
        object: &Rc<Object>,
        id: AccountId,
        envelope: &Envelope,
    ) -> Result<CommandResult<()>, InternalError> {
        let judged = object.decide(envelope, false, |tx, context| confirmation_rules::may_resend(tx, context, id))?;
        let account = match judged {
            Ok(account) => account,
            Err(rejection) => return Ok(Err(rejection)),
        };
        if account.email_held {
            // It is the account's own; what is asked is whether its mailbox takes one more.
            let hash = object.host.installation().blind("email", &account.email_key());
            let claim = email::Claim { account: id, is_mailed: true };
            if let Err(rejection) = object.ask(&hash, &claim, &envelope.origin).await? {
                object.forget_begun(envelope)?;
                return Ok(Err(rejection));
            }
        } else if let Err(rejection) = claim_email(object, id, envelope, &account.email_key()).await? {
            return Ok(Err(rejection));
        }
        object.change(envelope, |tx, context| confirmation_rules::resend(tx, context, id))
    }
}
