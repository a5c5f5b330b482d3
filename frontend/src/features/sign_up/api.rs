//! Signing up.

use crate::api::{Failure, call::Call};
use guildhall_shared::{auth::SignUp, path, session::Session};

pub async fn sign_up(body: SignUp) -> Result<Session, Failure> {
    Call::post(path::SIGN_UP).body(&body).bare().value().await
}
