//! What is stored of members, and under which keys.

use crate::{
    features::accounts::record::Profile,
    json::{self, Json},
    store::{Key, Prefix, Priority, Record, Row, meta},
};
use guildhall_shared::{AccountId, Role, TeamId, Timestamp};
use serde::{Deserialize, Serialize};

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

/// A view: the members of a team, as lists show them. A team has none beyond so many.
pub struct Roster(pub Vec<Row>);

impl Roster {
    /// Out of ids and the JSON of their rows; `None` where these are too many.
    pub fn write(rows: Vec<(&str, &str)>, revision: u64) -> Option<String> {
        if rows.len() > ROSTER_MAX {
            return None;
        }
        let rows: Vec<String> = rows.into_iter().map(|(id, row)| format!("[\"{id}\",{row}]")).collect();
        Some(format!("{ROSTER_VERSION} {revision} [{}]", rows.join(",")))
    }

    pub fn read(value: &str) -> Result<Self, String> {
        let (version, _, rows) = guildhall_kernel::stored::parts(value)?;
        if version != ROSTER_VERSION {
            return Err(format!("unknown format version {version}"));
        }
        let rows: Vec<(&str, Json)> = json::from_str(rows).map_err(|why| why.to_string())?;
        Ok(Self(rows.into_iter().filter_map(|(id, row)| Row::new(id, row)).collect()))
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

pub const ROSTER_MAX: usize = 1000;

pub const ROSTER_VERSION: u8 = 1;
