//! Who may act on a team. A rule that changes a team needs a `Permit`, and only this file gives one.

use crate::{
    access::asked::{Asked, Permit},
    error::Rejection,
    features::sessions::session,
    object::{call::Caller, context::Context},
    store::{Transaction, key},
};
use guildhall_shared::{
    Action, Role, TeamId,
    role::{Grant, may, refusal},
};

/// Nobody 401, a stranger 404, a member who may not 403.
pub fn permit(tx: &Transaction<'_>, context: &Context<'_>, team: TeamId, action: Action) -> Result<Permit, Rejection> {
    let (account, key) = match context.caller {
        Caller::Account { account, .. } => (*account, None),
        Caller::Key { team: of, maker, key: id, digest } => {
            if *of != team {
                return Err(Rejection::not_found());
            }
            let record = tx.get(&key::api_key(team, *id)).ok_or_else(Rejection::nobody)?;
            record.check(*maker, digest, tx.now())?;
            record.allows(action).inspect_err(|_| tx.notes.refuse(*maker, action))?;
            (*maker, Some(*id))
        }
        Caller::Nobody | Caller::Session { .. } => return Err(Rejection::nobody()),
        Caller::System => return Err(Rejection::not_found()),
    };
    let Some(member) = tx.get(&key::member(team, account)) else {
        return Err(if key.is_some() { Rejection::nobody() } else { Rejection::not_found() });
    };
    if member.profile.deactivated {
        return Err(Rejection::nobody());
    }
    role_allows(member.role, action).inspect_err(|_| tx.notes.refuse(account, action))?;
    tx.notes.asked_for(Asked::Action(action));
    Ok(Permit { team, account, member, key })
}

/// Whether the caller still has all of what was asked. Where nothing was, the credential has to be good at least.
pub fn may_still(tx: &Transaction<'_>, context: &Context<'_>, team: Option<TeamId>, asked: &[Asked]) -> bool {
    is_good(tx, context.caller)
        && asked.iter().all(|asked| match asked {
            Asked::Action(action) => team.is_some_and(|team| permit(tx, context, team, *action).is_ok()),
            Asked::Session => session::check(tx, context).is_ok(),
            Asked::Recent => session::check_recent(tx, context).is_ok(),
            Asked::Factor => session::check_recent_factor(tx, context).is_ok(),
        })
}

/// Whether the credential that came with a call is still good.
fn is_good(tx: &Transaction<'_>, caller: &Caller) -> bool {
    match caller {
        Caller::Key { team, maker, key: id, digest } => {
            tx.get(&key::api_key(*team, *id)).is_some_and(|record| record.check(*maker, digest, tx.now()).is_ok())
        }
        Caller::Session { account, session, digest } => {
            tx.get(&key::session(*account, *session)).is_some_and(|record| record.check(digest, tx.now()).is_ok())
        }
        Caller::Nobody | Caller::System | Caller::Account { .. } => true,
    }
}

/// The policy as a rejection.
pub fn role_allows(role: Role, action: Action) -> Result<(), Rejection> {
    match may(role, action) {
        Grant::Full | Grant::ByAssignment => Ok(()),
        Grant::None => Err(Rejection::forbidden(refusal(action))),
    }
}
