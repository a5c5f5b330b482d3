//! Deactivating an account, and coming back.

use crate::{
    access::{self, actor::clear_cookie, ask_as_system},
    credentials::token::Link,
    error::{Error, unread},
    features::deactivation,
    http::{
        Answer, Call, header,
        route::{Reply, Route, Who, of, route},
    },
};
use guildhall_shared::{
    auth::Token,
    deactivation::{Deactivate, Deactivated, Deactivation},
    path,
};

pub fn routes() -> Vec<Route> {
    use Reply::{Json, Nothing};
    vec![
        route!("comeBack", POST path::COME_BACK, Who::Bearer, Some(of::<Token>()) => Nothing(204),
            "Restore a deactivated account. Takes the token of the mailed link. Sign in afterwards.",
            come_back),
        route!("getDeactivation", GET path::ACCOUNT_DEACTIVATION, Who::Account, None => Json(200, of::<Deactivation>()),
            "Review what deactivating your account does. Lists the teams that stop it, and what will be deleted.",
            get),
        route!("deactivateAccount", POST path::ACCOUNT_DEACTIVATION, Who::RecentAccount,
            Some(of::<Deactivate>()) => Json(202, of::<Deactivated>()),
            "Deactivate your account. Ends every session and API key at once. You can restore the account for 14 \
                days; then it is deleted permanently.", create),
    ]
}

/// From the teams' own objects, whatever the replica says.
pub async fn get(call: &Call) -> Result<Answer, Error> {
    let shown = access::change_account(call, &deactivation::Review).await?;
    Ok(Answer::raw(200, shown))
}

pub async fn create(call: &Call) -> Result<Answer, Error> {
    access::authenticate_recent_or_refuse_key(call).await?;
    let Deactivate { username } = call.json()?;
    let command = deactivation::Deactivate { username };
    let deactivated = access::change_account(call, &command).await?;
    Ok(Answer::raw(202, deactivated).with(header::SET_COOKIE, &clear_cookie()))
}

/// Called by the holder of the mailed link, signed in or not.
pub async fn come_back(call: &Call) -> Result<Answer, Error> {
    let Token { token } = call.json()?;
    let Some(Link::ComeBack { account, link }) = Link::read(&call.edge.installation(), &token) else {
        return Err(unread());
    };
    let command = deactivation::ComeBack { link };
    ask_as_system(call, &account, &command).await?;
    Ok(Answer::nothing(call))
}
