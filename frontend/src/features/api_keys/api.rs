//! Credentials for programs.

use crate::api::{Failure, call::Call};
use guildhall_shared::{
    ApiKeyId,
    api_key::{ApiKey, ApiKeyCreate},
    path,
};

/// The answer is the only one that has the key itself.
pub async fn create(team: &str, body: ApiKeyCreate) -> Result<ApiKey, Failure> {
    Call::create(path::team_api_keys(team)).body(&body).value().await
}

pub async fn revoke(team: &str, key: ApiKeyId) -> Result<(), Failure> {
    Call::delete(path::team_api_key(team, key)).done().await
}
