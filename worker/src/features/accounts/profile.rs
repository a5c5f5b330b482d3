//! Editing the profile of an account: names, username, preferences.

use crate::{
    error::Rejection,
    features::{
        accounts::{account::save_profile, record::AccountRecord},
        erasure,
        limits::budget::{self, Budget},
        security_log,
        sessions::session,
        teams::{namespace, record::Holder},
    },
    object::{self, Command, Handler, context::Context, reply::Revised, saga},
    store::{Transaction, key},
};
use guildhall_shared::{
    AccountId, Issue, TeamId, Timestamp,
    account::{Account, AccountPatch, PRODUCTS, THEMES},
    auth::field,
    name::{DisplayName, Namespace},
    security_log::SecurityEventKind,
    session::Preferences,
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[saga::<EditProfile>()];

/// The parts of a patch that hold, or everything that is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    first_name: Option<String>,
    last_name: Option<String>,
    pub username: Option<Namespace>,
    theme: Option<String>,
    default_product: Option<String>,
    default_team: Option<TeamId>,
    hotkeys: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EditProfile(pub AccountPatch);

impl Command for EditProfile {
    type On = object::Account;
    type Reply = Revised<Account>;
    const NAME: &'static str = "account.edit";
}

pub fn parse_edit(patch: &AccountPatch) -> Result<Edit, Rejection> {
    let mut issues: Vec<Issue> = vec![];
    let AccountPatch { first_name, last_name, username, theme, default_product, default_team, preferences } = patch;
    let mut edit = Edit {
        default_team: *default_team,
        hotkeys: preferences.as_ref().map(|Preferences { hotkeys }| *hotkeys),
        ..Edit::default()
    };
    let mut take = |issue: Issue| issues.push(issue);
    if let Some(text) = first_name {
        optional_name("firstName", text).map_or_else(&mut take, |name| edit.first_name = Some(name));
    }
    if let Some(text) = last_name {
        optional_name("lastName", text).map_or_else(&mut take, |name| edit.last_name = Some(name));
    }
    if let Some(text) = username {
        field("username", Namespace::parse(text)).map_or_else(&mut take, |name| edit.username = Some(name));
    }
    match theme {
        Some(theme) if !THEMES.contains(&theme.as_str()) => {
            take(Issue::new("theme: A theme is light, dark or system."));
        }
        theme => edit.theme.clone_from(theme),
    }
    match default_product {
        Some(product) if !PRODUCTS.contains(&product.as_str()) => {
            take(Issue::new("defaultProduct: A product is core or gradient."));
        }
        product => edit.default_product.clone_from(product),
    }
    if issues.is_empty() { Ok(edit) } else { Err(Rejection::invalid(issues)) }
}

/// Whether the caller may make this edit of the account as it is.
pub fn may_edit(
    tx: &Transaction<'_>,
    context: &Context<'_>,
    id: AccountId,
    edit: &Edit,
) -> Result<AccountRecord, Rejection> {
    session::check(tx, context)?;
    let (revision, account) = tx.versioned(&key::account(id)).ok_or_else(Rejection::nobody)?;
    context.expects(revision)?;
    if let Some(team) = edit.default_team
        && tx.get(&key::link(team)).is_none_or(|link| !link.made)
    {
        return Err(Issue::new("defaultTeam: You are not in this team.").into());
    }
    if edit.username.as_ref().is_some_and(|username| username.as_str() != account.username) {
        budget::may_spend(tx, &renames(&account))?;
    }
    Ok(account)
}

/// How often an account may take another name.
fn renames(account: &AccountRecord) -> Vec<Budget> {
    let unconfirmed = Some(budget::USERNAMES_UNCONFIRMED).filter(|_| account.confirmed.is_none());
    unconfirmed.into_iter().chain(budget::USERNAMES).collect()
}

/// Writes an edit whose username, if there is a new one, was claimed at `claimed`.
pub fn edit(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    id: AccountId,
    edit: Edit,
    claimed: Timestamp,
) -> Result<Revised<Account>, Rejection> {
    let mut account = may_edit(tx, context, id, &edit)?;
    let before = account.clone();
    let Edit { first_name, last_name, username, theme, default_product, default_team, hotkeys } = edit;
    account.first_name = first_name.unwrap_or(account.first_name);
    account.last_name = last_name.unwrap_or(account.last_name);
    account.theme = theme.unwrap_or(account.theme);
    account.default_product = default_product.unwrap_or(account.default_product);
    account.hotkeys = hotkeys.unwrap_or(account.hotkeys);
    if let Some(team) = default_team {
        account.default_team = Some(team).filter(|team| *team != account.workspace);
    }
    if let Some(username) = username.filter(|username| username.as_str() != before.username) {
        if tx.now().since(claimed) > namespace::CLAIM / 2 {
            return Err(Rejection::conflict("Claiming the name took too long. Try again."));
        }
        budget::spend_all(tx, &renames(&account))?;
        username.as_str().clone_into(&mut account.username);
        let holder = Holder::Account(id);
        tx.call(&username.as_str().to_owned(), &namespace::Keep { holder });
        if account.confirmed.is_some() {
            tx.call(&before.username, &namespace::Retire { holder });
            erasure::mark(tx, &key::past_name(&before.username));
        } else {
            // Nobody has known an account by its name that could do nothing, so nothing is reserved for it.
            tx.call(&before.username, &namespace::Release { holder });
        }
        security_log::note(tx, context.origin, SecurityEventKind::UsernameChange, username.as_str());
    }
    if account != before {
        save_profile(tx, account);
    }
    let (revision, account) = tx.versioned(&key::account(id)).ok_or_else(Rejection::nobody)?;
    Ok(Revised { revision, value: account.into() })
}

/// A name that may be left empty.
pub fn optional_name(label: &str, text: &str) -> Result<String, Issue> {
    if text.trim().is_empty() { Ok(String::new()) } else { field(label, DisplayName::parse(text)).map(String::from) }
}
