//! The account of the person who is signed in, as the pages that change it share it.

use crate::{
    api::{self, Answer, Failure},
    state::{
        query::{Load, Query},
        session,
    },
};
use guildhall_shared::account::{Account, AccountPatch};
use leptos::prelude::*;

/// The name of the account's pages in the tab's title and in failures.
pub const PLACE: &str = "Your account";

/// The account, as the forms of a page share it.
#[derive(Clone, Copy)]
pub struct Own(pub Query<Answer<Account>>);

impl Own {
    pub fn new() -> Self {
        Self(Query::new(|| (), |(), abort| api::account::get(abort)))
    }

    /// What is known of it; `None` before it is here.
    pub fn get<T>(self, what: impl Fn(&Account) -> T) -> Option<T> {
        match &*self.0.load.read() {
            Load::Ready(answer) => Some(what(&answer.value)),
            Load::Waiting | Load::Failed(_) => None,
        }
    }

    /// The state that a change starts from.
    pub fn etag(self) -> Option<String> {
        match &*self.0.load.read_untracked() {
            Load::Ready(answer) => answer.etag.clone(),
            Load::Waiting | Load::Failed(_) => None,
        }
    }

    /// What an answer told.
    pub fn put(self, answer: Answer<Account>) {
        self.0.load.try_set(Load::Ready(answer));
    }

    /// Changes the account, and shows it everywhere before it is said to be saved: the session, too, tells of it.
    pub async fn save(self, patch: AccountPatch) -> Result<Account, Failure> {
        let answer = api::account::update(patch, self.etag()).await?;
        let account = answer.value.clone();
        self.put(answer);
        session::load().await;
        Ok(account)
    }
}
