//! Members of a team: changing a role, removing someone, leaving. A team is never without its owner.

use crate::{
    access::{
        asked::Permit,
        policy::{permit, role_allows},
    },
    error::Rejection,
    features::{
        audit,
        members::record::{BelongsRecord, MemberRecord},
        teams::{
            event::{TeamEvent, TeamEvents},
            link,
        },
    },
    json,
    object::{self, Command, Handler, Rule, context::Context, rule},
    product::Guildhall,
    store::{Row, Transaction, key},
};
use guildhall_shared::{
    AccountId, Action, Role, TeamId, Timestamp,
    member::{MemberUser, TeamMember},
    role::{Grant, may},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

pub const COMMANDS: &[Handler] = &[rule::<SetAdmin>(), rule::<Remove>()];

/// A member as the wire has it, for whoever may not see second factors.
pub fn shown(team: TeamId, record: &MemberRecord) -> TeamMember {
    let MemberRecord { account, role, joined, profile } = record;
    TeamMember {
        user_id: *account,
        team_id: team,
        email: profile.email.clone(),
        is_admin: role.is_admin(),
        is_owner: *role == Role::Owner,
        dt_confirmed: *joined,
        has_second_factor: None,
        is_deactivated: profile.deactivated,
        user: MemberUser {
            id: *account,
            email: profile.email.clone(),
            username: profile.username.clone(),
            first_name: profile.first_name.clone(),
            last_name: profile.last_name.clone(),
            last_active: profile.last_active,
        },
    }
}

/// A member as those see it who may see second factors.
fn shown_whole(team: TeamId, record: &MemberRecord) -> TeamMember {
    TeamMember { has_second_factor: Some(record.profile.second_factor), ..shown(team, record) }
}

/// A member as someone of this role sees them.
pub fn shown_to(team: TeamId, record: &MemberRecord, reader: Role) -> TeamMember {
    match may(reader, Action::ReadSecondFactors) {
        Grant::Full => shown_whole(team, record),
        _ => shown(team, record),
    }
}

/// A member out of a list's row, for someone of this role; `None` where the row is not one of ours.
pub fn from_row(team: TeamId, row: &Row, reader: Role) -> Option<ListedMember<'_>> {
    let id: AccountId = row.id.parse().ok()?;
    let parts: Vec<&RawValue> = row.read()?;
    let &[_at, email, first_name, last_name, username, role, last_active, second_factor, is_deactivated, ..] =
        parts.as_slice()
    else {
        return None;
    };
    let role: Role = json::from_str(role.get()).ok()?;
    let last_active: Option<i64> = json::from_str(last_active.get()).ok()?;
    let second_factor = json::from_str(second_factor.get()).ok()?;
    let is_deactivated = json::from_str(is_deactivated.get()).ok()?;
    let sees = may(reader, Action::ReadSecondFactors) == Grant::Full;
    Some(ListedMember {
        user_id: id,
        team_id: team,
        email,
        is_admin: role.is_admin(),
        is_owner: role == Role::Owner,
        dt_confirmed: row.at,
        has_second_factor: sees.then_some(second_factor),
        is_deactivated,
        user: ListedUser {
            id,
            email,
            username,
            first_name,
            last_name,
            last_active: last_active.map(Timestamp::from_millis),
        },
    })
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetAdmin {
    pub account: AccountId,
    pub is_admin: bool,
}

impl Command for SetAdmin {
    type On = object::Team;
    type Reply = TeamMember;
    const NAME: &'static str = "member.setAdmin";
}

/// Removes someone else, or leaves.
/// Returns who went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remove {
    pub account: AccountId,
}

impl Command for Remove {
    type On = object::Team;
    type Reply = TeamMember;
    const NAME: &'static str = "member.remove";
}

