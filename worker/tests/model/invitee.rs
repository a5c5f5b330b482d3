//! What whoever got an invitation may do beside accepting it: look at it, and decline it.

use crate::{
    game::{Game, NewPassword},
    op::{Offer, Op, Who},
    rule::offered,
    state::State,
    support::{Actor, Reply},
};
use guildhall_shared::{InvitationId, TeamId, Timestamp, path};
use guildhall_worker::features::invitations::record::State as Stage;
use serde_json::json;

#[derive(Debug, Clone)]
pub enum Act {
    PreviewMail(Offer),
    DeclineMail(Offer),
    DeclineId { id: InvitationId, team: TeamId },
}

impl Act {
    pub fn team(&self) -> TeamId {
        match self {
            Self::PreviewMail(Offer { team, .. })
            | Self::DeclineMail(Offer { team, .. })
            | Self::DeclineId { team, .. } => *team,
        }
    }

    pub fn success(&self) -> u16 {
        match self {
            Self::PreviewMail(_) => 200,
            Self::DeclineMail(_) | Self::DeclineId { .. } => 204,
        }
    }

    pub async fn send(&self, by: &Actor) -> Reply {
        match self {
            Self::PreviewMail(offer) => by.post(path::INVITATIONS_PREVIEW, json!({ "token": offer.token })).await,
            Self::DeclineMail(offer) => by.post(path::INVITATIONS_DECLINE, json!({ "token": offer.token })).await,
            Self::DeclineId { id, .. } => by.post(path::INVITATIONS_DECLINE, json!({ "id": id })).await,
        }
    }
}

/// Whoever holds the token may, signed in or not; by its id only the account of its email may, once that is confirmed.
pub fn judge(after: &mut State, now: Timestamp, op: &Op, act: &Act) -> Result<(), u16> {
    let team = act.team();
    let id = match act {
        Act::PreviewMail(offer) | Act::DeclineMail(offer) => {
            open(after, now, team, offer.id, Some(offer))?;
            offer.id
        }
        Act::DeclineId { id, .. } => {
            let me = crate::rule::person(after, now, op)?;
            let account = after.accounts.get(&me).ok_or(401_u16)?;
            if !account.is_confirmed {
                return Err(403);
            }
            // What is not in one's own list is not there.
            let invitation = after.teams.get(&team).and_then(|team| team.invitations.get(id));
            invitation.filter(|of| of.is_open(now) && of.email == account.email).ok_or(404_u16)?;
            offered(after, now, team, *id, None, &account.email)?;
            *id
        }
    };
    if !matches!(act, Act::PreviewMail(_)) {
        let invitation = after.teams.get_mut(&team).and_then(|team| team.invitations.get_mut(&id));
        invitation.ok_or(404_u16)?.stage = Stage::Declined;
    }
    Ok(())
}

/// The token tells of the email, so whoever has it needs none.
fn open(state: &State, now: Timestamp, team: TeamId, id: InvitationId, by: Option<&Offer>) -> Result<(), u16> {
    let email = state.teams.get(&team).and_then(|team| team.invitations.get(&id)).map(|of| of.email.clone());
    offered(state, now, team, id, by.map(|offer| offer.link), &email.ok_or(404_u16)?)
}

impl Game {
    /// By a mail or out of one's own list.
    pub fn choose_invitee(&mut self, is_preview: bool) -> NewPassword {
        let offers = self.offers();
        let offer = self.chance.pick(&offers)?;
        if is_preview || self.chance.percent(60) {
            let is_nobody = self.chance.percent(40);
            let seats = self.seats.clone();
            let who = self.chance.pick(&seats).filter(|_| !is_nobody).map(Who::Seat);
            let act = if is_preview { Act::PreviewMail(offer) } else { Act::DeclineMail(offer) };
            return Some((who, crate::op::Act::Invitee(act)));
        }
        let act = crate::op::Act::Invitee(Act::DeclineId { id: offer.id, team: offer.team });
        let who = self.a_person_for(&act)?;
        Some((Some(who), act))
    }
}
