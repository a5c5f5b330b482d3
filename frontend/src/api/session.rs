//! Who is signed in, and the workspace where `/` leads.

use super::{Failure, client::Call};
use guildhall_shared::{
    path,
    session::{Session, SwitchTeam},
};

pub async fn get() -> Result<Option<Session>, Failure> {
    Call::get(path::SESSION).bare().value().await
}

pub async fn switch(team: String) -> Result<Session, Failure> {
    Call::put(path::SESSION_TEAM).body(&SwitchTeam { team }).value().await
}
