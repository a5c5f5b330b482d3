//! Development only: the mailbox, the clock that can be moved, a commit that fails, example and bulk data. The feature
//! that compiles it is off in what `wrangler deploy` ships.

pub mod clock;
pub mod fail;
mod fill;
pub mod mailbox;
mod seed;

use crate::{
    dev::fill::Fill,
    error::InternalError,
    features::members::seed::WAKE,
    object::{Ask, CommandResult, Envelope, Object, ObjectName, to_json},
    platform::{LiveEdge, Platform},
};
use std::{cell::RefCell, collections::HashSet, rc::Rc};
use worker::{Context, Env, Method, Request, Response};

thread_local! {
    /// The objects that this process has seen, to wake when the clock moves.
    static SEEN: RefCell<HashSet<ObjectName>> = RefCell::default();
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` asks for")]
pub(super) fn failed(why: worker::Error) -> InternalError {
    InternalError::new(format!("dev: {why}"))
}

/// Answers what is under `/dev`.
pub async fn respond(
    mut request: Request,
    path: &str,
    env: &Env,
    context: Context,
    site: &str,
) -> Result<Response, InternalError> {
    let platform = Platform::new(env.clone())?;
    let response = match (request.method(), path) {
        (Method::Get, "/dev/mail") => Response::from_html(mailbox::page(&platform.kv()?).await?),
        (Method::Get, "/dev/mail.json") => Response::from_json(&mailbox::all(&platform.kv()?).await?),
        (Method::Post, "/dev/clock") => {
            let body: clock::Move = request.json().await.map_err(failed)?;
            clock::advance(&platform, &body).await?;
            Response::from_json(&serde_json::json!({ "now": crate::platform::clock::now() }))
        }
        (Method::Post, "/dev/fail") => {
            fail::arm(request.json().await.map_err(failed)?);
            Response::from_json(&())
        }
        (Method::Post, "/dev/seed") => {
            let body: seed::Bulk = request.json().await.map_err(failed)?;
            Response::from_json(&seed::bulk(site, env, LiveEdge::new(env.clone(), context)?, &body).await?)
        }
        (Method::Post, "/dev/demo") => {
            Response::from_json(&seed::demo(site, env, LiveEdge::new(env.clone(), context)?).await?)
        }
        _ => Response::error("Not found", 404),
    };
    response.map_err(failed)
}

/// What only development asks of any object: to do now what its alarm would do.
pub async fn object_command(object: &Rc<Object>, envelope: &Envelope) -> Option<Result<CommandResult, InternalError>> {
    SEEN.with_borrow_mut(|seen| seen.insert(object.name.clone()));
    if matches!(&envelope.ask, Ask::Do(named) if named.name == WAKE) {
        object.alarm().await;
        return Some(to_json(&()).map(Ok));
    }
    if let Ask::Do(named) = &envelope.ask
        && let Some(command) = named.read::<Fill>()
    {
        return Some(command.and_then(|command| fill::run(object, envelope, command)));
    }
    None
}

/// The objects seen so far.
pub fn seen() -> Vec<ObjectName> {
    SEEN.with_borrow(|seen| seen.iter().cloned().collect())
}
