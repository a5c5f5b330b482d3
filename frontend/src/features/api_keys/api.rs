//! Credentials for programs.

use crate::api::{
    Answer, Failure,
    call::{Abort, Call},
};
use guildhall_shared::{
    ApiKeyId,
    api_key::{ApiKey, ApiKeyCreate},
    page::LIMIT_MAX,
    path,
};

/// One's own keys, or everybody's.
pub async fn list(team: &str, all: bool, abort: &Abort) -> Result<Answer<Vec<ApiKey>>, Failure> {
    let all = if all { "&all=true" } else { "" };
    page(&format!("{}?limit={LIMIT_MAX}{all}", path::team_api_keys(team)), abort).await
}

pub async fn page(next: &str, abort: &Abort) -> Result<Answer<Vec<ApiKey>>, Failure> {
    Call::get(next).abort(abort).read().await
}

/// The answer is the only one that has the key itself.
pub async fn create(team: &str, body: ApiKeyCreate) -> Result<ApiKey, Failure> {
    Call::create(path::team_api_keys(team)).body(&body).value().await
}

pub async fn revoke(team: &str, key: ApiKeyId) -> Result<(), Failure> {
    Call::delete(path::team_api_key(team, key)).done().await
}
