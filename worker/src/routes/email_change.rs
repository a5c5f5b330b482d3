//! Changing the email of one's account.

use super::{password::chosen, unread};
use crate::{
    auth::{
        access::{self, ask_as_system},
        token::Link,
    },
    domain::{email_change, take_back},
    error::Error,
    layer::{Answer, Call},
};
use guildhall_shared::{
    Email,
    account::EmailChange,
    auth::{PasswordReset, field},
};

pub async fn request(call: &Call) -> Result<Answer, Error> {
    access::vouch_recent_or_refuse_key(call).await?;
    let body: EmailChange = call.json()?;
    let email = field("email", Email::parse(&body.email))?;
    access::change_account(call, &email_change::ChangeEmail { email }).await?;
    Ok(Answer::empty(202))
}

pub async fn cancel(call: &Call) -> Result<Answer, Error> {
    access::change_account(call, &email_change::CancelEmail).await?;
    Ok(Answer::nothing(call))
}

/// By whoever holds the link that the old address got.
pub async fn undo(call: &Call) -> Result<Answer, Error> {
    let PasswordReset { token, password } = call.json()?;
    let Some(Link::UndoEmail { account, link }) = Link::read(&call.edge.installation(), &token) else {
        return Err(unread());
    };
    let password = chosen(call, password, account).await?;
    let command = take_back::UndoEmail { link, password };
    Ok(Answer::raw(200, ask_as_system(call, &account, &command).await?))
}
