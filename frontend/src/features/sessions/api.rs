//! Every place where a person is signed in, and the workspace where `/` leads.

use crate::api::{
    Failure,
    call::{Abort, Call},
};
use guildhall_shared::{
    SessionId, path,
    session::{AccountSession, Session, SwitchTeam},
};

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

pub async fn switch(team: String) -> Result<Session, Failure> {
    Call::put(path::SESSION_TEAM).body(&SwitchTeam { team }).value().await
}
