//! Teams and their profile.

use crate::api::{
    Answer, Failure,
    call::{Abort, Call},
};
use guildhall_shared::{
    path,
    team::{Team, TeamCreate, TeamPatch, TeamSummary},
};

pub async fn list(abort: Abort) -> Result<Vec<TeamSummary>, Failure> {
    Call::get(path::TEAMS).abort(&abort).value().await
}

pub async fn create(body: TeamCreate) -> Result<Team, Failure> {
    Call::create(path::TEAMS).body(&body).value().await
}

pub async fn get(team: String, abort: Abort) -> Result<Answer<Team>, Failure> {
    Call::get(path::team(team)).abort(&abort).read().await
}

/// Changes the profile, unless someone changed it since `etag`.
pub async fn update(team: String, patch: TeamPatch, etag: Option<String>) -> Result<Answer<Team>, Failure> {
    Call::patch(path::team(team)).body(&patch).if_match(etag).read().await
}
