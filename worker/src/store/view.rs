//! Views: what the replica has of several records together, so that a hot read is of one key. The owner puts a
//! view together when it replicates or is asked, and stores nothing of it.

use crate::{
    features::{
        api_keys::record::{ApiKeyRecord, PassRecord},
        members::record::{ROSTER_MAX, Roster},
    },
    store::{
        Priority, Stored, Transaction, encode,
        key::{self, Of},
    },
};
use guildhall_shared::TeamId;

/// Views are not changed by themselves, so they count no revisions.
const REVISION: u64 = 0;

/// What the replica should hold under a key: a view where it is one's and can be made now, else the record.
pub fn for_readers(tx: &Transaction<'_>, key: &str) -> Option<Stored> {
    match Of::read(key) {
        Some(Of::Pass(team, id)) => pass(tx, team, tx.get(&key::api_key(team, id))?),
        Some(Of::Roster(team)) => roster(tx, team),
        Some(Of::Team(_) | Of::Member(..) | Of::ApiKey(..)) | None => tx.raw(key),
    }
}

fn pass(tx: &Transaction<'_>, id: TeamId, key: ApiKeyRecord) -> Option<Stored> {
    let member = tx.get(&key::member(id, key.maker))?;
    let team = tx.get(&key::team(id))?;
    encode(&PassRecord { key, member, team }, REVISION).ok().map(Stored::plain)
}

/// None of a large team: its members are read from the owner.
fn roster(tx: &Transaction<'_>, team: TeamId) -> Option<Stored> {
    tx.get(&key::team(team))?;
    let prefix = key::members(team);
    // One more says that there are too many, which of a large team is all there is to know.
    let members = tx.committed(prefix.as_str(), ROSTER_MAX + 1);
    let rows =
        members.iter().filter_map(|(key, stored)| Some((key.get(prefix.as_str().len()..)?, stored.meta.as_deref()?)));
    Roster::write(rows.collect(), REVISION).map(Stored::plain)
}

/// The views that change with these keys, and how urgently readers want them.
pub fn touched<'k>(tx: &Transaction<'_>, keys: impl Iterator<Item = &'k str>) -> Vec<(String, Priority)> {
    let mut views = vec![];
    let (mut teams, mut members) = (vec![], vec![]);
    for key in keys {
        match Of::read(key) {
            Some(Of::ApiKey(team, id)) => {
                // The end of a key overtakes everything.
                let ends = tx.raw(key).is_none();
                let priority = if ends { Priority::Credential } else { Priority::Roster };
                views.push((key::pass(team, id).as_str().to_owned(), priority));
            }
            Some(Of::Member(team, account)) => members.push((team, account)),
            Some(Of::Team(team)) => teams.push(team),
            Some(Of::Pass(..) | Of::Roster(_)) | None => {}
        }
    }
    let mut all: Vec<TeamId> = teams.iter().copied().chain(members.iter().map(|(team, _)| *team)).collect();
    all.dedup();
    for team in all {
        views.push((key::roster(team).as_str().to_owned(), Priority::Roster));
        for (id, record) in tx.scan(&key::api_keys(team)) {
            if (teams.contains(&team) || members.contains(&(team, record.maker)))
                && let Ok(id) = id.parse()
            {
                views.push((key::pass(team, id).as_str().to_owned(), Priority::Roster));
            }
        }
    }
    views
}
