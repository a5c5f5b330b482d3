//! Signing up: the account comes into being with its password, its first session and its private
//! workspace, once email and username have been claimed.

pub mod feature;
pub mod http;

use crate::{
    credentials::password,
    error::Rejection,
    features::{
        accounts::{
            account,
            record::{AccountRecord, LinkRecord},
        },
        emails::{
            confirmation::{CONFIRM, LapseAccount, LapseEmail, UNCONFIRMED},
            confirmation_rules, email,
        },
        passwords::{password as password_rule, record::PasswordRecord},
        security_log,
        sessions::{session::SignedIn, session_life},
        sign_in::device,
        teams::{namespace, record::Holder, team},
    },
    object::{self, Command, Handler, Rule, context::Context, rule},
    store::{Transaction, key},
};
use guildhall_shared::{AccountId, Email, TeamId, name::Namespace, security_log::SecurityEventKind};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[rule::<SignUp>()];

/// What the edge has parsed. Debug would print the password; this one does not.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SignUp {
    pub email: Email,
    /// In the form that is hashed.
    pub password: String,
    pub username: Namespace,
    pub first_name: String,
    pub last_name: String,
    pub workspace: TeamId,
    /// Whether an invitation to this very email came with it.
    pub invited: bool,
}

impl core::fmt::Debug for SignUp {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "sign-up of {}", self.username)
    }
}

impl Command for SignUp {
    type On = object::Account;
    type Reply = SignedIn;
    const NAME: &'static str = "account.signUp";
}

impl Rule for SignUp {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, id: AccountId) -> Result<SignedIn, Rejection> {
        if tx.get(&key::tombstone()).is_some() || tx.get(&key::account(id)).is_some() {
            return Err(Rejection::conflict("Signing up took too long and was undone. Try again."));
        }
        let now = tx.now();
        let SignUp { email, password: plain, username, first_name, last_name, workspace, invited } = self.clone();
        // 1
        let account = AccountRecord {
            id,
            email: account::stored_email(&email),
            email_held: true,
            username: username.clone().into(),
            first_name,
            last_name,
            default_product: "core".to_owned(),
            theme: "system".to_owned(),
            hotkeys: true,
            created: now,
            confirmed: invited.then_some(now),
            workspace,
            revision: 1,
            last_active: Some(now.day()),
            pending_email: None,
            default_team: None,
            password_changed: None,
            totp: None,
            totp_begun: false,
            passkeys: 0,
            no_password: false,
            deactivated: None,
            take_backs: 0,
        };
        tx.put(&key::account(id), &account);
        // 2
        let hash = password::hash(&plain, context.random()).map_err(|_| password_rule::failed())?;
        tx.put(&key::password(), &PasswordRecord { hash });
        let mut signed_in = session_life::open(tx, context, &account, false)?;
        signed_in.device = Some(device::register(tx, context, id));
        security_log::note(tx, context.origin, SecurityEventKind::SignUp, "");
        // 3
        tx.put(&key::link(workspace), &LinkRecord { made: true, since: now });
        let create = team::Create {
            name: username.as_str().to_owned(),
            namespace: username.as_str().to_owned(),
            private: true,
            owner: id,
            profile: Box::new(account.profile()),
            origin: Some(Box::new(context.origin.clone())),
        };
        tx.call(&workspace, &create);
        tx.call(&username.into(), &namespace::Keep { holder: Holder::Account(id) });
        tx.call(&account::email_hash(context, &account), &email::Keep { account: id });
        // 4
        if account.confirmed.is_none() {
            confirmation_rules::mail_confirmation(tx, context, &account);
            tx.set_timer(&LapseEmail, now.plus(CONFIRM));
            tx.set_timer(&LapseAccount, now.plus(UNCONFIRMED));
        }
        Ok(signed_in)
    }
}
