//! The account object: the only writer of an account, its sessions and its links to teams. Making a
//! team and joining one are sagas: each step commits, and what was cut short is healed by the alarm.

mod deactivation;
mod email;
mod erasure;
mod passkey;
mod profile;
mod take_back;
mod team;

use super::{Change, Object};
use crate::{
    domain::{self, confirmation, email_change, passkey_proof, sign_in, totp},
    error::Broken,
};
use guildhall_shared::{AccountId, TeamId};
use std::rc::Rc;

pub async fn due(object: &Rc<Object>, id: AccountId, what: &str) -> Result<(), Broken> {
    if let Some(team) = what.strip_prefix("link/").and_then(|team| team.parse::<TeamId>().ok()) {
        return team::heal(object, id, team).await;
    }
    if what == domain::erasure::DUE {
        return erasure::run(object, id).await;
    }
    object.write(|draft, context| match what {
        confirmation::DUE_EMAIL => confirmation::lapse_email(draft, context, id),
        confirmation::DUE_ACCOUNT => confirmation::lapse_account(draft, context, id),
        domain::deactivation::DUE_LEAVING => domain::deactivation::give_up(draft, id, None),
        email_change::DUE_PENDING => email_change::lapse(draft, context, id),
        totp::DUE => totp::lapse(draft, id),
        sign_in::DUE_STAND_IN => sign_in::forget_stand_in(draft, id),
        passkey_proof::DUE => passkey_proof::forget(draft),
        domain::take_back::DUE => domain::take_back::forget(draft),
        other => match other.strip_prefix("former-email/") {
            Some(link) => email_change::forget(draft, context, id, link),
            None => draft.not_due(other),
        },
    })
}
