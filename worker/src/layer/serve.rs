//! From a request to a response: find the route, check, handle, add the headers that all answers have.

use super::{
    Answer, Call, Dialect,
    answer::unescape,
    guard, header,
    message::{Body, Headers, Request, Response},
};
use crate::{
    auth::{actor::Credential, secret::base36},
    error::{Error, Refusal},
    object::Origin,
    router,
    store::Edge,
};
use guildhall_shared::{Code, path};
use std::rc::Rc;

/// Bytes of a request's body.
pub const BODY_MAX: usize = 100_000;
/// Bytes of a path and its query.
const PATH_MAX: usize = 4_096;

/// Scheme and host of an absolute address, and its path with the query. The platform has parsed the
/// address already, so there is nothing left to refuse; the `url` crate would be a tenth of the bundle.
pub fn split_url(url: &str) -> (&str, &str) {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(host..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(url.len(), |at| host + at);
    let (site, rest) = url.split_at_checked(end).unwrap_or((url, ""));
    let path = rest.split('#').next().unwrap_or_default();
    (site, if path.is_empty() { "/" } else { path })
}

/// Answers a request. `site` is scheme and host of the console.
pub async fn serve(edge: Rc<dyn Edge>, site: &str, request: Request) -> Response {
    let mut id = [0; 16];
    edge.random(&mut id);
    let request_id = base36(id);
    let answer = match answer(edge, site, request, &request_id).await {
        Ok(answer) => answer,
        Err(error) => Answer::refusal(error.answer(&request_id)),
    };
    respond(answer, &request_id)
}

async fn answer(edge: Rc<dyn Edge>, site: &str, request: Request, request_id: &str) -> Result<Answer, Error> {
    let Request { method, path: full, headers, body } = request;
    let (full, query) = full.split_once('?').unwrap_or((&full, ""));
    if full.len() + query.len() > PATH_MAX {
        return Err(Refusal::not_found().into());
    }
    let (dialect, path) = match full.strip_prefix(path::PAGE_BASE) {
        Some(rest) => (Dialect::Page, format!("{}{rest}", path::BASE)),
        None => (Dialect::Contract, full.to_owned()),
    };
    let (route, params) = router::find(&method, &path, dialect).ok_or_else(Refusal::not_found)?;
    let Body::Whole(body) = body else {
        let message = format!("A body has at most {BODY_MAX} bytes.");
        return Err(Refusal::new(Code::PayloadTooLarge, message).into());
    };
    let params: Option<Vec<_>> =
        params.into_iter().map(|(name, value)| Some((name, unescape(&value, false)?))).collect();
    let query: Option<Vec<_>> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((unescape(name, true)?, unescape(value, true)?))
        })
        .collect();
    let (Some(params), Some(query)) = (params, query) else {
        return Err(Refusal::bad("The address is not UTF-8 with percent-encoding.").into());
    };
    let credential = Credential::read(&edge.installation(), &headers);
    let origin = origin(&headers, site, request_id);
    let call =
        Call { edge, route, method, path: full.to_owned(), params, query, headers, body, origin, credential, dialect };
    guard::check(&call)?;
    (route.handler)(&call).await
}

fn origin(headers: &Headers, site: &str, request_id: &str) -> Origin {
    let text = |name: &str, max: usize| {
        let value = headers.get(name).unwrap_or_default();
        value.chars().filter(|c| !c.is_control()).take(max).collect::<String>()
    };
    let address = text("cf-connecting-ip", 45);
    Origin {
        address: if address.is_empty() { "unknown".to_owned() } else { address },
        device: text("user-agent", 256),
        place: text("cf-ipcountry", 2),
        site: site.to_owned(),
        request_id: request_id.to_owned(),
    }
}

const FIXED: [(&str, &str); 7] = [
    (header::CACHE_CONTROL, "private, no-store"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
];

fn respond(answer: Answer, request_id: &str) -> Response {
    let Answer { status, body, headers: more } = answer;
    let mut headers: Vec<_> = FIXED.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    headers.push(("x-request-id", request_id.to_owned()));
    if body.is_some() {
        headers.push((header::CONTENT_TYPE, "application/json".to_owned()));
    }
    headers.extend(more);
    Response { status, headers, body: body.unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::split_url;

    #[test]
    fn an_address_is_its_site_and_its_path() {
        let site = "https://guildhall.test:8443";
        assert_eq!(split_url("https://guildhall.test:8443/v1/a%20b?x=/y#z"), (site, "/v1/a%20b?x=/y"));
        assert_eq!(split_url("https://guildhall.test:8443/"), (site, "/"));
        assert_eq!(split_url("https://guildhall.test:8443"), (site, "/"));
    }
}
