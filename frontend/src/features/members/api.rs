//! People in a team.

use crate::api::{
    Failure,
    call::{Abort, Call},
};
use guildhall_shared::{
    AccountId,
    member::{MemberUpdate, TeamMember},
    path,
};

pub async fn get(team: &str, user: AccountId, abort: &Abort) -> Result<TeamMember, Failure> {
    Call::get(path::team_member(team, user)).abort(abort).value().await
}

pub async fn update(team: &str, user: AccountId, is_admin: bool) -> Result<TeamMember, Failure> {
    Call::put(path::team_member(team, user)).body(&MemberUpdate { is_admin }).value().await
}

/// Removes someone; one's own membership: leaves.
pub async fn remove(team: &str, user: AccountId) -> Result<(), Failure> {
    Call::delete(path::team_member(team, user)).done().await
}
