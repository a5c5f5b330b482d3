//! The whole policy: who may do what in a team. One `match`, used by the console to explain and by
//! the server to enforce; a new action does not compile until someone decides who may.

use serde::{Deserialize, Serialize};

/// What someone is in a team. The owner is the one admin who cannot be demoted or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    Member,
    Admin,
    Owner,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Owner, Self::Admin, Self::Member];

    pub const fn is_admin(self) -> bool {
        matches!(self, Self::Admin | Self::Owner)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }
}

/// Everything that can be asked of a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    ReadTeam,
    EditTeam,
    ReadMembers,
    ReadSecondFactors,
    ChangeRole,
    RemoveMember,
    Leave,
    ReadInvitations,
    Invite,
    ReadSecretNames,
    WriteSecrets,
    ReadOwnApiKeys,
    MakeApiKey,
    RevokeOwnApiKey,
    ReadAllApiKeys,
    RevokeAnyApiKey,
    ReadAudit,
    UseMachines,
    UseAddOns,
    UseProjects,
    UseWorkloads,
    ReadBilling,
}

/// How much a role may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Grant {
    Full,
    /// Only what has been assigned to them.
    ByAssignment,
    None,
}

/// What an API key may do, within what its creator may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Scope {
    Read,
    Write,
}

impl Action {
    pub const ALL: [Self; 22] = [
        Self::ReadTeam,
        Self::EditTeam,
        Self::ReadMembers,
        Self::ReadSecondFactors,
        Self::ChangeRole,
        Self::RemoveMember,
        Self::Leave,
        Self::ReadInvitations,
        Self::Invite,
        Self::ReadSecretNames,
        Self::WriteSecrets,
        Self::ReadOwnApiKeys,
        Self::MakeApiKey,
        Self::RevokeOwnApiKey,
        Self::ReadAllApiKeys,
        Self::RevokeAnyApiKey,
        Self::ReadAudit,
        Self::UseMachines,
        Self::UseAddOns,
        Self::UseProjects,
        Self::UseWorkloads,
        Self::ReadBilling,
    ];

    /// For a log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadTeam => "read the team",
            Self::EditTeam => "edit the team",
            Self::ReadMembers => "read members",
            Self::ReadSecondFactors => "see who has a second factor",
            Self::ChangeRole => "change a role",
            Self::RemoveMember => "remove a member",
            Self::Leave => "leave",
            Self::ReadInvitations => "read invitations",
            Self::Invite => "invite",
            Self::ReadSecretNames => "read secrets' names",
            Self::WriteSecrets => "write secrets",
            Self::ReadOwnApiKeys => "read their API keys",
            Self::MakeApiKey => "make an API key",
            Self::RevokeOwnApiKey => "revoke their API key",
            Self::ReadAllApiKeys => "read all API keys",
            Self::RevokeAnyApiKey => "revoke anybody's API key",
            Self::ReadAudit => "read the audit log",
            Self::UseMachines => "use machines",
            Self::UseAddOns => "use add-ons",
            Self::UseProjects => "use projects",
            Self::UseWorkloads => "use workloads",
            Self::ReadBilling => "read billing information",
        }
    }

    /// The scope a key needs; `None` where no key will do, whatever its scopes.
    pub const fn scope(self) -> Option<Scope> {
        match self {
            Self::ReadTeam
            | Self::ReadMembers
            | Self::ReadSecondFactors
            | Self::ReadInvitations
            | Self::ReadSecretNames
            | Self::ReadOwnApiKeys
            | Self::ReadAllApiKeys
            | Self::ReadAudit
            | Self::ReadBilling => Some(Scope::Read),
            Self::EditTeam
            | Self::ChangeRole
            | Self::RemoveMember
            | Self::Leave
            | Self::Invite
            | Self::WriteSecrets
            | Self::RevokeOwnApiKey
            | Self::RevokeAnyApiKey
            | Self::UseMachines
            | Self::UseAddOns
            | Self::UseProjects
            | Self::UseWorkloads => Some(Scope::Write),
            Self::MakeApiKey => None,
        }
    }
}

