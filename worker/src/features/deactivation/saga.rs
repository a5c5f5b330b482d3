//! Deactivating an account: a saga over the teams that it is in.

use crate::{
    error::{InternalError, Rejection},
    features::deactivation::{self, AskHolding, Close, Deactivate, Holding, Review},
    object::{self, Change, Command, CommandResult, Envelope, Object, Origin, Saga},
};
use futures_util::future::join_all;
use guildhall_shared::{
    AccountId, TeamId,
    deactivation::{Deactivated, Deactivation, DeactivationTeam},
};
use std::rc::Rc;

/// Teams asked at once; the platform opens six connections a request.
const ABREAST: usize = 6;

/// Asks every team the same; teams that the account is not in say nothing.
async fn ask_all<C: Command<On = object::Team, Reply = Option<Holding>>>(
    object: &Rc<Object>,
    teams: &[TeamId],
    command: &C,
    origin: &Origin,
) -> Result<Vec<(TeamId, Holding)>, InternalError> {
    let mut holdings = vec![];
    for some in teams.chunks(ABREAST) {
        let asked = some.iter().map(|team| object.ask(team, command, origin));
        for (team, answer) in some.iter().zip(join_all(asked).await) {
            if let Ok(Some(holding)) = answer? {
                holdings.push((*team, holding));
            }
        }
    }
    Ok(holdings)
}

fn blocks((_, holding): &(TeamId, Holding)) -> bool {
    holding.owner && !holding.is_alone()
}

/// What blocks it, and what goes.
impl Saga for Review {
    async fn run(
        self,
        object: &Rc<Object>,
        id: AccountId,
        envelope: &Envelope,
    ) -> Result<CommandResult<Deactivation>, InternalError> {
        let looked = object.decide(envelope, true, |tx, context| deactivation::rules::preview(tx, context, id))?;
        let (teams, mut shown) = match looked {
            Ok(looked) => looked,
            Err(rejection) => return Ok(Err(rejection)),
        };
        for held in ask_all(object, &teams, &AskHolding { account: id }, &envelope.origin).await? {
            let is_blocking = blocks(&held);
            let (team, holding) = held;
            let is_alone = holding.is_alone();
            let Holding { name, namespace, private, owner: _, members, api_keys, secrets } = holding;
            shown.api_keys += api_keys;
            shown.secrets += if is_alone { secrets } else { 0 };
            let list = match (is_blocking, is_alone) {
                (true, _) => &mut shown.blockers,
                (false, true) => &mut shown.teams,
                (false, false) => &mut shown.memberships,
            };
            list.push(DeactivationTeam { id: team, name, namespace, is_private: private, members });
        }
        Ok(Ok(shown))
    }
}

/// 1. The attempt is noted, so that the account comes into no team meanwhile.
/// 2. Teams that it owns are closed. One with other people in it blocks, and everything is undone. So
///    does news on its way: a team that hears of a return after it was closed would open again.
/// 3. One commit deactivates. What was cut short before is undone by the alarm.
impl Saga for Deactivate {
    async fn run(
        self,
        object: &Rc<Object>,
        id: AccountId,
        envelope: &Envelope,
    ) -> Result<CommandResult<Deactivated>, InternalError> {
        let username = self.username.as_str();
        // 1
        let begun =
            object.decide(envelope, false, |tx, context| deactivation::rules::begin(tx, context, id, username))?;
        let (attempt, teams) = match begun {
            Ok(begun) => begun,
            Err(rejection) => {
                object.forget_begun(envelope)?;
                return Ok(Err(rejection));
            }
        };
        // 2
        if !object.read(deactivation::rules::is_told) {
            object.flush_outbox().await;
        }
        let is_told = object.read(deactivation::rules::is_told);
        let close = Close { account: id, attempt };
        let teams = if is_told { teams } else { vec![] };
        let holdings = ask_all(object, &teams, &close, &envelope.origin).await?;
        let blockers: Vec<&str> =
            holdings.iter().filter(|held| blocks(held)).map(|(_, held)| held.name.as_str()).collect();
        // 3
        let answer = if !is_told {
            Err(Rejection::conflict("Your teams have not heard of your last change yet. Try again in a few minutes."))
        } else if blockers.is_empty() {
            object.change(envelope, |tx, context| deactivation::rules::finish(tx, context, id, attempt))?
        } else {
            let blockers = blockers.join(", ");
            Err(Rejection::conflict(format!(
                "Other people are in teams that you own: {blockers}. Remove them on each team's Members page, then try again."
            )))
        };
        if answer.is_err() {
            object.forget_begun(envelope)?;
            object.write(|tx, _| deactivation::rules::give_up(tx, id, Some(attempt)))?;
        }
        Ok(answer)
    }
}
