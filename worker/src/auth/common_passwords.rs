//! Whether a password is one of those that many people use. Their list is a file that is deployed beside the
//! Worker, whose program would be larger by it; without the list no password is taken.

use crate::{error::Broken, layer::Call};
use guildhall_shared::{password::Common, path};
use std::cell::RefCell;

thread_local! {
    static COMMON: RefCell<Option<Common>> = const { RefCell::new(None) };
}

/// Reads the list once for each isolate.
pub async fn have(call: &Call, password: &str) -> Result<bool, Broken> {
    if let Some(has) = COMMON.with_borrow(|common| common.as_ref().map(|common| common.has(password))) {
        return Ok(has);
    }
    let path = path::COMMON_PASSWORDS;
    let text = String::from_utf8(call.edge.file(path.to_owned()).await?).ok();
    let common = text.and_then(Common::read);
    let common = common.ok_or_else(|| Broken::new(format!("{path} is not the list of common passwords")))?;
    let has = common.has(password);
    COMMON.set(Some(common));
    Ok(has)
}
