//! The rules of a session: vouching, signing out, switching teams.

use crate::{
    error::Rejection,
    features::{
        passwords::password::renew,
        second_factor::{self, prove},
        security_log,
        sessions::session::{self, Authenticate, Authenticated, Rotated, SignOut, Switch},
        sign_in::{self, Outcome, Reauthenticate, Reauthentication, SignIn},
    },
    object::{Handler, Rule, context::Context, rule, saga},
    store::{Transaction, key},
};
use guildhall_shared::{AccountId, security_log::SecurityEventKind};

pub const COMMANDS: &[Handler] =
    &[rule::<SignIn>(), rule::<Authenticate>(), saga::<Reauthenticate>(), rule::<SignOut>(), rule::<Switch>()];

impl Rule for SignIn {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<Outcome, Rejection> {
        context.only_system()?;
        sign_in::sign_in(tx, context, id, self)
    }
}

impl Rule for Authenticate {
    fn decide(
        &self,
        tx: &mut Transaction<'_>,
        context: &Context<'_>,
        id: AccountId,
    ) -> Result<Authenticated, Rejection> {
        let Self { recent } = *self;
        let session = if recent { session::check_recent(tx, context)? } else { session::check(tx, context)? };
        let account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        Ok(Authenticated { account, session })
    }
}

pub fn reauthenticate(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    id: AccountId,
    by: &Reauthentication,
) -> Result<Rotated, Rejection> {
    let mut session = session::check(tx, context)?;
    match by {
        Reauthentication::Password(plain) => {
            sign_in::prove(tx, context, (id, session.id), plain)?;
            renew(tx, context, plain);
            security_log::note(tx, context.origin, SecurityEventKind::Prove, "");
        }
        Reauthentication::Factor(proof) => {
            let account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
            let method = prove::prove(tx, context, &account, proof, second_factor::as_field)?;
            session.factor = Some(tx.now());
            security_log::note(tx, context.origin, SecurityEventKind::ProveFactor, method.noun());
        }
    }
    session.proved = tx.now();
    Ok(session::rotate(tx, context, id, session))
}

impl Rule for SignOut {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let session = session::check(tx, context)?;
        session::end(tx, id, session.id);
        security_log::note(tx, context.origin, SecurityEventKind::SignOut, "");
        Ok(())
    }
}

impl Rule for Switch {
    fn decide(
        &self,
        tx: &mut Transaction<'_>,
        context: &Context<'_>,
        id: AccountId,
    ) -> Result<Authenticated, Rejection> {
        let Self { team } = *self;
        let mut session = session::check(tx, context)?;
        let account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        if session.team != team {
            tx.get(&key::link(team)).ok_or_else(Rejection::not_found)?;
            session.team = team;
            tx.put(&key::session(id, session.id), &session);
        }
        Ok(Authenticated { account, session })
    }
}
