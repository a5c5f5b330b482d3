//! From a request to a response: find the route, check, handle, add the headers that all answers have.

use crate::{
    access::{
        actor::{self, Credential},
        who,
    },
    credentials::secret::base36,
    error::{Error, Rejection, log},
    http::{
        answer::Answer,
        call::{Call, Dialect},
        guard, keys,
        message::{self, Body, Request, Response, header},
        query,
        request_log::{self, Seen},
        router,
    },
    object::Origin,
    store::Edge,
};
use guildhall_shared::{Code, Timestamp, path};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, request::Parts};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

/// Bytes of a request's body.
pub const BODY_MAX: usize = 100_000;

/// Bytes of a path and its query.
const PATH_MAX: usize = 4_096;

/// Answers a request. `site` is scheme and host of the console.
pub async fn serve(edge: Rc<dyn Edge>, site: &str, request: Request) -> Response {
    let since = edge.now();
    let mut id = [0; 16];
    if let Err(error) = edge.random(&mut id) {
        log("request", &error);
        return failed(FAILED, edge.now());
    }
    if let Err(sentence) = keys::check(&*edge).await {
        return failed(&sentence, edge.now());
    }
    let request_id = base36(id);
    let method = request.method().clone();
    let seen = Rc::new(Seen::default());
    let answer = match answer(Rc::clone(&edge), site, request, &request_id, &seen).await {
        Ok(answer) => answer,
        Err(error) => Answer::rejection(error.answer(&request_id)),
    };
    let now = edge.now();
    edge.log_request(&request_log::line(&seen, &method, answer.status, &request_id, since, now));
    respond(answer, &request_id, now, method == Method::HEAD)
}

async fn answer(
    edge: Rc<dyn Edge>,
    site: &str,
    request: Request,
    request_id: &str,
    seen: &Rc<Seen>,
) -> Result<Answer, Error> {
    let (Parts { method, uri, headers, .. }, body) = request.into_parts();
    // HEAD is answered as GET is, less the body.
    let method = if method == Method::HEAD { Method::GET } else { method };
    let (full, query) = (uri.path(), uri.query().unwrap_or_default());
    if full.len() + query.len() > PATH_MAX {
        return Ok(too_long());
    }
    let (dialect, path) = match full.strip_prefix(path::PAGE_BASE) {
        Some(rest) => (Dialect::Page, format!("{}{rest}", path::BASE)),
        None => (Dialect::Contract, full.to_owned()),
    };
    let (route, params) = router::find(&method, &path, dialect).ok_or_else(Rejection::not_found)?;
    seen.route.set(Some(&route.pattern));
    let params: Option<Vec<_>> =
        params.iter().map(|(name, value)| Some((name.to_owned(), query::part(value)?))).collect();
    let query = query::pairs(query);
    let unread = || Rejection::bad("The address is not UTF-8 with percent-encoding.");
    let params = params.ok_or_else(unread)?;
    let credential = Credential::read(&edge.installation(), &headers);
    let origin = origin(&headers, site, request_id);
    let (is_whole, body) = match body {
        Body::Whole(body) => (true, body),
        Body::TooLarge => (false, vec![]),
    };
    let faulty = if query.is_none() { Some(unread()) } else { None };
    let call = Call {
        edge,
        route,
        method,
        path: full.to_owned(),
        params,
        query: query.unwrap_or_default(),
        headers,
        body,
        origin,
        credential,
        dialect,
        limits: RefCell::default(),
        replayed: Cell::new(false),
        authenticated: Cell::new(None),
        slid: Cell::new(None),
        seen: Rc::clone(seen),
    };
    guard::check_origin(&call)?;
    who::check_account(&call).await?;
    let fit = match faulty {
        Some(rejection) => Err(rejection.into()),
        None => check(&call, is_whole),
    };
    if let Err(fault) = fit {
        who::authorize(&call).await?;
        return Err(fault);
    }
    let answer = match (route.handler)(&call).await {
        Ok(answer) => finish(&call, answer),
        Err(error) => {
            if let Error::Rejection(rejection) = &error
                && is_about_the_call(&call, rejection.code)
            {
                who::authorize(&call).await?;
            }
            let rejection = error.answer(request_id);
            if let Some(left) = rejection.limit.clone() {
                call.note_limit(left);
            }
            Answer::rejection(rejection)
        }
    };
    Ok(answer.limited(&call.limits.take()))
}

