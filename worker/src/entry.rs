//! Where the platform hands a request over: from its types to ours and back. Each crossing into
//! JavaScript costs, so all headers come and go in one piece of JSON.

use crate::{
    error::{Broken, log},
    json,
    layer::serve::{BODY_MAX, Body, serve, split_url},
    store::live::{LiveEdge, broken, broken_js},
};
use futures_util::TryStreamExt;
use js_sys::{Array, JSON};
use serde::Serialize;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use worker::{
    Context, Env, event,
    web_sys::{Request, Response, ResponseInit},
};

/// What is answered where not even an answer could be made.
const FAILED: &str =
    "{\"code\":\"INTERNAL_SERVER_ERROR\",\"message\":\"Something failed on our side. Try again in a minute.\"}";

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    match answer(request, env, context).await {
        Ok(response) => Ok(response),
        Err(broken) => {
            log("request", &broken);
            let headers = vec![("content-type", "application/json")];
            respond(500, headers, Some(FAILED)).map_err(|Broken(why)| worker::Error::RustError(why))
        }
    }
}

async fn answer(request: Request, env: Env, context: Context) -> Result<Response, Broken> {
    let url = request.url();
    let (origin, path) = split_url(&url);
    let configured = env.var("PUBLIC_URL").map(|url| url.to_string()).unwrap_or_default();
    let site = if configured.is_empty() { origin.to_owned() } else { configured.trim_end_matches('/').to_owned() };
    #[cfg(feature = "dev")]
    {
        crate::dev::clock::load(&env).await?;
        if path.starts_with("/dev/") {
            let response = crate::dev::respond(request.into(), path, &env, context, &site).await?;
            return Ok(response.into());
        }
    }
    let mut ours = http::Request::builder().method(request.method().as_str()).uri(path);
    for (name, value) in headers(&request)? {
        ours = ours.header(name, value);
    }
    let ours = ours.body(body(request).await?).map_err(|why| Broken(format!("request: {why}")))?;
    let response = serve(Rc::new(LiveEdge::new(env, context)?), &site, ours).await;
    let (parts, body) = response.into_parts();
    let headers = parts.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()));
    respond(parts.status.as_u16(), headers.collect(), Some(body.as_str()).filter(|body| !body.is_empty()))
}

fn headers(request: &Request) -> Result<Vec<(String, String)>, Broken> {
    let pairs = Array::from(&request.headers());
    let text: String = JSON::stringify(&pairs).map_err(broken_js("headers"))?.into();
    Ok(json::from_str(&text)?)
}

/// Reads no more than a body may have.
async fn body(request: Request) -> Result<Body, Broken> {
    let declared = request.headers().get("content-length").ok().flatten().and_then(|n| n.parse::<usize>().ok());
    if declared.is_some_and(|length| length > BODY_MAX) {
        return Ok(Body::TooLarge);
    }
    if request.body().is_none() {
        return Ok(Body::Whole(vec![]));
    }
    let failed = broken("body");
    let mut stream = worker::Request::from(request).stream().map_err(&failed)?;
    let mut whole = vec![];
    while let Some(chunk) = stream.try_next().await.map_err(&failed)? {
        whole.extend_from_slice(&chunk);
        if whole.len() > BODY_MAX {
            return Ok(Body::TooLarge);
        }
    }
    Ok(Body::Whole(whole))
}

#[derive(Serialize)]
struct Init<'a> {
    status: u16,
    headers: Vec<(&'a str, &'a str)>,
}

fn respond(status: u16, headers: Vec<(&str, &str)>, body: Option<&str>) -> Result<Response, Broken> {
    let failed = broken_js("response");
    let init = JSON::parse(&json::to_string(&Init { status, headers })?).map_err(&failed)?;
    let init: ResponseInit = init.unchecked_into();
    Response::new_with_opt_str_and_init(body, &init).map_err(&failed)
}
