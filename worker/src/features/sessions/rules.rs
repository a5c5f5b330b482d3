//! The rules of a session: vouching, signing out, switching teams.

use crate::{
    error::Rejection,
    features::{
        passwords::password::renew,
        second_factor::{self, prove},
        security_log,
        sessions::session::{self, Rotated, SignOut, Switch, Vouch, Vouched},
        sign_in::{self, Again, Outcome, Reauthenticate, SignIn},
    },
    object::{Handler, Rule, context::Context, rule, saga},
    store::{Transaction, key},
};
use guildhall_shared::{AccountId, security_log::Happened};

pub const COMMANDS: &[Handler] =
    &[rule::<SignIn>(), rule::<Vouch>(), saga::<Reauthenticate>(), rule::<SignOut>(), rule::<Switch>()];

impl Rule for SignIn {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<Outcome, Rejection> {
        context.only_system()?;
        sign_in::sign_in(tx, context, id, self)
    }
}

impl Rule for Vouch {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<Vouched, Rejection> {
        let Self { recent } = *self;
        let session = if recent { session::check_recent(tx, context)? } else { session::check(tx, context)? };
        let account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        Ok(Vouched { account, session })
    }
}

pub fn reauthenticate(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    id: AccountId,
    by: &Again,
) -> Result<Rotated, Rejection> {
    let mut session = session::check(tx, context)?;
    match by {
        Again::Password(plain) => {
            sign_in::prove(tx, context, (id, session.id), plain)?;
            renew(tx, context, plain);
            security_log::note(tx, context.origin, Happened::Prove, "");
        }
        Again::Factor(proof) => {
            let account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
            let method = prove::prove(tx, context, &account, proof, second_factor::as_field)?;
            session.factor = Some(tx.now());
            security_log::note(tx, context.origin, Happened::ProveFactor, method.noun());
        }
    }
    session.proved = tx.now();
    Ok(session::rotate(tx, context, id, session))
}

impl Rule for SignOut {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let session = session::check(tx, context)?;
        session::end(tx, id, session.id);
        security_log::note(tx, context.origin, Happened::SignOut, "");
        Ok(())
    }
}

impl Rule for Switch {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<Vouched, Rejection> {
        let Self { team } = *self;
        let mut session = session::check(tx, context)?;
        let account = tx.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        if session.team != team {
            tx.get(&key::link(team)).ok_or_else(Rejection::not_found)?;
            session.team = team;
            tx.put(&key::session(id, session.id), &session);
        }
        Ok(Vouched { account, session })
    }
}
