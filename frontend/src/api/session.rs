//! Who is signed in, the workspace where `/` leads, and every place where one is signed in.

use super::{
    Failure,
    call::{Abort, Call},
};
use guildhall_shared::{
    SessionId, path,
    session::{AccountSession, Session, SwitchTeam},
};

pub async fn get() -> Result<Option<Session>, Failure> {
    Call::get(path::SESSION).bare().value().await
}

/// As the primary has it.
pub async fn get_fresh() -> Result<Option<Session>, Failure> {
    Call::get(path::SESSION).fresh().bare().value().await
}

pub async fn switch(team: String) -> Result<Session, Failure> {
    Call::put(path::SESSION_TEAM).body(&SwitchTeam { team }).value().await
}

pub async fn list(abort: Abort) -> Result<Vec<AccountSession>, Failure> {
    Call::get(path::ACCOUNT_SESSIONS).abort(&abort).value().await
}

pub async fn end(session: SessionId) -> Result<(), Failure> {
    Call::delete(path::account_session(session)).done().await
}

/// Ends all but the one that asks.
pub async fn end_others() -> Result<(), Failure> {
    Call::delete(path::ACCOUNT_SESSIONS).done().await
}
