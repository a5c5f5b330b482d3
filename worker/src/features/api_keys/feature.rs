//! What the feature adds to the server.

use crate::{
    feature::Feature,
    features::{
        accounts::event::AccountEvent,
        api_keys::{
            api_key,
            api_key_end::{self, EndSince},
            http,
        },
        audit,
        teams::event::TeamEvent,
    },
    object::Context,
    store::{Transaction, key},
};
use guildhall_shared::{AccountId, TeamId};

pub const FEATURE: Feature = Feature {
    commands: &[api_key::COMMANDS, api_key_end::COMMANDS],
    timers: &[],
    routes: http::routes,
    on_team_event,
    on_account_event,
};

/// A key ends with the right of its maker to be here.
fn on_team_event(tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId, event: &TeamEvent<'_>) {
    match event {
        TeamEvent::MemberDemoted { .. } => {}
        TeamEvent::MemberRemoved { member, .. } | TeamEvent::MemberErased { member } => {
            api_key::end_of_maker(tx, team, *member);
            tx.remove(&key::taken_back(*member));
        }
        TeamEvent::MemberDeactivated { member } => {
            for (id, record) in api_key::end_of_maker(tx, team, *member) {
                audit::by_platform(tx, context, &audit::Event::of("api-key.end", id.as_str(), &record.name));
            }
        }
    }
}

/// The teams end the keys that were made since then. They hear of a deactivation with the profile.
fn on_account_event(tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId, event: &mut AccountEvent<'_>) {
    match event {
        AccountEvent::Deactivated => {}
        AccountEvent::TakenBack { since, take_backs, .. } => {
            for (team, _) in tx.scan(&key::links()) {
                if let Ok(team) = team.parse() {
                    let (since, take_backs, origin) = (*since, *take_backs, context.origin.clone());
                    tx.call(&team, &EndSince { account: id, since, take_backs, origin });
                }
            }
        }
    }
}
