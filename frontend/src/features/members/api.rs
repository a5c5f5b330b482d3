//! People in a team.

use crate::api::{
    Answer, Failure,
    call::{Abort, Call},
};
use guildhall_shared::{
    AccountId,
    member::{MemberUpdate, TeamMember},
    page::LIMIT_MAX,
    path,
};

/// The first page of the roster.
pub async fn list(team: &str, abort: &Abort) -> Result<Answer<Vec<TeamMember>>, Failure> {
    page(&format!("{}?limit={LIMIT_MAX}", path::team_members(team)), abort).await
}

/// The page that an earlier answer named as its next.
pub async fn page(next: &str, abort: &Abort) -> Result<Answer<Vec<TeamMember>>, Failure> {
    Call::get(next).abort(abort).read().await
}

pub async fn update(team: &str, user: AccountId, is_admin: bool) -> Result<TeamMember, Failure> {
    Call::put(path::team_member(team, user)).body(&MemberUpdate { is_admin }).value().await
}

/// Removes somebody; one's own membership: leaves.
pub async fn remove(team: &str, user: AccountId) -> Result<(), Failure> {
    Call::delete(path::team_member(team, user)).done().await
}
