//! Writing down what was refused, once for each minute.

use crate::{
    error::Rejection,
    features::audit::{
        self,
        refused::{CountRefusal, WriteRefused, count},
    },
    object::{Handler, Rule, TimerHandler, TimerRule, context::Context, rule, timer_rule},
    store::{Transaction, key},
};
use guildhall_shared::TeamId;

pub const COMMANDS: &[Handler] = &[rule::<CountRefusal>()];

pub const TIMERS: &[TimerHandler] = &[timer_rule::<WriteRefused>()];

/// Writes the minute into the log.
impl TimerRule for WriteRefused {
    fn fire(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) {
        let Self(account) = *self;
        tx.stop_timer(self);
        let Some(record) = tx.get(&key::refused(account)) else { return };
        tx.delete(&key::refused(account));
        let member = tx.get(&key::member(team, account));
        let name = member.map_or_else(|| account.to_string(), |member| member.profile.shown_name());
        for (action, count) in record.counts {
            let after = format!("{{\"count\":{count}}}");
            let event = audit::Event::of("refused", action.as_str(), action.as_str()).change("", &after);
            audit::record_as(tx, context, account.as_str(), &name, &event);
        }
    }
}

impl Rule for CountRefusal {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, _team: TeamId) -> Result<(), Rejection> {
        context.only_system()?;
        count(tx, self.account, self.action);
        Ok(())
    }
}
