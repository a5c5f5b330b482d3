//! The API keys that end because their maker's account was taken back.

use crate::{
    error::Rejection,
    features::{
        api_keys::{
            api_key::{end, note, of_maker, shown_name},
            record::{ApiKeyRecord, TakenBackRecord},
        },
        audit,
    },
    object::{self, Command, Handler, Origin, Rule, context::Context, rule},
    store::{Transaction, key},
};
use guildhall_shared::{
    AccountId, TeamId, Timestamp,
    security_log::SecurityEventKind,
    take_back::{TakenItem, TakenKind},
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[rule::<NamesSince>(), rule::<EndSince>()];

/// From an account that was taken back: those end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndSince {
    pub account: AccountId,
    pub since: Timestamp,
    /// How often the account has been taken back; 0 in what waits from before that was counted.
    #[serde(default, skip_serializing_if = "crate::features::accounts::record::is_zero")]
    pub take_backs: u64,
    pub origin: Origin,
}

impl Command for EndSince {
    type On = object::Team;
    type Reply = ();
    const NAME: &'static str = "team.endApiKeys";
}

impl Rule for EndSince {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<(), Rejection> {
        context.only_system()?;
        let Self { account, since, take_backs, ref origin } = *self;
        end_since(tx, context, team, (account, since, take_backs), origin);
        note_taken_back(tx, team, account, take_backs);
        Ok(())
    }
}

/// The keys that an account has made here since a time.
fn made_since(tx: &Transaction<'_>, team: TeamId, account: AccountId, since: Timestamp) -> Vec<ApiKeyRecord> {
    let all = of_maker(tx, team, account).into_iter().map(|(_, record)| record);
    all.filter(|record| record.created >= since).collect()
}

/// From an account that is being taken back: the API keys that it has made since.
/// What they are called, with the team.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamesSince {
    pub account: AccountId,
    pub since: Timestamp,
}

impl Command for NamesSince {
    type On = object::Team;
    type Reply = Vec<String>;
    const NAME: &'static str = "team.apiKeysSince";
}

impl Rule for NamesSince {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<Vec<String>, Rejection> {
        let Self { account, since } = *self;
        context.only_system()?;
        let keys = made_since(tx, team, account, since);
        Ok(keys.iter().map(|record| shown_name(tx, team, record)).collect())
    }
}

/// Ends them, since their maker's account was taken back; `times` counts this one, and is 0 in news from before it was
/// counted. News that comes twice is as good as once, and news that comes late ends nothing that was made afterwards.
pub fn end_since(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    team: TeamId,
    (account, since, times): (AccountId, Timestamp, u64),
    origin: &Origin,
) {
    let made = made_since(tx, team, account, since).into_iter();
    for record in made.filter(|record| times == 0 || record.take_backs < times) {
        end(tx, team, record.id);
        audit::by_platform(tx, context, &audit::Event::of("api-key.end", record.id.as_str(), &record.name));
        let item = TakenItem::named(TakenKind::ApiKey, shown_name(tx, team, &record));
        note(tx, account, (SecurityEventKind::TakeBackRemove, item.to_string()), origin);
    }
}

/// Has calls that were authenticated before now make no more keys. Late news changes nothing.
pub fn note_taken_back(tx: &mut Transaction<'_>, team: TeamId, account: AccountId, times: u64) {
    let place = key::taken_back(account);
    let is_member = tx.get(&key::member(team, account)).is_some();
    if is_member && tx.get(&place).map_or(0, |standing| standing.times) < times {
        tx.put(&place, &TakenBackRecord { times });
    }
}
