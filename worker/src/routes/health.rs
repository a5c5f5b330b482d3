//! Whether the server is up, what each of its keys still holds, and what it serves.

use crate::{
    auth::access::ask_as_system,
    domain::installation::Look,
    error::{Broken, Error},
    layer::{Answer, Call, Dialect},
    store::key,
};
use guildhall_shared::{health::Health, path};

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
    Ok(Answer::text(200, String::from_utf8(document).map_err(|_| Broken::new("the API document is not UTF-8"))?))
}
