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
    store::{Draft, key},
};
use guildhall_shared::{AccountId, security_log::Happened};

pub const COMMANDS: &[Handler] =
    &[rule::<SignIn>(), rule::<Vouch>(), saga::<Reauthenticate>(), rule::<SignOut>(), rule::<Switch>()];

impl Rule for SignIn {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<Outcome, Rejection> {
        context.only_system()?;
        sign_in::sign_in(draft, context, id, self)
    }
}

impl Rule for Vouch {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<Vouched, Rejection> {
        let Self { recent } = *self;
        let session = if recent { session::check_recent(draft, context)? } else { session::check(draft, context)? };
        let account = draft.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        Ok(Vouched { account, session })
    }
}

pub fn reauthenticate(
    draft: &mut Draft<'_>,
    context: &Context<'_>,
    id: AccountId,
    by: &Again,
) -> Result<Rotated, Rejection> {
    let mut session = session::check(draft, context)?;
    match by {
        Again::Password(plain) => {
            sign_in::prove(draft, context, (id, session.id), plain)?;
            renew(draft, context, plain);
            security_log::note(draft, context.origin, Happened::Prove, "");
        }
        Again::Factor(proof) => {
            let account = draft.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
            let method = prove::prove(draft, context, &account, proof, second_factor::as_field)?;
            session.factor = Some(draft.now());
            security_log::note(draft, context.origin, Happened::ProveFactor, method.noun());
        }
    }
    session.proved = draft.now();
    Ok(session::rotate(draft, context, id, session))
}

impl Rule for SignOut {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<(), Rejection> {
        let session = session::check(draft, context)?;
        session::end(draft, id, session.id);
        security_log::note(draft, context.origin, Happened::SignOut, "");
        Ok(())
    }
}

impl Rule for Switch {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId) -> Result<Vouched, Rejection> {
        let Self { team } = *self;
        let mut session = session::check(draft, context)?;
        let account = draft.get(&key::account(id)).ok_or_else(Rejection::nobody)?;
        if session.team != team {
            draft.get(&key::link(team)).ok_or_else(Rejection::not_found)?;
            session.team = team;
            draft.put(&key::session(id, session.id), &session);
        }
        Ok(Vouched { account, session })
    }
}
