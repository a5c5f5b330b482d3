//! Who is signed in with the cookie of this browser.

use super::{Failure, call::Call};
use guildhall_shared::{path, session::Session};

pub async fn get() -> Result<Option<Session>, Failure> {
    Call::get(path::SESSION).bare().value().await
}

/// As the primary has it.
pub async fn get_fresh() -> Result<Option<Session>, Failure> {
    Call::get(path::SESSION).fresh().bare().value().await
}

pub async fn sign_out() -> Result<(), Failure> {
    Call::post(path::SIGN_OUT).bare().done().await
}
