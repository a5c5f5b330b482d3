//! Development only: many keys of the members that were made along.

use crate::{
    error::Rejection,
    features::api_keys::{api_key::KEYS_MAX, record::ApiKeyRecord},
    object::context::Context,
    store::{ListQuery, Transaction, key},
};
use guildhall_shared::{ApiKeyId, TeamId, role::Scope};

/// Keys numbered from `from`, as many of each member as one may have. Nobody has their text.
pub fn api_keys(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    team: TeamId,
    from: usize,
    count: usize,
) -> Result<usize, Rejection> {
    context.only_system()?;
    let until = from.saturating_add(count);
    let makers = ListQuery { limit: Some(until.div_ceil(KEYS_MAX)), ..ListQuery::default() };
    let makers = tx.list(&key::members(team), &makers);
    for n in from..until {
        let Some((_, maker)) = makers.get(n / KEYS_MAX) else {
            return Err(Rejection::bad("There are too few members."));
        };
        let id: ApiKeyId = context.id();
        let record = ApiKeyRecord {
            id,
            name: format!("Key {n}"),
            maker: maker.account,
            digest: String::new(),
            scopes: vec![Scope::Read],
            created: tx.now().plus(-i64::try_from(n).unwrap_or_default() * 1000),
            expires: None,
            key_first: true,
            take_backs: 0,
        };
        tx.put(&key::api_key(team, id), &record);
    }
    Ok(count)
}
