//! A team's audit log, newest first.

use crate::api::{
    Answer, Failure,
    call::{Abort, Call},
};
use guildhall_shared::{audit::AuditEvent, page::LIMIT_MAX, path};

pub async fn list(team: &str, abort: &Abort) -> Result<Answer<Vec<AuditEvent>>, Failure> {
    page(&format!("{}?limit={LIMIT_MAX}", path::team_audit(team)), abort).await
}

pub async fn page(next: &str, abort: &Abort) -> Result<Answer<Vec<AuditEvent>>, Failure> {
    Call::get(next).abort(abort).read().await
}
