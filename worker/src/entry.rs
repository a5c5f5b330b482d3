//! Where the platform hands a request over: from its types to ours and back.

use crate::{
    error::{Broken, log},
    layer::serve::{BODY_MAX, Body, serve, split_url},
    store::live::LiveEdge,
};
use futures_util::TryStreamExt;
use std::rc::Rc;
use worker::{Context, Env, Headers, Request, Response, ResponseBuilder, event};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    match answer(request, env, context).await {
        Ok(response) => Ok(response),
        Err(broken) => {
            log("request", &broken);
            let body = "{\"code\":\"INTERNAL_SERVER_ERROR\",\"message\":\"Something failed on our side. Try again in a minute.\"}";
            let response = ResponseBuilder::new().with_status(500).with_header("content-type", "application/json")?;
            Ok(response.fixed(body.as_bytes().to_vec()))
        }
    }
}

async fn answer(mut request: Request, env: Env, context: Context) -> Result<Response, Broken> {
    let failed = |why: worker::Error| Broken(format!("request: {why}"));
    let url = request.inner().url();
    let (origin, path) = split_url(&url);
    let configured = env.var("PUBLIC_URL").map(|url| url.to_string()).unwrap_or_default();
    let site = if configured.is_empty() { origin.to_owned() } else { configured.trim_end_matches('/').to_owned() };
    #[cfg(feature = "dev")]
    {
        crate::dev::clock::load(&env).await?;
        if path.starts_with("/dev/") {
            return crate::dev::respond(request, path, &env, context, &site).await;
        }
    }
    let body = body(&mut request).await?;
    let mut ours = http::Request::builder().method(request.method().to_string().as_str()).uri(path);
    for (name, value) in request.headers().entries() {
        ours = ours.header(name, value);
    }
    let ours = ours.body(body).map_err(|why| Broken(format!("request: {why}")))?;
    let response = serve(Rc::new(LiveEdge::new(env, context)?), &site, ours).await;
    theirs(response).map_err(failed)
}

/// Reads no more than a body may have.
async fn body(request: &mut Request) -> Result<Body, Broken> {
    let declared = request.headers().get("content-length").ok().flatten().and_then(|n| n.parse::<usize>().ok());
    if declared.is_some_and(|length| length > BODY_MAX) {
        return Ok(Body::TooLarge);
    }
    if request.inner().body().is_none() {
        return Ok(Body::Whole(vec![]));
    }
    let failed = |why: worker::Error| Broken(format!("body: {why}"));
    let mut stream = request.stream().map_err(failed)?;
    let mut whole = vec![];
    while let Some(chunk) = stream.try_next().await.map_err(failed)? {
        whole.extend_from_slice(&chunk);
        if whole.len() > BODY_MAX {
            return Ok(Body::TooLarge);
        }
    }
    Ok(Body::Whole(whole))
}

fn theirs(response: http::Response<String>) -> worker::Result<Response> {
    let (parts, body) = response.into_parts();
    let headers = Headers::new();
    for (name, value) in &parts.headers {
        headers.append(name.as_str(), value.to_str().unwrap_or_default())?;
    }
    let builder = ResponseBuilder::new().with_status(parts.status.as_u16()).with_headers(headers);
    Ok(if body.is_empty() { builder.empty() } else { builder.fixed(body.into_bytes()) })
}
