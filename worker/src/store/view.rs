//! Views: what the replica has of several records together, so that a hot read is of one key. The owner puts a
//! view together when it replicates or is asked, and stores nothing of it.

use crate::{
    features::{
        api_keys::record::{ApiKeyRecord, PassRecord},
        members::record::{ROSTER_MAX, Roster},
    },
    store::{
        ListQuery, Priority, Record, Stored, Transaction, encode,
        key::{self, TeamKey},
    },
};
use guildhall_shared::{AccountId, TeamId};

/// Views are not changed by themselves, so they count no revisions.
const REVISION: u64 = 0;

/// What the replica should hold under a key: a view where it is one's and can be made now, else the record.
pub fn for_readers(tx: &Transaction<'_>, key: &str) -> Option<Stored> {
    match TeamKey::parse(key) {
        Some(TeamKey::Pass(team, id)) => pass(tx, team, tx.get(&key::api_key(team, id))?),
        Some(TeamKey::Roster(team)) => roster(tx, team),
        Some(TeamKey::Team(_) | TeamKey::Member(..) | TeamKey::ApiKey(..) | TeamKey::Secret(_)) | None => tx.raw(key),
    }
}

fn pass(tx: &Transaction<'_>, id: TeamId, key: ApiKeyRecord) -> Option<Stored> {
    let member = tx.get(&key::member(id, key.maker))?;
    let team = tx.get(&key::team(id))?;
    encode(&PassRecord { key, member, team }, REVISION).ok().map(Stored::plain)
}

fn roster(tx: &Transaction<'_>, team: TeamId) -> Option<Stored> {
    tx.get(&key::team(team))?;
    let newest = ListQuery { descending: true, limit: Some(ROSTER_MAX), ..ListQuery::default() };
    let members = tx.list(&key::members(team), &newest);
    let rows: Vec<(String, String)> =
        members.into_iter().filter_map(|(id, member)| Some((id, member.meta()?))).collect();
    Some(Stored::plain(Roster::write(&rows, REVISION)))
}

/// The views that change with these keys, and how urgently readers want them.
pub fn touched<'k>(tx: &Transaction<'_>, keys: impl Iterator<Item = &'k str>) -> Vec<(String, Priority)> {
    let mut views = vec![];
    let (mut teams, mut members) = (vec![], vec![]);
    for key in keys {
        match TeamKey::parse(key) {
            Some(TeamKey::ApiKey(team, id)) => {
                // The end of a key overtakes everything.
                let ends = tx.raw(key).is_none();
                let priority = if ends { Priority::Credential } else { Priority::Roster };
                views.push((key::pass(team, id).as_str().to_owned(), priority));
            }
            Some(TeamKey::Member(team, account)) => members.push((team, account)),
            Some(TeamKey::Team(team)) => teams.push(team),
            Some(TeamKey::Secret(_) | TeamKey::Pass(..) | TeamKey::Roster(_)) | None => {}
        }
    }
    let mut all: Vec<TeamId> = teams.iter().copied().chain(members.iter().map(|(team, _)| *team)).collect();
    all.dedup();
    for team in all {
        views.push((key::roster(team).as_str().to_owned(), Priority::Roster));
        let makers = members.iter().filter(|(of, _)| *of == team).map(|(_, maker)| *maker);
        let keys: Vec<(String, ApiKeyRecord)> = if teams.contains(&team) {
            tx.scan(&key::api_keys(team))
        } else {
            let of = |maker: AccountId| tx.list(&key::api_keys(team), &ListQuery::facet(maker.as_str()));
            makers.flat_map(of).collect()
        };
        for (id, _) in keys {
            if let Ok(id) = id.parse() {
                views.push((key::pass(team, id).as_str().to_owned(), Priority::Roster));
            }
        }
    }
    views
}
