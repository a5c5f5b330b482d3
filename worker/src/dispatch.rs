//! How the kernel reaches the product: what it hands in, and which command or timer of the features does what is asked.

use crate::{
    credentials::secret::Installation,
    error::{InternalError, Rejection},
    features::{
        FEATURES,
        accounts::event::{AccountEvent, AccountEvents},
        teams::event::{TeamEvent, TeamEvents},
    },
    mail::{Letter, Mail},
    object::{
        Ask, Change, CommandResult, Context, Envelope, Left, Named, Object, ObjectName, Replied, idempotency,
        notes::Notes,
    },
    product::Guildhall,
    store::{Listed, Priority, Stored, Transaction, key, list, view},
};
use futures_util::future::LocalBoxFuture;
use guildhall_kernel::Product;
use guildhall_shared::{AccountId, TeamId, Timestamp};
use std::rc::Rc;

impl Product for Guildhall {
    type Address = ObjectName;
    type Call = Envelope;
    type Rejection = Rejection;
    /// What is left of the caller's budgets.
    type Aside = Vec<Left>;
    type Notes = Notes;
    type Delivery = Mail;
    type Letter = Letter;
    type Installation = Installation;

    fn for_readers(tx: &Transaction<'_>, key: &str) -> Option<Stored> {
        view::for_readers(tx, key)
    }

    fn views_of(tx: &Transaction<'_>, keys: &[&str]) -> Vec<(String, Priority)> {
        view::touched(tx, keys.iter().copied())
    }

    fn is_replicated(key: &str) -> bool {
        key::is_replicated(key)
    }

    const LISTS: u32 = list::VERSION;

    fn is_listed(key: &str) -> bool {
        list::is_listed(key)
    }

    fn listed(key: &str, stored: &Stored) -> Option<Listed> {
        list::listed(key, stored)
    }

    fn handle(object: Rc<Object>, call: Envelope) -> LocalBoxFuture<'static, Result<Replied, InternalError>> {
        Box::pin(async move { handle(&object, call).await })
    }

    fn fire(object: Rc<Object>, timer: String) -> LocalBoxFuture<'static, Result<(), InternalError>> {
        Box::pin(async move { fire(&object, &timer).await })
    }

    fn status(rejection: &Rejection) -> u16 {
        rejection.code.status()
    }

    fn letter(mail: &Mail, installation: &Installation, now: Timestamp) -> Result<Letter, InternalError> {
        Letter::write(mail, installation, now)
    }
}

impl TeamEvents for Guildhall {
    fn raise(tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId, event: &TeamEvent<'_>) {
        for feature in FEATURES {
            (feature.on_team_event)(tx, context, team, event);
        }
    }
}

impl AccountEvents for Guildhall {
    fn raise(tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId, mut event: AccountEvent<'_>) {
        for feature in FEATURES {
            (feature.on_account_event)(tx, context, id, &mut event);
        }
    }
}

/// Answers one call.
async fn handle(object: &Rc<Object>, envelope: Envelope) -> Result<Replied, InternalError> {
    if let Some(answer) = object.known_answer(&envelope)? {
        return Ok(Replied { answer, replayed: true, aside: vec![] });
    }
    let limits = Rc::clone(&envelope.limits);
    let answer = match &envelope.ask {
        Ask::Do(named) => run(object, &envelope, named).await?,
        Ask::Read(_) => Err(Rejection::not_found()),
    };
    Ok(Replied { answer, replayed: false, aside: limits.take() })
}

/// Does what a call asks of its object.
async fn run(object: &Rc<Object>, envelope: &Envelope, named: &Named) -> Result<CommandResult, InternalError> {
    let mut known = FEATURES.iter().flat_map(|feature| feature.commands).copied().flatten();
    match known.find(|handler| handler.is_for(&object.name, named)) {
        Some(handler) => handler.run(object, envelope, named).await,
        None => Err(InternalError::new(format!("this object knows no command {}", named.name))),
    }
}

/// Does what a timer was set for. One that nothing is known of is stopped.
async fn fire(object: &Rc<Object>, name: &str) -> Result<(), InternalError> {
    if name == idempotency::DUE {
        return object.write(|tx, _| idempotency::forget(tx));
    }
    let mut known = FEATURES.iter().flat_map(|feature| feature.timers).copied().flatten();
    match known.find_map(|handler| handler.fire(object, name)) {
        Some(done) => done.await,
        None => object.write(|tx, _| tx.cancel(name)),
    }
}
