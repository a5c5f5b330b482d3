//! Deactivating an account: a saga over the teams that it is in.

use crate::{
    domain::{
        deactivation::{self, Holding},
        team::Command as Team,
    },
    error::{Broken, Refusal},
    object::{Answered, Change, Command, Envelope, Object, ObjectName, Origin, from_json, to_json},
};
use futures_util::future::join_all;
use guildhall_shared::{
    AccountId, TeamId,
    deactivation::{Deactivation, DeactivationTeam},
    id::AttemptId,
};
use std::rc::Rc;

/// Teams asked at once; the platform opens six connections a request.
const ABREAST: usize = 6;

/// Asks every team the same; teams that the account is not in say nothing.
async fn ask_all(
    object: &Rc<Object>,
    teams: &[TeamId],
    command: &Team,
    origin: &Origin,
) -> Result<Vec<(TeamId, Holding)>, Broken> {
    let mut holdings = vec![];
    for some in teams.chunks(ABREAST) {
        let asked = some.iter().map(|team| object.ask(ObjectName::Team(*team), Command::Team(command.clone()), origin));
        for (team, answer) in some.iter().zip(join_all(asked).await) {
            if let Ok(answer) = answer?
                && let Some(holding) = from_json::<Option<Holding>>(&answer)?
            {
                holdings.push((*team, holding));
            }
        }
    }
    Ok(holdings)
}

fn blocks((_, holding): &(TeamId, Holding)) -> bool {
    holding.owner && !holding.is_alone()
}

/// What stands in the way, and what goes.
pub async fn look(object: &Rc<Object>, id: AccountId, envelope: &Envelope) -> Result<Answered, Broken> {
    let looked = object.decide(envelope, true, |draft, context| deactivation::look(draft, context, id))?;
    let (teams, mut shown): (Vec<TeamId>, Deactivation) = match looked {
        Ok(looked) => from_json(&looked)?,
        Err(refusal) => return Ok(Err(refusal)),
    };
    for held in ask_all(object, &teams, &Team::Holding { account: id }, &envelope.origin).await? {
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
    Ok(Ok(to_json(&shown)?))
}

/// 1. The attempt is noted, so that the account comes into no team meanwhile.
/// 2. Teams that it owns are closed. One with other people in it blocks, and everything is undone. So
///    does news on its way: a team that hears of a return after it was closed would open again.
/// 3. One commit deactivates. What was cut short before is undone by the alarm.
pub async fn deactivate(
    object: &Rc<Object>,
    id: AccountId,
    envelope: &Envelope,
    username: &str,
) -> Result<Answered, Broken> {
    // 1
    let begun = object.decide(envelope, false, |draft, context| deactivation::begin(draft, context, id, username))?;
    let (attempt, teams): (AttemptId, Vec<TeamId>) = match begun {
        Ok(begun) => from_json(&begun)?,
        Err(refusal) => {
            object.forget_begun(envelope)?;
            return Ok(Err(refusal));
        }
    };
    // 2
    if !object.look(deactivation::is_told) {
        object.flush_outbox().await;
    }
    let is_told = object.look(deactivation::is_told);
    let close = Team::Close { account: id, attempt };
    let teams = if is_told { teams } else { vec![] };
    let holdings = ask_all(object, &teams, &close, &envelope.origin).await?;
    let blockers: Vec<&str> = holdings.iter().filter(|held| blocks(held)).map(|(_, held)| held.name.as_str()).collect();
    // 3
    let answer = if !is_told {
        Err(Refusal::conflict("Your teams have not heard of your last change yet. Try again in a few minutes."))
    } else if blockers.is_empty() {
        object.change(envelope, |draft, context| deactivation::finish(draft, context, id, attempt))?
    } else {
        let blockers = blockers.join(", ");
        Err(Refusal::conflict(format!(
            "Other people are in teams that you own: {blockers}. Remove them on each team's Members page, then try again."
        )))
    };
    if answer.is_err() {
        object.forget_begun(envelope)?;
        object.write(|draft, _| deactivation::give_up(draft, id, Some(attempt)))?;
    }
    Ok(answer)
}
