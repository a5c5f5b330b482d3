//! Refusals of members, counted by the minute: one line of the audit log for each member, action and
//! minute, so that somebody who tries shows, and cannot flood the log.

use super::{Context, audit};
use crate::{
    error::Refusal,
    object::{self, Command, Handler, Rule, TimerHandler, TimerRule, rule, timer, timer_rule},
    store::{Draft, key, primary_only},
};
use guildhall_shared::{AccountId, Action, TeamId, Timestamp, timestamp::MINUTE};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[rule::<CountRefusal>()];

pub const TIMERS: &[TimerHandler] = &[timer_rule::<WriteRefused>()];

timer!(
    /// A minute of refusals to a member is over.
    WriteRefused(AccountId) on object::Team as "refused"
);

/// What was refused to one member in the minute that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRecord {
    pub since: Timestamp,
    pub counts: Vec<(Action, u64)>,
}

primary_only!(RefusedRecord);

/// From the edge: a member may not read this.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CountRefusal {
    pub account: AccountId,
    pub action: Action,
}

impl Command for CountRefusal {
    type On = object::Team;
    type Reply = ();
    const NAME: &'static str = "team.refused";
}

impl Rule for CountRefusal {
    fn decide(&self, draft: &mut Draft<'_>, context: &Context<'_>, _team: TeamId) -> Result<(), Refusal> {
        context.only_system()?;
        count(draft, self.account, self.action);
        Ok(())
    }
}

pub fn count(draft: &mut Draft<'_>, account: AccountId, action: Action) {
    let now = draft.now();
    let place = key::refused(account);
    let mut record = draft.get(&place).unwrap_or_else(|| RefusedRecord { since: now, counts: vec![] });
    match record.counts.iter_mut().find(|(known, _)| *known == action) {
        Some((_, count)) => *count += 1,
        None => record.counts.push((action, 1)),
    }
    draft.put(&place, &record);
    draft.set_timer(&WriteRefused(account), record.since.plus(MINUTE));
}

/// Writes the minute into the log.
impl TimerRule for WriteRefused {
    fn fire(&self, draft: &mut Draft<'_>, context: &Context<'_>, team: TeamId) {
        let Self(account) = *self;
        draft.stop_timer(self);
        let Some(record) = draft.get(&key::refused(account)) else { return };
        draft.delete(&key::refused(account));
        let member = draft.get(&key::member(team, account));
        let name = member.map_or_else(|| account.to_string(), |member| member.profile.shown_name());
        for (action, count) in record.counts {
            let after = format!("{{\"count\":{count}}}");
            let event = audit::Event::of("refused", action.as_str(), action.as_str()).change("", &after);
            audit::record_as(draft, context, account.as_str(), &name, &event);
        }
    }
}
