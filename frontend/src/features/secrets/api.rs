//! A team's secrets: names come, values only go.

use crate::api::{Failure, call::Call};
use guildhall_shared::{
    path,
    secret::{Secret, SecretCreate, SecretUpdate},
};

pub async fn create(team: &str, body: SecretCreate) -> Result<Secret, Failure> {
    Call::create(path::team_secrets(team)).body(&body).value().await
}

pub async fn update(team: &str, name: &str, value: String) -> Result<Secret, Failure> {
    Call::patch(path::team_secret(team, name)).body(&SecretUpdate { value }).value().await
}

pub async fn delete(team: &str, name: &str) -> Result<(), Failure> {
    Call::delete(path::team_secret(team, name)).done().await
}
