//! Changing the email of the caller's account.

use crate::{
    access::{self, ask_as_system},
    credentials::token::Link,
    error::{Error, unread},
    features::{emails::email_change, passwords::http::chosen, take_back},
    http::{
        Answer, Call,
        route::{Reply, Route, Who, of, route},
    },
};
use guildhall_shared::{
    Email,
    account::EmailChange,
    auth::{PasswordReset, field},
    path,
    take_back::TakenBack,
};

pub fn routes() -> Vec<Route> {
    use Reply::{Json, Nothing};
    vec![
        route!("undoEmailChange", POST path::EMAIL_UNDO, Who::Bearer, Some(of::<PasswordReset>()) => Json(200, of::<TakenBack>()),
            "Undo a change of email. Restores the previous email, sets a new password, ends every session, removes \
                what was added in the last 7 days and restores what was removed in that time. Takes the token mailed \
                to the previous email.", undo),
        route!("changeEmail", POST path::ACCOUNT_EMAIL, Who::RecentAccount, Some(of::<EmailChange>()) => Nothing(202),
            "Change your email. Mails a confirmation link to the new email; until it is used, the current email \
                stays.", request),
        route!("cancelEmailChange", DELETE path::ACCOUNT_EMAIL, Who::Account, None => Nothing(204),
            "Cancel a change of email that is not confirmed yet.", cancel),
    ]
}

pub async fn request(call: &Call) -> Result<Answer, Error> {
    access::authenticate_recent_or_refuse_key(call).await?;
    let body: EmailChange = call.json()?;
    let email = field("email", Email::parse(&body.email))?;
    access::change_account(call, &email_change::ChangeEmail { email }).await?;
    Ok(Answer::empty(202))
}

pub async fn cancel(call: &Call) -> Result<Answer, Error> {
    access::change_account(call, &email_change::CancelEmail).await?;
    Ok(Answer::nothing(call))
}

/// Called by the holder of the link that the old address got.
pub async fn undo(call: &Call) -> Result<Answer, Error> {
    let PasswordReset { token, password } = call.json()?;
    let Some(Link::UndoEmail { account, link }) = Link::read(&call.edge.installation(), &token) else {
        return Err(unread());
    };
    let password = chosen(call, password, account).await?;
    let command = take_back::UndoEmail { link, password };
    Ok(Answer::raw(200, ask_as_system(call, &account, &command).await?))
}
