//! Forms that open over a page, each with an address of its own.

pub mod account_deactivate;
pub mod api_key_new;
pub mod api_key_revoke;
pub mod audit_line;
pub mod invitation_cancel;
pub mod invite;
pub mod member_remove;
pub mod member_role;
pub mod passkey_name;
pub mod passkey_new;
pub mod passkey_remove;
pub mod password_change;
pub mod password_remove;
pub mod recovery_codes;
pub mod secret_delete;
pub mod secret_new;
pub mod secret_value;
pub mod session_end;
pub mod sessions_end_others;
pub mod ssh_key_new;
pub mod ssh_key_remove;
pub mod team_leave;
pub mod totp_new;
pub mod totp_off;
