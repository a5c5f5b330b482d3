//! Who is asking, by what the table of routes says of them. A call that is wrong in what it sends is told so only once
//! its caller may make it: whoever may not hears what they would hear of a team that is not there.

use crate::{
    access::{self, Proof, actor::Credential, read::ReadSet},
    error::{Error, Rejection},
    http::{Call, route::Who},
};
use guildhall_shared::{
    Action, Code,
    session::{ACCOUNT_HEADER, OTHER_ACCOUNT},
};
use http::Method;

/// Another tab may have signed in to another account since a page was opened. What was typed for the one is then not
/// done for the other. Only a session that is alive is anybody's.
pub async fn check_account(call: &Call) -> Result<(), Error> {
    let (Some(opened_for), Credential::Cookie(token, _)) = (call.header(ACCOUNT_HEADER), &call.credential) else {
        return Ok(());
    };
    if opened_for == token.account.as_str() || matches!(call.route.who, Who::Anybody | Who::Bearer) {
        return Ok(());
    }
    access::authenticate(call, false).await?;
    Err(Rejection::new(Code::PreconditionFailed, OTHER_ACCOUNT).into())
}

/// Refuses whoever may not make this call, however it is made. An account's object that has vouched in this call already is
/// not asked again: what it was then asked for may have been done, though the session has ended since.
pub async fn authorize(call: &Call) -> Result<(), Error> {
    match (call.route.who, call.authenticated.get()) {
        (Who::RecentAccount, Some(true)) | (Who::Account | Who::SignedIn, Some(_)) => return Ok(()),
        _ => {}
    }
    match call.route.who {
        Who::Anybody | Who::Bearer => Ok(()),
        Who::RecentAccount => access::authenticate_recent_or_refuse_key(call).await.map(drop),
        Who::SignedIn if matches!(call.credential, Credential::Key(..)) => access::read_key(call).await.map(drop),
        Who::Account | Who::SignedIn => access::authenticate_or_refuse_key(call).await.map(drop),
        Who::Team(action) => authorize_team(call, action, Proof::Any).await,
        Who::RecentTeam(action) => authorize_team(call, action, Proof::Recent).await,
    }
}

async fn authorize_team(call: &Call, action: Action, proof: Proof) -> Result<(), Error> {
    if call.method == Method::GET {
        return access::read_team(call, action, &|_| ReadSet::default()).await.map(drop);
    }
    access::change_team(call, action, proof).await?.check(call, action).await
}
