//! The cross-site defence: what a browser sends along must come from our own pages.

use crate::{
    access::actor::Credential,
    error::{Error, Rejection},
    http::{call::Call, message::header},
};
use http::Method;

/// Without a Bearer key, every change comes from our own pages. With one the cookie counts for nothing.
pub fn check_origin(call: &Call) -> Result<(), Error> {
    if call.method == Method::GET || matches!(call.credential, Credential::Key(..) | Credential::WrongKey) {
        return Ok(());
    }
    let is_foreign = call.header(header::ORIGIN).is_some_and(|origin| origin != call.origin.site)
        || call.header("sec-fetch-site").is_some_and(|site| site != "same-origin");
    if is_foreign {
        return Err(Rejection::forbidden("This request does not come from this site's own pages.").into());
    }
    Ok(())
}

/// With a Bearer key a media type that contains JSON will do. Without one it is exactly JSON, which no form sends.
pub fn check_media(call: &Call) -> Result<(), Error> {
    if call.method == Method::GET {
        return Ok(());
    }
    let media = call.header(header::CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
    if matches!(call.credential, Credential::Key(..) | Credential::WrongKey) {
        if media.contains("application/json") || (call.body.is_empty() && media.is_empty()) {
            return Ok(());
        }
        return Err(Rejection::bad("Send JSON, with the header Content-Type: application/json.").into());
    }
    if !call.body.is_empty() && media != "application/json" {
        return Err(Rejection::forbidden("Send JSON, with exactly the header Content-Type: application/json.").into());
    }
    Ok(())
}
