//! The pages by the part of the program that they come with. A part is fetched with the first of its pages, so
//! that a first load brings what it shows. The build cuts the program where this macro says. What several parts
//! use lies in a file for just these, so that more parts mean many more files: a new page joins a part, the pages that
//! people come to first stand alone.

use crate::{
    api::Failure,
    forms::{
        account_deactivate::AccountDeactivate, api_key_new::ApiKeyNew, api_key_revoke::ApiKeyRevoke,
        audit_line::AuditLine, invitation_cancel::InvitationCancel, invite::Invite, member_remove::MemberRemove,
        member_role::MemberRole, passkey_name::PasskeyName, passkey_new::PasskeyNew, passkey_remove::PasskeyRemove,
        password_change::PasswordChange, password_remove::PasswordRemove, recovery_codes::RecoveryCodes,
        secret_delete::SecretDelete, secret_new::SecretNew, secret_value::SecretValue, session_end::SessionEnd,
        sessions_end_others::SessionsEndOthers, ssh_key_new::SshKeyNew, ssh_key_remove::SshKeyRemove,
        team_leave::TeamLeave, totp_new::TotpNew, totp_off::TotpOff,
    },
    layout::{
        later::{Show, later, layer, nothing, page, question},
        palette::GoTo,
        proof::Prove,
    },
    pages::{
        account::{
            deactivation::Deactivate, profile::AccountProfile, security::Security, sessions::Sessions,
            ssh_keys::SshKeys,
        },
        auth::{
            accept::AcceptInvitation,
            come_back::{ComeBack, Deactivated},
            confirm_email::ConfirmEmail,
            forgot_password::ForgotPassword,
            reset_password::ResetPassword,
            sign_in::SignIn,
            sign_up::SignUp,
            take_back::{EmailUndo, TakeBack},
            unlock::Unlock,
        },
        team::{api_keys::ApiKeys, audit::Audit, general::General, members::Members, secrets::Secrets},
        teams::{create::CreateTeam, list::Teams},
    },
    webauthn::{PASSKEYS, Passkeys},
};
use leptos::{prelude::*, wasm_split::SplitLoaderError};

macro_rules! part {
    ($part:ident, $shape:ident: $($name:ident => $page:ident),+ $(,)?) => {$(
        pub fn $name() -> AnyView {
            #[leptos::wasm_split::wasm_split($part, wasm_split_path = leptos::wasm_split, fallible)]
            fn $name() -> Result<Show, SplitLoaderError> {
                Ok(|| view! { <$page /> }.into_any())
            }
            later(|| Box::pin($name()), $shape)
        }
    )+};
}

// Alone, for it is the first page of nearly everybody.
part! { door, page:
    sign_in => SignIn,
}

part! { entrance, page:
    sign_up => SignUp,
    confirm_email => ConfirmEmail,
    accept_invitation => AcceptInvitation,
    email_undo => EmailUndo,
    forgot_password => ForgotPassword,
    reset_password => ResetPassword,
    take_back => TakeBack,
    unlock => Unlock,
    come_back => ComeBack,
    deactivated => Deactivated,
}

part! { account, page:
    account_profile => AccountProfile,
    security => Security,
    sessions => Sessions,
    ssh_keys => SshKeys,
    deactivate => Deactivate,
    teams => Teams,
    create_team => CreateTeam,
    audit => Audit,
}

part! { general, page:
    general => General,
}

part! { members, page:
    members => Members,
}

part! { credentials, page:
    api_keys => ApiKeys,
    secrets => Secrets,
}

// Everything that opens over a page.
part! { layers, layer:
    team_leave => TeamLeave,
    invite => Invite,
    member_role => MemberRole,
    member_remove => MemberRemove,
    invitation_cancel => InvitationCancel,
    api_key_new => ApiKeyNew,
    api_key_revoke => ApiKeyRevoke,
    secret_new => SecretNew,
    secret_value => SecretValue,
    secret_delete => SecretDelete,
    password_change => PasswordChange,
    password_remove => PasswordRemove,
    passkey_name => PasskeyName,
    passkey_remove => PasskeyRemove,
    session_end => SessionEnd,
    sessions_end_others => SessionsEndOthers,
    ssh_key_new => SshKeyNew,
    ssh_key_remove => SshKeyRemove,
    account_deactivate => AccountDeactivate,
    audit_line => AuditLine,
}

part! { layers, nothing:
    go_to => GoTo,
}

part! { layers, question:
    proof => Prove,
}

part! { layers, layer:
    totp_new => TotpNew,
    totp_off => TotpOff,
    recovery_codes => RecoveryCodes,
    passkey_new => PasskeyNew,
}

/// What passkeys take of the browser, which only the sign-in page and the account's own ask for.
#[expect(clippy::unnecessary_wraps, reason = "what is cut off may not come")]
pub async fn passkeys() -> Result<Passkeys, Failure> {
    #[leptos::wasm_split::wasm_split(door, wasm_split_path = leptos::wasm_split, fallible)]
    fn load() -> Result<Passkeys, SplitLoaderError> {
        Ok(PASSKEYS)
    }
    load().await.map_err(|_| Failure::unloaded())
}

/// Asks for the part with the page of this address, before it is known who is there.
pub fn ahead(path: &str) {
    let steps: Vec<&str> = path.split('/').skip(1).collect();
    let page: fn() -> AnyView = match steps.as_slice() {
        ["account" | "teams", ..] | [_, "settings", "audit", ..] => account_profile,
        [_, "settings", "members", ..] => members,
        [_, "settings", "api-keys" | "secrets", ..] => api_keys,
        [_, "settings", ..] => general,
        _ => return,
    };
    drop(page());
}

#[cfg(feature = "gallery")]
use crate::pages::gallery::Gallery;

#[cfg(feature = "gallery")]
part! { account, page:
    gallery => Gallery,
}
