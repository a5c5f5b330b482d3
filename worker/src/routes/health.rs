//! Whether the server is up, and what it serves.

use crate::{
    auth::access::ask_as_system,
    error::{Broken, Error},
    layer::{Answer, Call, Dialect},
    object::{Command, Json, ObjectName, Read},
};
use guildhall_shared::path;
use serde::Serialize;

#[derive(Serialize)]
struct Health {
    status: &'static str,
    version: &'static str,
}

pub async fn get(call: &Call) -> Result<Answer, Error> {
    call.edge.read(vec!["health".to_owned()]).await?;
    let object = ObjectName::Address("health".to_owned());
    ask_as_system::<Json>(call, object, Command::Read(Read::default())).await?;
    Ok(Answer::json(200, &Health { status: "ok", version: env!("CARGO_PKG_VERSION") })?)
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
