//! What happened to one's account, newest first.

use crate::api::{
    Answer, Failure,
    call::{Abort, Call},
};
use guildhall_shared::{path, security_log::SecurityEvent};

/// Lines of a page: what one looks at before one looks closer.
const LINES: usize = 20;

pub async fn list(abort: &Abort) -> Result<Answer<Vec<SecurityEvent>>, Failure> {
    page(&format!("{}?limit={LINES}", path::ACCOUNT_SECURITY_LOG), abort).await
}

pub async fn page(next: &str, abort: &Abort) -> Result<Answer<Vec<SecurityEvent>>, Failure> {
    Call::get(next).abort(abort).read().await
}
