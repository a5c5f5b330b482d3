//! The mailbox of development: every mail that would have been sent, newest first.

use crate::{error::InternalError, json, mail::Letter, platform::clock};
use askama::Template;
use worker::KvStore;

const PREFIX: &str = "dev/mail/";

/// Larger than any time in milliseconds, so that newer mails sort first.
const TOP: i64 = 9_999_999_999_999;

#[derive(Template)]
#[template(path = "mailbox.html")]
struct Page {
    letters: Vec<Letter>,
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` asks for")]
fn failed(why: worker::KvError) -> InternalError {
    InternalError::new(format!("dev mailbox: {why}"))
}

pub async fn keep(kv: &KvStore, letter: &Letter) -> Result<(), InternalError> {
    let mut salt = [0; 4];
    crate::platform::random(&mut salt)?;
    let key = format!("{PREFIX}{:013}/{:08x}", TOP - clock::now().millis(), u32::from_be_bytes(salt));
    kv.put(&key, json::to_string(letter)?).map_err(failed)?.execute().await.map_err(failed)
}

pub async fn all(kv: &KvStore) -> Result<Vec<Letter>, InternalError> {
    let listed = kv.list().prefix(PREFIX.to_owned()).limit(200).execute().await.map_err(failed)?;
    let keys: Vec<String> = listed.keys.into_iter().map(|key| key.name).collect();
    let mut letters = vec![];
    for some in keys.chunks(100) {
        let mut found = kv.get_bulk(some).text().await.map_err(failed)?;
        for key in some {
            if let Some(json) = found.remove(key).flatten() {
                letters.push(json::from_str(&json)?);
            }
        }
    }
    Ok(letters)
}

pub async fn page(kv: &KvStore) -> Result<String, InternalError> {
    let letters = all(kv).await?;
    (Page { letters }).render().map_err(|why| InternalError::new(format!("dev mailbox: {why}")))
}
