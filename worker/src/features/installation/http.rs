//! Whether the server is up, what each of its keys still holds, and what it serves.

use crate::{
    access::ask_as_system,
    error::{Error, InternalError},
    features::installation::Look,
    http::{
        Answer, Call, Dialect,
        route::{Reply, Route, Who, of, route},
    },
    store::key,
};
use guildhall_shared::{health::Health, path};

/// The API document, which goes out as it was made.
struct OpenApi;

pub fn routes() -> Vec<Route> {
    use Reply::Json;
    vec![
        route!("getHealth", GET path::HEALTH, Who::Anybody, None => Json(200, of::<Health>()),
            "Check that the server is up. It has reached its storage and has its keys when it answers 200.", get),
        route!("getOpenApi", GET path::OPENAPI, Who::Anybody, None => Json(200, of::<OpenApi>()),
            "Get this document. An OpenAPI 3.1 description of the API.", openapi)
        .on_pages(),
    ]
}

pub async fn get(call: &Call) -> Result<Answer, Error> {
    call.edge.read(vec![key::installation().as_str().to_owned()]).await?;
    let keys = ask_as_system(call, &(), &Look).await?.read()?;
    Ok(Answer::json(200, &Health { status: "ok".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), keys })?)
}

/// The document of the API in the dialect of the call, made on the host from the table of routes and the shared types.
pub async fn openapi(call: &Call) -> Result<Answer, Error> {
    let file = match call.dialect {
        Dialect::Contract => path::OPENAPI,
        Dialect::Page => path::PAGE_OPENAPI,
    };
    let document = call.edge.file(file.to_owned()).await?;
    Ok(Answer::text(200, String::from_utf8(document).map_err(|_| InternalError::new("the API document is not UTF-8"))?))
}