/// What is asked of every call before anything is done for it.
fn check(call: &Call, is_whole: bool) -> Result<(), Error> {
    if !is_whole {
        let message = format!("A body has at most {BODY_MAX} bytes.");
        return Err(Rejection::new(Code::PayloadTooLarge, message).into());
    }
    guard::check_media(call)?;
    call.if_match()?;
    call.idempotency()?;
    Ok(())
}

/// Whether a rejection is about the request itself, and not about its sender. Reads settle who is asking before anything
/// can be missing.
fn is_about_the_call(call: &Call, code: Code) -> bool {
    match code {
        Code::ParseError | Code::BadRequest => true,
        Code::NotFound => call.method != Method::GET,
        _ => false,
    }
}

/// What all answers to calls have in common: one that was kept says so, and whoever has it already gets none.
fn finish(call: &Call, answer: Answer) -> Answer {
    let answer = if call.replayed.get() { answer.with(header::IDEMPOTENCY_REPLAYED, "true") } else { answer };
    let answer = keep_cookie(call, answer);
    let etag = message::text(&answer.headers, header::ETAG).map(str::to_owned);
    match etag {
        Some(etag) if call.method == Method::GET && call.has(&etag) => Answer { status: 304, body: None, ..answer },
        _ => answer,
    }
}

/// Has the browser keep its cookie as long as the session, unless the answer says something of its cookies already.
fn keep_cookie(call: &Call, answer: Answer) -> Answer {
    let is_said = answer.headers.contains_key(header::SET_COOKIE);
    let (Some(end), Credential::Cookie(token, _), false) = (call.slid.get(), &call.credential, is_said) else {
        return answer;
    };
    let life = end.since(call.edge.now());
    match actor::keep_cookie(&call.edge.installation(), &call.headers, token, life) {
        Some(cookie) => answer.with(header::SET_COOKIE, &cookie),
        None => answer,
    }
}

fn origin(headers: &HeaderMap, site: &str, request_id: &str) -> Origin {
    let text = |name: &str, max: usize| {
        let value = message::text(headers, name).unwrap_or_default();
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

/// What is said where nothing more is known.
pub const FAILED: &str = "Something failed on our side. Try again in a minute.";

/// The answer where no request could be looked at: a failure, or a server that is not configured.
pub fn failed(sentence: &str, now: Timestamp) -> Response {
    respond(Answer::rejection(Rejection::new(Code::InternalServerError, sentence.to_owned())), "none", now, false)
}

/// The answer to an address that is too long to be looked at.
pub fn refuse_length(now: Timestamp) -> Response {
    respond(too_long(), "none", now, false)
}

fn too_long() -> Answer {
    let rejection = Rejection::bad(format!("A path and its query have at most {PATH_MAX} bytes."));
    Answer { status: 414, ..Answer::rejection(rejection) }
}

/// The headers of every answer.
fn fixed() -> HeaderMap {
    let fixed: [(HeaderName, &'static str); 7] = [
        (header::CACHE_CONTROL, "private, no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    fixed.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect()
}

/// Leads elsewhere on this site.
pub fn redirect(to: &'static str) -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::SEE_OTHER;
    *response.headers_mut() = fixed();
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static(to));
    response
}

fn respond(answer: Answer, request_id: &str, now: Timestamp, is_head: bool) -> Response {
    let mut answer = answer.with(header::X_REQUEST_ID, request_id);
    // The clock that all times of the answer come from, which development may have moved.
    answer = answer.with(header::DATE, &now.http_date());
    if let Some(body) = &answer.body {
        let length = body.len().to_string();
        answer = answer.with(header::CONTENT_TYPE, "application/json");
        if is_head {
            answer = answer.with(header::CONTENT_LENGTH, &length);
        }
    }
    let mut response = Response::new(answer.body.filter(|_| !is_head).unwrap_or_default());
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = fixed();
    response.headers_mut().extend(answer.headers);
    response
}
