//! Changing the password, resetting it by a mailed link, ending a lock.

use crate::{
    access::{
        self,
        actor::{devices, set_cookie},
        ask_as_system,
    },
    credentials::token::Link,
    error::{Error, InternalError, unread},
    features::{
        accounts::record::AccountRecord,
        limits::address::Attempt,
        passwords::{breached_passwords, password, record::NewPassword, words},
        sessions::session::Rotated,
        sign_in::email_attempt,
        sign_up::http::count,
        take_back::{By, Reset, TakeBack, Whose},
    },
    http::{
        Answer, Call, header,
        route::{Reply, Route, Who, of, route},
    },
    store::{decode, key},
};
use guildhall_shared::{
    AccountId, Email,
    account::PasswordChange,
    auth::{MailedLink, PasswordReset, PasswordResetRequest, Token, field},
    password::is_weak,
    path,
    take_back::TakenBack,
};

pub fn routes() -> Vec<Route> {
    use Reply::{Json, Nothing};
    vec![
        route!("requestPasswordReset", POST path::PASSWORD_RESET, Who::Anybody,
            Some(of::<PasswordResetRequest>()) => Nothing(202),
            "Request a password reset. Mails a link when the email has an account; the answer is the same when it \
                has none.", request),
        route!("resetPassword", PUT path::PASSWORD_RESET, Who::Bearer, Some(of::<PasswordReset>()) => Json(200, of::<TakenBack>()),
            "Reset a password. Takes the token of the mailed link, sets the new password, ends every session, removes \
                what was added in the last 7 days and restores what was removed in that time.", reset),
        route!("getMailedLink", POST path::MAILED_LINK, Who::Bearer, Some(of::<Token>()) => Json(200, of::<MailedLink>()),
            "Look up whose password a mailed link sets. Takes the token of a link to reset a password, to undo a change \
                of email or to take an account back. The link stays usable.", mailed_link),
        route!("unlockAccount", POST path::UNLOCK, Who::Bearer, Some(of::<Token>()) => Nothing(204),
            "Unlock an account. Lifts the lock that follows several password resets in an hour. Takes the token of \
                the mailed link.", unlock),
        route!("takeBackAccount", POST path::TAKE_BACK, Who::Bearer, Some(of::<PasswordReset>()) => Json(200, of::<TakenBack>()),
            "Take an account back. Sets a new password, ends every session, removes what was added in the last 7 days \
                and restores what was removed in that time. Takes the token of the mail about something that was \
                added.", take_back),
        route!("changePassword", PUT path::ACCOUNT_PASSWORD, Who::RecentAccount, Some(of::<PasswordChange>()) => Nothing(204),
            "Change your password. Ends every other session and sets a new session cookie.", change),
        route!("removePassword", DELETE path::ACCOUNT_PASSWORD, Who::RecentAccount, None => Nothing(204),
            "Remove your password. You sign in with a passkey from then on, so the account needs one.",
            remove),
    ]
}

/// Whether a password is guessed soon, or a breach has made it known. `own` are the account's names and its email.
pub async fn is_common(call: &Call, text: &str, own: &[&str]) -> Result<bool, InternalError> {
    let mut own = own.to_vec();
    own.push(&call.origin.site);
    Ok(is_weak(text, &own, &*words::have(call).await?) || breached_passwords::have(call, text).await?)
}

/// What the account's object cannot know of a password, which is where its rule is.
pub async fn chosen(call: &Call, text: String, id: AccountId) -> Result<NewPassword, Error> {
    let place = key::account(id);
    let values = call.edge.read(vec![place.as_str().to_owned()]).await?;
    let account = match values.into_iter().next().flatten() {
        Some(value) => decode::<AccountRecord>(&value).ok().map(|(_, account)| account),
        None => None,
    };
    let own: Vec<&str> = account.iter().flat_map(AccountRecord::own_words).collect();
    let is_common = is_common(call, &text, &own).await?;
    Ok(NewPassword { text, is_common })
}

pub async fn change(call: &Call) -> Result<Answer, Error> {
    let account = access::authenticate_recent_or_refuse_key(call).await?.account.id;
    let PasswordChange { password } = call.json()?;
    let password = chosen(call, password, account).await?;
    let command = password::Change { password };
    let Rotated { cookie } = access::change_account(call, &command).await?.read()?;
    Ok(Answer::nothing(call).with(header::SET_COOKIE, &set_cookie(&cookie)))
}

pub async fn remove(call: &Call) -> Result<Answer, Error> {
    access::change_account(call, &password::Remove).await?;
    Ok(Answer::nothing(call))
}

/// The same answer whether the email has an account or not.
pub async fn request(call: &Call) -> Result<Answer, Error> {
    let body: PasswordResetRequest = call.json()?;
    let email = field("email", Email::parse(&body.email))?;
    count(call, Attempt::Reset).await?;
    let installation = call.edge.installation();
    let hash = installation.blind("email", &email.key());
    let devices = devices(&installation, &call.headers);
    ask_as_system(call, &hash, &email_attempt::Reset { devices, origin: call.origin.clone() }).await?;
    Ok(Answer::empty(202))
}

pub async fn reset(call: &Call) -> Result<Answer, Error> {
    let PasswordReset { token, password } = call.json()?;
    let Some(Link::ResetPassword { account, link }) = Link::read(&call.edge.installation(), &token) else {
        return Err(unread());
    };
    let password = chosen(call, password, account).await?;
    let command = Reset { link, password };
    Ok(Answer::raw(200, ask_as_system(call, &account, &command).await?))
}

/// Called by the holder of the link that came with the news that something was added.
pub async fn take_back(call: &Call) -> Result<Answer, Error> {
    let PasswordReset { token, password } = call.json()?;
    let Some(Link::TakeBack { account, link }) = Link::read(&call.edge.installation(), &token) else {
        return Err(unread());
    };
    let password = chosen(call, password, account).await?;
    let command = TakeBack { link, password };
    Ok(Answer::raw(200, ask_as_system(call, &account, &command).await?))
}

/// For the page that asks for the new password: a password manager keeps it by the email.
pub async fn mailed_link(call: &Call) -> Result<Answer, Error> {
    let Token { token } = call.json()?;
    let (account, by) = match Link::read(&call.edge.installation(), &token) {
        Some(Link::ResetPassword { account, link }) => (account, By::Reset(link)),
        Some(Link::UndoEmail { account, link }) => (account, By::EmailUndo(link)),
        Some(Link::TakeBack { account, link }) => (account, By::Added(link)),
        _ => return Err(unread()),
    };
    let command = Whose { by };
    Ok(Answer::raw(200, ask_as_system(call, &account, &command).await?))
}

pub async fn unlock(call: &Call) -> Result<Answer, Error> {
    let Token { token } = call.json()?;
    let Some(Link::Unlock { account, link }) = Link::read(&call.edge.installation(), &token) else {
        return Err(unread());
    };
    let command = password::Unlock { link };
    ask_as_system(call, &account, &command).await?;
    Ok(Answer::nothing(call))
}
