//! The sessions of an account, for its person: listed and ended.

use crate::{
    error::Rejection,
    features::{
        security_log,
        sessions::{
            record::SessionRecord,
            session::{check, check_recent, end, end_others},
        },
        sign_in::challenge,
    },
    object::{self, Command, Handler, Rule, context::Context, rule},
    store::{Transaction, key},
};
use guildhall_shared::{
    AccountId, SessionId, device::describe, security_log::SecurityEventKind, session::AccountSession,
};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

pub const COMMANDS: &[Handler] = &[rule::<List>(), rule::<End>(), rule::<EndOthers>()];

/// The sessions that live, this one first, then the one seen last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct List;

impl Command for List {
    type On = object::Account;
    type Reply = Vec<AccountSession>;
    const NAME: &'static str = "session.list";
}

impl Rule for List {
    fn decide(
        &self,
        tx: &mut Transaction<'_>,
        context: &Context<'_>,
        id: AccountId,
    ) -> Result<Vec<AccountSession>, Rejection> {
        let current = check(tx, context)?;
        let now = tx.now();
        let mut sessions: Vec<AccountSession> = tx
            .scan(&key::sessions(id))
            .into_iter()
            .filter(|(_, session)| session.end() > now)
            .map(|(_, session)| shown(tx, session, current.id))
            .collect();
        sessions.sort_by_key(|session| Reverse((session.is_current, session.dt_last_seen)));
        Ok(sessions)
    }
}

fn shown(tx: &Transaction<'_>, session: SessionRecord, current: SessionId) -> AccountSession {
    let used = tx.get(&key::session_use(session.id));
    let expires = session.end();
    let SessionRecord { id, digest: _, created, seen, proved, factor: _, expires: _, device, place, address, team: _ } =
        session;
    let (seen, address, place) = match used {
        Some(used) => (used.at, used.address, used.place),
        None => (seen.max(proved), address, place),
    };
    AccountSession {
        id,
        device: describe(&device),
        place,
        address,
        dt_created: created,
        dt_last_seen: seen,
        dt_expires: expires,
        is_current: id == current,
    }
}

/// Ends one of the account's sessions, this one perhaps. A stolen cookie shall not lock its owner out, so it asks
/// for a recent sign-in (ASVS 5.0, 7.5.2); signing out does not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct End {
    pub session: SessionId,
}

impl Command for End {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "session.end";
}

impl Rule for End {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let Self { session } = *self;
        check_recent(tx, context)?;
        let record = tx.get(&key::session(id, session)).ok_or_else(Rejection::not_found)?;
        end(tx, id, session);
        security_log::note(tx, context.origin, SecurityEventKind::SessionEnd, &describe(&record.device));
        Ok(())
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndOthers;

impl Command for EndOthers {
    type On = object::Account;
    type Reply = ();
    const NAME: &'static str = "session.endOthers";
}

impl Rule for EndOthers {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let current = check_recent(tx, context)?;
        // Someone who has shown the password and not yet the second factor is out too.
        challenge::void_all(tx);
        if end_others(tx, id, current.id) > 0 {
            security_log::note(tx, context.origin, SecurityEventKind::SessionEndOthers, "");
        }
        Ok(())
    }
}
