//! Whether a password is known from a breach. The digests of 1.4 million such passwords lie beside the Worker, in one
//! file for each first byte: a password costs one read of 22 kB, and only its digest is looked up.

use crate::{error::InternalError, http::Call};
use guildhall_shared::{
    path,
    text::{lower, nfkc},
};
use sha2::{Digest, Sha256};

/// Bytes of a digest after the first. With 1.4 million passwords one of 800,000 others is taken for known.
const ROW: usize = 4;

/// In any case of its letters. Without the file no password is taken.
pub async fn have(call: &Call, password: &str) -> Result<bool, InternalError> {
    let digest = Sha256::digest(lower(&nfkc(password)));
    let Some((first, rest)) = digest.split_first() else { return Ok(false) };
    let path = path::breached_passwords(*first);
    let rows = call.edge.file(path.clone()).await?;
    // In place of a file that is missing, the platform may give out another one.
    if !rows.len().is_multiple_of(ROW) || !rows.chunks(ROW).is_sorted() {
        return Err(InternalError::new(format!("{path} is not a list of breached passwords")));
    }
    Ok(rows.chunks(ROW).any(|row| rest.starts_with(row)))
}
