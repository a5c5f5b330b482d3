//! Deactivating one's account, and coming back.

use super::unread;
use crate::{
    auth::{
        access::{self, ask_as_system},
        actor::clear_cookie,
        token::Link,
    },
    domain::deactivation,
    error::Error,
    layer::{Answer, Call, header},
};
use guildhall_shared::{auth::Token, deactivation::Deactivate};

/// From the teams' own objects, whatever the replica says.
pub async fn get(call: &Call) -> Result<Answer, Error> {
    let shown = access::change_account(call, &deactivation::Review).await?;
    Ok(Answer::raw(200, shown))
}

pub async fn create(call: &Call) -> Result<Answer, Error> {
    access::vouch_recent_or_refuse_key(call).await?;
    let Deactivate { username } = call.json()?;
    let command = deactivation::Deactivate { username };
    let deactivated = access::change_account(call, &command).await?;
    Ok(Answer::raw(202, deactivated).with(header::SET_COOKIE, &clear_cookie()))
}

/// By whoever holds the mailed link, signed in or not.
pub async fn come_back(call: &Call) -> Result<Answer, Error> {
    let Token { token } = call.json()?;
    let Some(Link::ComeBack { account, link }) = Link::read(&call.edge.installation(), &token) else {
        return Err(unread());
    };
    let command = deactivation::ComeBack { link };
    ask_as_system(call, &account, &command).await?;
    Ok(Answer::nothing(call))
}