/// What a role may do.
pub const fn may(role: Role, action: Action) -> Grant {
    match (action, role) {
        (
            Action::ReadTeam
            | Action::ReadMembers
            | Action::Leave
            | Action::ReadSecretNames
            | Action::ReadOwnApiKeys
            | Action::MakeApiKey
            | Action::RevokeOwnApiKey
            | Action::UseWorkloads,
            Role::Owner | Role::Admin | Role::Member,
        )
        | (
            Action::EditTeam
            | Action::ReadSecondFactors
            | Action::ChangeRole
            | Action::RemoveMember
            | Action::ReadInvitations
            | Action::Invite
            | Action::WriteSecrets
            | Action::ReadAllApiKeys
            | Action::RevokeAnyApiKey
            | Action::ReadAudit
            | Action::UseMachines
            | Action::UseAddOns
            | Action::UseProjects
            | Action::ReadBilling,
            Role::Owner | Role::Admin,
        ) => Grant::Full,
        (Action::UseMachines | Action::UseProjects, Role::Member) => Grant::ByAssignment,
        (
            Action::EditTeam
            | Action::ReadSecondFactors
            | Action::ChangeRole
            | Action::RemoveMember
            | Action::ReadInvitations
            | Action::Invite
            | Action::WriteSecrets
            | Action::ReadAllApiKeys
            | Action::RevokeAnyApiKey
            | Action::ReadAudit
            | Action::UseAddOns
            | Action::ReadBilling,
            Role::Member,
        ) => Grant::None,
    }
}

/// Why a member may not, as a sentence, for console and server alike.
pub const fn refusal(action: Action) -> &'static str {
    match action {
        Action::EditTeam => "Only admins edit the team's profile. Ask an admin of this team.",
        Action::ReadSecondFactors => "Only admins see who has a second factor. Ask an admin of this team.",
        Action::ChangeRole => "Only admins change roles. Ask an admin of this team.",
        Action::RemoveMember => "Only admins remove members. Ask an admin of this team.",
        Action::ReadInvitations | Action::Invite => "Only admins invite people. Ask an admin of this team.",
        Action::WriteSecrets => "Only admins change secrets. Ask an admin of this team.",
        Action::ReadAllApiKeys | Action::RevokeAnyApiKey => {
            "Only admins see and revoke other members' API keys. Ask an admin of this team."
        }
        Action::ReadAudit => "Only admins read the audit log. Ask an admin of this team.",
        Action::UseAddOns => "Only admins use add-ons. Ask an admin of this team.",
        Action::ReadBilling => "Only admins see billing information. Ask an admin of this team.",
        Action::ReadTeam
        | Action::ReadMembers
        | Action::Leave
        | Action::ReadSecretNames
        | Action::ReadOwnApiKeys
        | Action::MakeApiKey
        | Action::RevokeOwnApiKey
        | Action::UseMachines
        | Action::UseProjects
        | Action::UseWorkloads => "You may not do this in this team. Ask an admin of this team.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The policy as a table: owner, admin, member, and the scope a key needs.
    #[test]
    fn the_role_table_is_this() {
        let cell = |grant| match grant {
            Grant::Full => "full",
            Grant::ByAssignment => "assigned",
            Grant::None => "none",
        };
        let table: Vec<String> = Action::ALL
            .iter()
            .map(|&action| {
                let [owner, admin, member] = Role::ALL.map(|role| cell(may(role, action)));
                let scope = match action.scope() {
                    Some(Scope::Read) => "read",
                    Some(Scope::Write) => "write",
                    None => "no key",
                };
                format!("{action:?}: {owner} {admin} {member}, {scope}")
            })
            .collect();
        let golden = include_str!("../data/role_table.txt");
        assert_eq!(table, golden.lines().collect::<Vec<_>>());
    }
}
