//! What is stored of members, and under which keys.

use crate::{
    features::accounts::record::Profile,
    json::{self, Json},
    store::{Key, Listed, Prefix, Priority, Record, Row, meta},
};
use guildhall_shared::{
    AccountId, Role, TeamId, Timestamp,
    member::{searched, shown_name},
    page::LIMIT_MAX,
    text::lower,
};
use serde::{Deserialize, Serialize, de::IgnoredAny};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRecord {
    pub account: AccountId,
    pub role: Role,
    pub joined: Timestamp,
    /// A copy of what members see of the account; the account's object keeps it current.
    pub profile: Profile,
}

impl Record for MemberRecord {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = Some(Priority::Roster);

    fn meta(&self) -> Option<String> {
        let Self { account: _, role, joined, profile } = self;
        let Profile { email, first_name, last_name, username, second_factor, deactivated, .. } = profile;
        let last_active = profile.last_active.map(Timestamp::millis);
        let joined = joined.millis();
        meta(&(joined, email, first_name, last_name, username, role, last_active, second_factor, deactivated))
    }
}

/// What the list of members knows of one, out of the row that it shows. The orders are those of `member::ORDERS`.
pub fn listed(row: &str) -> Option<Listed> {
    type Fields = (i64, String, String, String, String, Role, Option<i64>, IgnoredAny, IgnoredAny);
    let (joined, email, first, last, username, role, last_active, _, _): Fields = json::from_str(row).ok()?;
    let name = shown_name(&first, &last, &username);
    let text = searched(&name, &username, &email);
    let name = lower(&name);
    let rank = match role {
        Role::Owner => 0,
        Role::Admin => 1,
        Role::Member => 2,
    };
    let last_active = last_active.map_or_else(String::new, |at| Timestamp::from_millis(at).sort_key());
    let joined = Timestamp::from_millis(joined).sort_key();
    let orders = vec![joined, name, lower(&email), rank.to_string(), last_active];
    Some(Listed { orders, facet: role.as_str().to_owned(), text })
}

/// The order of members by email, by its place in `member::ORDERS`.
pub const BY_EMAIL: usize = 2;

/// A view: the members of a team, as lists show them, newest first.
pub struct Roster {
    pub rows: Vec<Row>,
    /// Whether these are all; of a large team they are the newest.
    pub complete: bool,
}

impl Roster {
    /// Out of ids and the JSON of their rows, up to `ROSTER_MAX`.
    pub fn write(rows: &[(String, String)], revision: u64) -> String {
        let rows: Vec<String> = rows.iter().map(|(id, row)| format!("[\"{id}\",{row}]")).collect();
        let version = if rows.len() < ROSTER_MAX { ROSTER_WHOLE } else { ROSTER_NEWEST };
        format!("{version} {revision} [{}]", rows.join(","))
    }

    pub fn read(value: &str) -> Result<Self, String> {
        let (version, _, rows) = guildhall_kernel::stored::parts(value)?;
        let complete = match version {
            ROSTER_WHOLE => true,
            ROSTER_NEWEST => false,
            _ => return Err(format!("unknown format version {version}")),
        };
        let rows: Vec<(&str, Json)> = json::from_str(rows).map_err(|why| why.to_string())?;
        Ok(Self { rows: rows.into_iter().filter_map(|(id, row)| Row::new(id, row)).collect(), complete })
    }
}

/// The reverse index: which teams an account is in. Holds the role only; names come from the team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BelongsRecord {
    pub role: Role,
    pub private: bool,
    pub joined: Timestamp,
}

impl Record for BelongsRecord {
    const VERSION: u8 = 1;
    const PRIORITY: Option<Priority> = Some(Priority::Roster);

    fn meta(&self) -> Option<String> {
        meta(&(self.joined.millis(), self.role, self.private))
    }
}

pub fn member(team: TeamId, account: AccountId) -> Key<MemberRecord> {
    Key::new(format!("team/{team}/user/{account}"))
}

pub fn members(team: TeamId) -> Prefix<MemberRecord> {
    Prefix::new(format!("team/{team}/user/"))
}

/// A view, in the replica only: all members, as lists show them.
pub fn roster(team: TeamId) -> Key<Roster> {
    Key::new(format!("team/{team}/roster"))
}

/// The reverse index: the teams of an account, with the role only.
pub fn belongs(account: AccountId, team: TeamId) -> Key<BelongsRecord> {
    Key::new(format!("user/{account}/team/{team}"))
}

pub fn belongings(account: AccountId) -> Prefix<BelongsRecord> {
    Prefix::new(format!("user/{account}/team/"))
}

/// Members in a roster: the longest page, and one that says whether there are more.
pub const ROSTER_MAX: usize = LIMIT_MAX + 1;

/// The version of a roster of all members.
const ROSTER_WHOLE: u8 = 1;

/// The version of a roster of the newest members.
const ROSTER_NEWEST: u8 = 2;
