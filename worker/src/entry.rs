//! Where the platform hands a request over: from its types to ours and back. Each crossing into
//! JavaScript costs, so all headers come and go in one piece of JSON.

use crate::{
    error::{InternalError, log},
    http::{
        message::{self, Body, header, text},
        page::{Place, place},
        serve::{self, BODY_MAX, redirect, refuse_length},
        site::{misconfigured, site},
    },
    json,
    platform::{ASSETS, LiveEdge, await_promise, broken_js, clock, installation, invoke, variable},
};
use core::convert::Infallible;
use http::{HeaderMap, Method, Uri};
use js_sys::{Array, JSON, Object, Reflect, Uint8Array};
use serde::Serialize;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use worker::{
    Context, Env, event,
    web_sys::{ReadableStreamDefaultReader, Request, Response, ResponseInit},
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response, Infallible> {
    let failed = |error| {
        log("request", &error);
        respond(serve::failed(serve::FAILED, clock::now())).unwrap_or_else(|_| Response::error())
    };
    Ok(answer(request, env, context).await.unwrap_or_else(failed))
}

/// What is answered while the operator has something to change: the sentence goes to the log as well.
fn unfit(sentence: &str) -> Result<Response, InternalError> {
    log("configuration", &InternalError::new(sentence));
    respond(serve::failed(sentence, clock::now()))
}

async fn answer(request: Request, env: Env, context: Context) -> Result<Response, InternalError> {
    // The platform has parsed the URL already: what `http` still refuses is one of more than 65,534 bytes.
    let Ok(uri) = request.url().parse::<Uri>() else { return respond(refuse_length(clock::now())) };
    let asked =
        format!("{}://{}", uri.scheme_str().unwrap_or_default(), uri.authority().map_or("", |host| host.as_str()));
    let configured = variable(&env, "PUBLIC_URL").unwrap_or_default();
    let site = match site(&configured, &asked, cfg!(feature = "dev")) {
        Ok(site) => site,
        Err(sentence) => return unfit(&sentence),
    };
    if let Err(why) = installation(&env) {
        return unfit(&misconfigured(why.inside()));
    }
    #[cfg(feature = "dev")]
    {
        crate::dev::clock::load(&env).await?;
        if uri.path().starts_with("/dev/") {
            let response = crate::dev::respond(request.into(), uri.path(), &env, context, &site).await?;
            return Ok(response.into());
        }
    }
    let method = request.method().parse().unwrap_or(Method::TRACE);
    let headers = headers(&request)?;
    let response = match place(&method, uri.path(), &headers) {
        Place::Console => return console(&env, &method, &headers, false).await,
        Place::Missing => return console(&env, &method, &headers, true).await,
        Place::Elsewhere(to) => redirect(to),
        Place::Api => {
            let mut ours = message::Request::new(body(request).await?);
            (*ours.method_mut(), *ours.uri_mut(), *ours.headers_mut()) = (method, uri, headers);
            serve::serve(Rc::new(LiveEdge::new(env, context)?), &site, ours).await
        }
    };
    respond(response)
}

/// The console's page out of the deployed files, with the headers that these have. As an answer for a page that is not
/// there it is 404 and kept by nobody.
async fn console(env: &Env, method: &Method, headers: &HeaderMap, is_missing: bool) -> Result<Response, InternalError> {
    let failed = broken_js("page");
    let (init, known) = (Object::new(), Object::new());
    if let Some(tags) = text(headers, header::IF_NONE_MATCH).filter(|_| !is_missing) {
        Reflect::set(&known, &header::IF_NONE_MATCH.as_str().into(), &tags.into()).map_err(&failed)?;
    }
    Reflect::set(&init, &"headers".into(), &known).map_err(&failed)?;
    Reflect::set(&init, &"method".into(), &method.as_str().into()).map_err(&failed)?;
    let files = Reflect::get(env.as_ref(), &ASSETS.into()).map_err(&failed)?;
    let page =
        await_promise(invoke(&files, "fetch", &["http://assets/".into(), init.into()])).await.map_err(&failed)?;
    let page: Response = page.dyn_into().map_err(&failed)?;
    if !is_missing {
        return Ok(page);
    }
    let init = ResponseInit::new();
    init.set_status(404);
    init.set_headers(&page.headers());
    let missing = Response::new_with_opt_readable_stream_and_init(page.body().as_ref(), &init).map_err(&failed)?;
    missing.headers().delete(header::ETAG.as_str()).map_err(&failed)?;
    missing.headers().set(header::CACHE_CONTROL.as_str(), "no-store").map_err(&failed)?;
    Ok(missing)
}

fn headers(request: &Request) -> Result<HeaderMap, InternalError> {
    let pairs = Array::from(&request.headers());
    let text: String = JSON::stringify(&pairs).map_err(broken_js("headers"))?.into();
    Ok(message::headers(json::from_str::<Vec<(String, String)>>(&text)?))
}

/// Reads no more than a body may have.
async fn body(request: Request) -> Result<Body, InternalError> {
    let declared = request.headers().get("content-length").ok().flatten().and_then(|n| n.parse::<usize>().ok());
    if declared.is_some_and(|length| length > BODY_MAX) {
        return Ok(Body::TooLarge);
    }
    let Some(stream) = request.body() else { return Ok(Body::Whole(vec![])) };
    let failed = broken_js("body");
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut whole = vec![];
    loop {
        let part = JsFuture::from(reader.read()).await.map_err(&failed)?;
        let bytes = Reflect::get(&part, &"value".into()).map_err(&failed)?;
        if bytes.is_undefined() {
            return Ok(Body::Whole(whole));
        }
        whole.extend(Uint8Array::new(&bytes).to_vec());
        if whole.len() > BODY_MAX {
            return Ok(Body::TooLarge);
        }
    }
}

#[derive(Serialize)]
struct Init<'a> {
    status: u16,
    headers: Vec<(&'a str, &'a str)>,
}

fn respond(response: message::Response) -> Result<Response, InternalError> {
    let failed = broken_js("response");
    let (parts, body) = response.into_parts();
    let headers =
        parts.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
    let init = JSON::parse(&json::to_string(&Init { status: parts.status.as_u16(), headers })?).map_err(&failed)?;
    let init: ResponseInit = init.unchecked_into();
    // Bytes, which go out as they are: a text would be decoded for JavaScript and encoded again.
    let body = if body.is_empty() { None } else { Some(Uint8Array::from(body.as_bytes())) };
    Response::new_with_opt_js_u8_array_and_init(body.as_ref(), &init).map_err(&failed)
}
