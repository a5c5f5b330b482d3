//! The teams that an account is in, and teams whose ids the caller has been told.

use crate::{
    access::{
        read::{ReadSet, Snapshot, ask_to_read, fetch},
        read_list,
    },
    error::Error,
    features::{accounts::record::AccountRecord, members::record::BelongsRecord, teams::record::TeamRecord},
    http::Call,
    object::{ObjectName, Read, ReadList},
    store::{Row, key},
};
use futures_util::future::join_all;
use guildhall_shared::{InvitationId, TeamId};

/// The account's teams other than its private workspace. Two round trips: the index, then the names.
pub async fn named(
    call: &Call,
    account: &AccountRecord,
    rows: Vec<Row>,
) -> Result<Vec<(BelongsRecord, TeamRecord)>, Error> {
    let ids: Vec<TeamId> = if call.wants_primary() {
        let read = Read { keys: vec![], list: Some(ReadList::whole(key::links().as_str())) };
        let found = ask_to_read(call, ObjectName::Account(account.id), read).await?;
        found.rows.iter().filter_map(|row| row.id.parse().ok()).collect()
    } else {
        rows.iter().filter_map(|row| row.id.parse().ok()).collect()
    };
    let others: Vec<TeamId> = ids.into_iter().filter(|id| *id != account.workspace).collect();
    let want = others
        .iter()
        .fold(ReadSet::default(), |want, id| want.key(&key::team(*id)).key(&key::belongs(account.id, *id)));
    if others.is_empty() {
        return Ok(vec![]);
    }
    let snapshot = fetch(call, want).await?;
    let mut memberships = vec![];
    for id in others {
        if let (Some(belongs), Some(team)) =
            (snapshot.get(&key::belongs(account.id, id))?, snapshot.get(&key::team(id))?)
        {
            memberships.push((belongs, team));
        }
    }
    Ok(memberships)
}

/// The same where the index has not been read yet.
pub async fn of(call: &Call, account: &AccountRecord) -> Result<Vec<(BelongsRecord, TeamRecord)>, Error> {
    let rows = if call.wants_primary() { vec![] } else { read_list(call, &key::belongings(account.id)).await? };
    named(call, account, rows).await
}

/// Of these invitations to an email, those that still wait for an answer. Each is its team's, which the text of its key
/// does not say.
pub async fn waiting(call: &Call, hash: &str, offers: &[(TeamId, InvitationId)]) -> Result<Vec<InvitationId>, Error> {
    let asked = offers.iter().map(|(team, id)| async move {
        let read = Read { keys: vec![key::invitee(hash, *id).as_str().to_owned()], list: None };
        let found = ask_to_read(call, ObjectName::Team(*team), read).await?;
        Ok::<_, Error>(found.values.iter().any(Option::is_some).then_some(*id))
    });
    let mut waiting = vec![];
    for answer in join_all(asked).await {
        waiting.extend(answer?);
    }
    Ok(waiting)
}

/// Teams by id, for names that a list shows. The caller has been told their ids already.
pub async fn teams(call: &Call, ids: &[TeamId]) -> Result<Vec<TeamRecord>, Error> {
    let want = ids.iter().fold(ReadSet::default(), |want, id| want.key(&key::team(*id)));
    let snapshot = if ids.is_empty() { Snapshot::default() } else { fetch(call, want).await? };
    let mut teams = vec![];
    for id in ids {
        if let Some(team) = snapshot.get(&key::team(*id))? {
            teams.push(team);
        }
    }
    Ok(teams)
}
