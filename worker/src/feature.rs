//! A feature, as the rest of the server sees it.

use crate::{
    features::{
        accounts::event::{AccountEvent, OnAccountEvent},
        teams::event::{OnTeamEvent, TeamEvent},
    },
    http::route::Route,
    object::{Context, Handler, TimerHandler},
    store::Transaction,
};
use guildhall_shared::{AccountId, TeamId};

/// What a feature adds: the commands and timers of its files, its routes, and what it does on events of others.
pub struct Feature {
    pub commands: &'static [&'static [Handler]],
    pub timers: &'static [&'static [TimerHandler]],
    pub routes: fn() -> Vec<Route>,
    pub on_team_event: OnTeamEvent,
    pub on_account_event: OnAccountEvent,
}

/// For a feature that holds nothing of members.
pub fn no_team_event(_: &mut Transaction<'_>, _: &Context<'_>, _: TeamId, _: &TeamEvent<'_>) {}

/// For a feature that holds nothing of an account that could end with its sessions.
pub fn no_account_event(_: &mut Transaction<'_>, _: &Context<'_>, _: AccountId, _: &mut AccountEvent<'_>) {}
