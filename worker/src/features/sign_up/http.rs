//! Signing up, and confirming the email.

use crate::{
    access::{self, ask_as_system},
    credentials::token::Link,
    error::{Error, Rejection, unread},
    features::{
        accounts::profile::optional_name,
        emails::{confirmation, email},
        invitations::invitation_answer,
        limits::address::{self, Attempt},
        passwords::http::is_common,
        sessions::http::answer_signed_in,
        sign_up,
        teams::{namespace, record::Holder},
    },
    http::{
        Answer, Call,
        route::{Reply, Route, Who, of, route},
    },
    object::{ObjectName, left::Left},
};
use futures_util::future::join_all;
use guildhall_shared::{
    AccountId, Email, Issue,
    auth::{SignUp, Token, field},
    id::{Id, Kind},
    name::Namespace,
    password, path,
    session::Session,
};

pub fn routes() -> Vec<Route> {
    use Reply::{Json, Nothing};
    vec![
        route!("signUp", POST path::SIGN_UP, Who::Anybody, Some(of::<SignUp>()) => Json(201, of::<Session>()),
            "Sign up. Creates an account with its private workspace, mails a link to confirm the email, and sets the \
                session cookie.", create),
        route!("confirmEmail", POST path::CONFIRM_EMAIL, Who::Account, Some(of::<Token>()) => Nothing(204),
            "Confirm your email. Takes the token of the mailed link, in a session of the same account.",
            confirm),
        route!("resendConfirmation", POST path::CONFIRM_EMAIL_RESEND, Who::Account, None => Nothing(202),
            "Send the confirmation email again. Earlier links stop working.", resend),
        route!("denyEmail", POST path::CONFIRM_EMAIL_DENY, Who::Bearer, Some(of::<Token>()) => Nothing(204),
            "Reject an account created with your email. Deletes the unconfirmed account. Takes the token of the \
                mailed link.", deny),
    ]
}

/// 1. Parse everything, so that nothing is claimed for a form that does not hold.
/// 2. Count the attempt.
/// 3. Check the invitation, where one came along.
/// 4. Claim the email and the username; each is given back if the next one is refused.
/// 5. Make the account, which makes the rest.
pub async fn create(call: &Call) -> Result<Answer, Error> {
    // 1
    let body: SignUp = call.json()?;
    let [first, last] = [&body.first_name, &body.last_name].map(|name| name.as_deref().unwrap_or_default());
    let own = [body.username.as_str(), &body.email, first, last];
    let is_common = is_common(call, &body.password, &own).await?;
    let parsed = parse(call, &body, is_common)?;
    // 2
    count(call, Attempt::SignUp).await?;
    // 3
    let parsed = match &body.invitation {
        Some(token) => {
            check_invitation(call, token, &parsed.email).await?;
            sign_up::SignUp { invited: true, ..parsed }
        }
        None => parsed,
    };
    // 4
    let id: AccountId = random_id(call)?;
    let email_hash = call.edge.installation().blind("email", &parsed.email.key());
    ask_as_system(call, &email_hash, &email::Claim { account: id, is_mailed: !parsed.invited }).await?;
    let holder = Holder::Account(id);
    let asker = ObjectName::Account(id);
    let claim = namespace::Claim { holder, team: parsed.workspace, asker };
    if let Err(error) = ask_as_system(call, &parsed.username.as_str().to_owned(), &claim).await {
        ask_as_system(call, &email_hash, &email::Release { account: id }).await?;
        return Err(error);
    }
    // 5
    let signed_in = ask_as_system(call, &id, &parsed).await?.read()?;
    answer_signed_in(call, 201, signed_in).await
}

fn parse(call: &Call, body: &SignUp, is_common: bool) -> Result<sign_up::SignUp, Error> {
    let SignUp { email, password: plain, username, first_name, last_name, invitation: _ } = body;
    let mut issues: Vec<Issue> = vec![];
    let mut note = |issue: Issue| issues.push(issue);
    let parsed_email = field("email", Email::parse(email)).map_err(&mut note);
    let parsed_name = field("username", Namespace::parse(username)).map_err(&mut note);
    let first = optional_name("firstName", first_name.as_deref().unwrap_or_default()).map_err(&mut note);
    let last = optional_name("lastName", last_name.as_deref().unwrap_or_default()).map_err(&mut note);
    let local = email.split('@').next().unwrap_or_default();
    let own =
        [username.as_str(), first_name.as_deref().unwrap_or_default(), last_name.as_deref().unwrap_or_default(), local];
    let hashed = field("password", password::check(plain, &own, is_common)).map_err(&mut note);
    match (parsed_email, parsed_name, first, last, hashed) {
        (Ok(email), Ok(username), Ok(first_name), Ok(last_name), Ok(password)) => Ok(sign_up::SignUp {
            email,
            password,
            username,
            first_name,
            last_name,
            workspace: random_id(call)?,
            invited: false,
        }),
        _ => Err(Rejection::invalid(issues).into()),
    }
}

fn random_id<K: Kind>(call: &Call) -> Result<Id<K>, Error> {
    let mut bytes = [0; 16];
    call.edge.random(&mut bytes)?;
    Ok(Id::from_random(bytes))
}

/// Counts an attempt from the caller's network address, and from its site; the answer tells the one that has less left.
pub async fn count(call: &Call, attempt: Attempt) -> Result<(), Error> {
    let installation = call.edge.installation();
    let counted = join_all(address::places(&call.origin.address).into_iter().map(async |(place, is_site)| {
        let hash = installation.blind("address", &place);
        Ok(ask_as_system(call, &hash, &address::Count { attempt, is_site }).await?.read()?)
    }));
    let lefts = counted.await.into_iter().collect::<Result<Vec<Left>, Error>>()?;
    if let Some(least) = lefts.into_iter().min_by_key(|left| left.left) {
        call.note_limit(least);
    }
    Ok(())
}

async fn check_invitation(call: &Call, token: &str, email: &Email) -> Result<(), Error> {
    let Some(Link::Invitation { team, invitation: id, link }) = Link::read(&call.edge.installation(), token) else {
        return Err(Issue::new("invitation: This link is not whole. Open it from the mail again.").into());
    };
    let check = invitation_answer::Check { id, link, email: email.as_str().to_owned() };
    ask_as_system(call, &team, &check).await.map(drop)
}

/// Needs the account's own session: someone who signs up with another's address must never end up
/// holding it confirmed.
pub async fn confirm(call: &Call) -> Result<Answer, Error> {
    let authenticated = access::authenticate_or_refuse_key(call).await?;
    let body: Token = call.json()?;
    let Some(Link::ConfirmEmail { account, link }) = Link::read(&call.edge.installation(), &body.token) else {
        return Err(unread());
    };
    if authenticated.account.id != account {
        let message = "This link belongs to another account. Sign in with that one, or tell us that it wasn't you.";
        return Err(Rejection::forbidden(message).into());
    }
    let command = confirmation::Confirm { link };
    access::change_account(call, &command).await?;
    Ok(Answer::nothing(call))
}

pub async fn resend(call: &Call) -> Result<Answer, Error> {
    access::change_account(call, &confirmation::Resend).await?;
    Ok(Answer::empty(202))
}

pub async fn deny(call: &Call) -> Result<Answer, Error> {
    let body: Token = call.json()?;
    let Some(Link::ConfirmEmail { account, link }) = Link::read(&call.edge.installation(), &body.token) else {
        return Err(unread());
    };
    let command = confirmation::Deny { link };
    ask_as_system(call, &account, &command).await?;
    Ok(Answer::nothing(call))
}
