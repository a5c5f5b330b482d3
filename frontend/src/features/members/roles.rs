//! The roles of a team, in words.

use crate::ui::choice::Pick;
use guildhall_shared::Role;

/// The word for a role that stands in sentences and tables.
pub const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Admin => "Admin",
        Role::Member => "Member",
    }
}

/// The two roles that one can be given, with what each may.
pub fn role_picks() -> Vec<Pick> {
    vec![
        Pick {
            value: "member",
            label: "Member",
            sentence: "Can use the team's resources, create their own API keys, and see members and secret names.",
        },
        Pick {
            value: "admin",
            label: "Admin",
            sentence: "Full access: manage people, roles, secrets, the team profile and the audit log.",
        },
    ]
}
