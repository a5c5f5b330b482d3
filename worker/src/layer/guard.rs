//! The cross-site defence: what a browser sends along must come from our own pages.

use super::{Call, header};
use crate::{
    auth::actor::Credential,
    error::{Error, Refusal},
};
use http::Method;

/// With a Bearer key the cookie counts for nothing, and a content type that contains JSON will do.
/// Without one, every change needs our own origin and exactly `application/json`.
pub fn check(call: &Call) -> Result<(), Error> {
    if matches!(call.method, Method::GET | Method::HEAD) {
        return Ok(());
    }
    let media = call.header(header::CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
    if matches!(call.credential, Credential::Key(..) | Credential::WrongKey) {
        let fits = media.contains("application/json") || (call.body.is_empty() && media.is_empty());
        return if fits {
            Ok(())
        } else {
            Err(Refusal::bad("Send JSON, with the header Content-Type: application/json.").into())
        };
    }
    let foreign = || Err(Refusal::forbidden("This request does not come from this site's own pages.").into());
    if call.header(header::ORIGIN).is_some_and(|origin| origin != call.origin.site) {
        return foreign();
    }
    if call.header("sec-fetch-site").is_some_and(|site| site != "same-origin") {
        return foreign();
    }
    if !call.body.is_empty() && media != "application/json" {
        return Err(Refusal::forbidden("Send JSON, with exactly the header Content-Type: application/json.").into());
    }
    Ok(())
}
