//! What the feature adds to the server.

use crate::{
    feature::{Feature, no_team_event},
    features::{
        accounts::event::AccountEvent,
        ssh_keys::{http, ssh_key},
    },
    object::Context,
    store::Transaction,
};
use guildhall_shared::{
    AccountId,
    take_back::{TakenItem, TakenKind},
};

pub const FEATURE: Feature = Feature {
    commands: &[ssh_key::COMMANDS],
    timers: &[],
    routes: http::routes,
    on_team_event: no_team_event,
    on_account_event,
};

/// Keys that were added since then go. An account that is deactivated keeps its keys for its return: no machine asks for them.
fn on_account_event(tx: &mut Transaction<'_>, _: &Context<'_>, id: AccountId, event: &mut AccountEvent<'_>) {
    match event {
        AccountEvent::Deactivated => {}
        AccountEvent::TakenBack { since, removed, .. } => {
            let names = ssh_key::take_since(tx, id, *since).into_iter();
            removed.extend(names.map(|name| TakenItem::named(TakenKind::SshKey, name)));
        }
    }
}
