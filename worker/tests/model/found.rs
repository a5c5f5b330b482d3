//! The state as it stands in the primaries, read the way the model has it.

use crate::{
    factor, password, ssh_key,
    state::{Account, Former, Found, Invitation, Key, Pending, Session, Team},
    take_back,
};
use guildhall_shared::{AccountId, TeamId, Timestamp};
use guildhall_worker::{
    features::{emails::confirmation::LapseEmail, teams::team::Create},
    object::{ObjectName, Timer},
    store::{Effect, Transaction, key, memory::World},
};
use std::{collections::BTreeMap, rc::Rc};

pub fn account(world: &Rc<World>, id: AccountId) -> Option<Account> {
    world.read(&ObjectName::Account(id), |tx| {
        let record = tx.get(&key::account(id))?;
        let sessions = tx.scan(&key::sessions(id)).into_iter().map(|(_, session)| {
            let shown = Session {
                proved: Found(session.proved),
                factor: Found(session.factor),
                expires: Found(session.expires),
                team: Found(Some(session.team)),
            };
            (session.id, shown)
        });
        let link = tx.scan(&key::mailed_links()).into_iter().next();
        let devices =
            tx.scan(&key::devices()).into_iter().map(|(id, device)| (id.parse().unwrap(), Found(device.seen)));
        let by_device = tx.scan(&key::devices()).into_iter().map(|(id, device)| (id, device.wrong));
        let by_session = tx.scan(&key::sessions(id)).into_iter().map(|(_, session)| {
            let wrong = tx.get(&key::session_wrong(session.id)).unwrap_or_default();
            (session.id.to_string(), wrong.times)
        });
        let wrong = by_device.chain(by_session);
        let pending = tx.get(&key::pending_email());
        let former = tx.scan(&key::former_emails()).into_iter().map(|(link, former)| {
            let shown = Former { email: former.email, since: Found(former.since), until: Found(former.until) };
            (link.parse().unwrap(), shown)
        });
        let resets = tx.scan(&key::reset_links()).into_iter().map(|(id, link)| (id.parse().unwrap(), link.expires));
        let unlocks = tx.scan(&key::unlock_links()).into_iter().map(|(id, link)| (id.parse().unwrap(), link.expires));
        Some(Account {
            username: record.username,
            email: record.email,
            is_held: record.email_held,
            is_confirmed: record.confirmed.is_some(),
            first_name: record.first_name,
            theme: record.theme,
            password: tx.get(&key::password()).map(|record| password::behind(&record.hash)).unwrap_or_default(),
            workspace: Some(record.workspace),
            created: Found(record.created),
            lapses: Found(tx.get(&key::due(&LapseEmail.name())).map(|due| due.at)),
            sessions: sessions.collect(),
            link: link.as_ref().map(|(id, _)| id.parse().unwrap()),
            link_expires: Found(link.map(|(_, link)| link.expires).unwrap_or_default()),
            spent: Found(spent(tx)),
            devices: devices.collect(),
            wrong: Found(wrong.collect()),
            pending: pending.map(|pending| Pending {
                email: pending.email,
                link: pending.link,
                expires: Found(pending.expires),
            }),
            former: former.collect(),
            resets: Found(resets.collect()),
            unlocks: Found(unlocks.collect()),
            added: Found(take_back::links(tx)),
            default_team: Found(record.default_team),
            ssh_keys: ssh_key::found(tx, id),
            factor: factor::found(tx, id),
            deactivated: record.deactivated.map(Found),
            come_back: tx.get(&key::come_back()).map(|standing| (standing.link, Found(standing.until))),
            past_emails: Found(tx.scan(&key::past_emails()).into_iter().map(|(hash, _)| hash).collect()),
            logged: Found(tx.get(&key::security_head()).unwrap_or_default().number),
        })
    })
}

/// What counts of each budget.
fn spent(tx: &Transaction<'_>) -> BTreeMap<String, Vec<Timestamp>> {
    tx.scan(&key::counts()).into_iter().map(|(name, count)| (name, count.times)).collect()
}

pub fn team(world: &Rc<World>, id: TeamId) -> Option<Team> {
    let made = world.read(&ObjectName::Team(id), |tx| tx.scan(&key::api_keys(id)));
    let ending: Vec<String> =
        made.into_iter().filter(|(_, api_key)| take_back::ends(world, id, api_key)).map(|(name, _)| name).collect();
    world.read(&ObjectName::Team(id), |tx| {
        let record = tx.get(&key::team(id))?;
        let invitations = tx.scan(&key::invitations(id)).into_iter().map(|(_, record)| {
            let shown = Invitation {
                email: record.email,
                maker: record.invited_by,
                is_admin: record.is_admin,
                stage: record.state,
                link: record.link,
                expires: Found(record.expires),
            };
            (record.id, shown)
        });
        let keys = tx.scan(&key::api_keys(id)).into_iter().filter(|(name, _)| !ending.contains(name));
        let keys = keys.map(|(_, record)| {
            let (created, expires) = (Found(record.created), Found(record.expires));
            (record.id, Key { name: record.name, maker: record.maker, scopes: record.scopes, created, expires })
        });
        let members = tx.scan(&key::members(id));
        let is_named = !record.private;
        Some(Team {
            name: Some(record.name).filter(|_| is_named).unwrap_or_default(),
            namespace: Some(record.namespace).filter(|_| is_named).unwrap_or_default(),
            bio: record.bio,
            is_private: record.private,
            owner: record.owner,
            members: members.iter().map(|(_, member)| (member.account, member.role)).collect(),
            left: Found(
                members
                    .iter()
                    .filter(|(_, member)| member.profile.deactivated)
                    .map(|(_, member)| member.account)
                    .collect(),
            ),
            emails: Found(members.into_iter().map(|(_, member)| (member.account, member.profile.email)).collect()),
            spent: Found(spent(tx)),
            secrets: tx.scan(&key::secrets(id)).into_iter().map(|(name, secret)| (name, secret.version)).collect(),
            invitations: invitations.collect(),
            keys: keys.collect(),
        })
    })
}

/// The teams that an account's links call made, and which the account made itself.
pub fn promised(world: &Rc<World>, id: AccountId) -> Vec<(TeamId, String, bool)> {
    let made: Vec<TeamId> = world.read(&ObjectName::Account(id), |tx| {
        let links = tx.scan(&key::links()).into_iter().filter(|(_, link)| link.made);
        links.map(|(team, _)| team.parse().unwrap()).collect()
    });
    let pending = world.read(&ObjectName::Account(id), |tx| tx.scan(&key::pendings()));
    let mut promised = vec![];
    for id in made {
        let standing = world.read(&ObjectName::Team(id), |tx| tx.get(&key::team(id)));
        let on_its_way = pending.iter().find_map(|(_, row)| match &row.effect {
            Effect::Call(ObjectName::Team(to), _) if *to == id => {
                row.effect.command().map(|Create { namespace, private, .. }| (namespace, private))
            }
            _ => None,
        });
        let standing = standing.map(|team| (team.namespace, team.private));
        promised.extend(standing.or(on_its_way).map(|(namespace, private)| (id, namespace, private)));
    }
    promised
}

/// The revision that `If-Match` refers to.
pub fn revision_of(world: &Rc<World>, team: TeamId, secret: Option<&str>) -> Option<u64> {
    world.read(&ObjectName::Team(team), |tx| match secret {
        Some(name) => tx.versioned(&key::secret(team, name)).map(|(revision, _)| revision),
        None => tx.versioned(&key::team(team)).map(|(revision, _)| revision),
    })
}