impl Rule for SetAdmin {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<TeamMember, Rejection> {
        let Self { account, is_admin } = *self;
        let permit = permit(tx, context, team, Action::ChangeRole)?;
        let mut member = tx.get(&key::member(team, account)).ok_or_else(Rejection::not_found)?;
        if member.role == Role::Owner {
            return if is_admin {
                Ok(shown_whole(team, &member))
            } else {
                Err(Rejection::conflict("The owner stays an admin. Hand over ownership first."))
            };
        }
        if is_admin && member.profile.deactivated {
            return Err(Rejection::conflict("This member's account is deactivated. Make somebody else an admin."));
        }
        let role = if is_admin { Role::Admin } else { Role::Member };
        if role != member.role {
            let before = member.role.as_str();
            member.role = role;
            put(tx, team, &member);
            let name = member.profile.shown_name();
            let event = audit::Event::of("member.role", account.as_str(), &name).change(before, role.as_str());
            audit::record(tx, context, &permit, &event);
            if role_allows(role, Action::Invite).is_err() {
                let event = TeamEvent::MemberDemoted { member: account, by: &permit };
                Guildhall::raise(tx, context, team, &event);
            }
        }
        Ok(shown_whole(team, &member))
    }
}

impl Rule for Remove {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<TeamMember, Rejection> {
        let Self { account } = *self;
        let leaves = context.caller.account() == Some(account);
        let action = if leaves { Action::Leave } else { Action::RemoveMember };
        let permit = permit(tx, context, team, action)?;
        let member = tx.get(&key::member(team, account)).ok_or_else(Rejection::not_found)?;
        if member.role == Role::Owner {
            return Err(Rejection::conflict(if leaves {
                "The owner cannot leave. Hand over ownership first."
            } else {
                "The owner cannot be removed. They hand over ownership first."
            }));
        }
        remove_member(tx, context, &permit, team, &member, if leaves { "member.leave" } else { "member.remove" });
        Ok(shown(team, &member))
    }
}

/// Ends a membership: the row and the reverse index here, and what other features hold of the member.
fn remove_member(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    permit: &Permit,
    team: TeamId,
    member: &MemberRecord,
    action: &str,
) {
    let account = member.account;
    tx.delete(&key::member(team, account));
    tx.delete(&key::belongs(account, team));
    let name = member.profile.shown_name();
    audit::record(tx, context, permit, &audit::Event::of(action, account.as_str(), &name));
    Guildhall::raise(tx, context, team, &TeamEvent::MemberRemoved { member: account, by: permit });
    tx.call(&account, &link::Unlink { team });
}

/// Writes a member and its reverse index together.
pub fn put(tx: &mut Transaction<'_>, team: TeamId, member: &MemberRecord) {
    tx.put(&key::member(team, member.account), member);
    let private = tx.get(&key::team(team)).is_some_and(|team| team.private);
    let belongs = BelongsRecord { role: member.role, private, joined: member.joined };
    tx.put(&key::belongs(member.account, team), &belongs);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{features::accounts::record::Profile, store::Record};

    /// A row of the members list has to fit into KV's metadata at the longest names.
    #[test]
    fn the_longest_member_fits_into_1024_bytes() {
        let profile = Profile {
            email: format!("{}@{}", "a".repeat(64), "b".repeat(189)),
            username: "a".repeat(guildhall_shared::name::NAMESPACE_MAX),
            first_name: "🔑".repeat(guildhall_shared::name::NAME_MAX),
            last_name: "\"".repeat(guildhall_shared::name::NAME_MAX),
            last_active: Some(Timestamp::from_millis(1_795_284_000_000)),
            deactivated: true,
            ..Profile::default()
        };
        let longest = Profile { last_name: "🔑".repeat(guildhall_shared::name::NAME_MAX), ..profile.clone() };
        for profile in [profile, longest] {
            let record = MemberRecord {
                account: AccountId::from_random([1; 16]),
                role: Role::Member,
                joined: Timestamp::from_millis(1_795_284_000_000),
                profile,
            };
            let meta = record.meta().unwrap();
            assert!(meta.len() <= 1024, "{}", meta.len());
        }
    }
}

/// A member in a list: a `TeamMember` out of parts of its row, which go out as they are.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedMember<'r> {
    user_id: AccountId,
    team_id: TeamId,
    email: &'r RawValue,
    is_admin: bool,
    is_owner: bool,
    dt_confirmed: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    has_second_factor: Option<bool>,
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    is_deactivated: bool,
    user: ListedUser<'r>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedUser<'r> {
    id: AccountId,
    email: &'r RawValue,
    username: &'r RawValue,
    first_name: &'r RawValue,
    last_name: &'r RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_active: Option<Timestamp>,
}
