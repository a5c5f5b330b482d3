//! What a rule reads and writes: an overlay over the records of one object.
//!
//! A rule that fails has written nothing. What it wrote becomes one commit: the records, the rows
//! of the outbox (dirty keys, effects) and the table of due things, all of them records too.

use super::{
    Stored,
    key::{Key, Prefix},
    stored::{decode, encode},
};
use crate::{
    domain::{access::Asked, budget::Left, view},
    json,
    mail::{self, Mail},
    object::{Command, ObjectName},
};
use guildhall_shared::{AccountId, Action, Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

/// The order in which the outbox replicates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Rank {
    /// A credential: its end comes first, and its deletion is sent again.
    Credential,
    /// Who is in which team.
    Roster,
    Rest,
}

/// A value with a stored format.
pub trait Record: Serialize + DeserializeOwned {
    /// Version of the stored format; old ones stay readable.
    const VERSION: u8;
    /// `None` for what never leaves the primary.
    const RANK: Option<Rank>;

    /// What a list shows of it: a JSON list of at most 1024 bytes that begins with the time lists are ordered by.
    fn meta(&self) -> Option<String> {
        None
    }

    fn expires(&self) -> Option<Timestamp> {
        None
    }
}

/// The JSON of a list's row.
pub fn meta<T: Serialize>(row: &T) -> Option<String> {
    json::to_string(row).ok()
}

/// The records of one object, read in the turn of the rule.
pub trait Records {
    fn get(&self, key: &str) -> Result<Option<Stored>, String>;
    /// Up to `limit` records whose key starts with `prefix` and is greater than `after`, in order.
    fn scan(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<(String, Stored)>, String>;
}

/// What happens after the save, at least once, from the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    Mail(Box<Mail>),
    Call(ObjectName, Box<Command>),
}

impl Effect {
    /// The object that is called.
    pub fn callee(&self) -> Option<&ObjectName> {
        match self {
            Self::Call(to, _) => Some(to),
            Self::Mail(_) => None,
        }
    }
}

/// A key that differs from its replica.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dirty {
    pub revision: u64,
    pub since: Timestamp,
    pub due: Timestamp,
    pub tries: u32,
    /// How often the deletion of a credential was sent already.
    #[serde(default)]
    pub again: u8,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    pub effect: Effect,
    pub since: Timestamp,
    pub due: Timestamp,
    pub tries: u32,
}

/// Something that an alarm does later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    pub at: Timestamp,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    pub revision: u64,
    pub effect: u64,
}

macro_rules! internal_record {
    ($($record:ty),*) => {$(
        impl Record for $record {
            const VERSION: u8 = 1;
            const RANK: Option<Rank> = None;
        }
    )*};
}
internal_record!(Dirty, Pending, Due, Counters);

/// What a commit writes, by key; `None` deletes.
pub type Writes = BTreeMap<String, Option<Stored>>;

pub struct Draft<'a> {
    base: &'a dyn Records,
    writes: Writes,
    dirty: Vec<(String, Rank)>,
    effects: Vec<Effect>,
    revision: u64,
    counters: Counters,
    now: Timestamp,
    kept: bool,
    /// A member who may not, and what.
    refused: Cell<Option<(AccountId, Action)>>,
    /// What the caller was asked for, and had.
    asked: RefCell<Vec<Asked>>,
    /// What is left of the caller's budgets that were counted in.
    limits: RefCell<Vec<Left>>,
    /// The first failure of the store. Nothing is committed after one.
    broken: RefCell<Option<String>>,
}

impl<'a> Draft<'a> {
    pub fn new(base: &'a dyn Records, now: Timestamp) -> Self {
        let mut draft = Self {
            base,
            writes: Writes::default(),
            dirty: vec![],
            effects: vec![],
            revision: 0,
            counters: Counters::default(),
            now,
            kept: false,
            refused: Cell::new(None),
            asked: RefCell::default(),
            limits: RefCell::default(),
            broken: RefCell::new(None),
        };
        draft.counters = draft.get(&super::key::counters()).unwrap_or_default();
        draft.revision = draft.counters.revision + 1;
        draft
    }

    pub fn now(&self) -> Timestamp {
        self.now
    }

    pub fn get<R: Record>(&self, key: &Key<R>) -> Option<R> {
        self.versioned(key).map(|(_, record)| record)
    }

    /// The record and the revision it was written in.
    pub fn versioned<R: Record>(&self, key: &Key<R>) -> Option<(u64, R)> {
        let stored = self.raw(key.as_str())?;
        self.decode(key.as_str(), &stored)
    }

    fn decode<R: Record>(&self, key: &str, stored: &Stored) -> Option<(u64, R)> {
        self.note(decode(&stored.value).map_err(|why| format!("{key}: {why}")))
    }

    pub fn raw(&self, key: &str) -> Option<Stored> {
        match self.writes.get(key) {
            Some(written) => written.clone(),
            None => self.note(self.base.get(key)).flatten(),
        }
    }

    pub fn put<R: Record>(&mut self, key: &Key<R>, record: &R) {
        let Some(value) = self.note(encode(record, self.revision)) else { return };
        let stored = Stored { value, meta: record.meta(), expires: record.expires() };
        self.write(key.as_str(), R::RANK, Some(stored));
    }

    pub fn delete<R: Record>(&mut self, key: &Key<R>) {
        self.write(key.as_str(), R::RANK, None);
    }

    fn write(&mut self, key: &str, rank: Option<Rank>, stored: Option<Stored>) {
        self.writes.insert(key.to_owned(), stored);
        if let Some(rank) = rank {
            self.is_dirty(key, rank);
        }
    }

    fn is_dirty(&mut self, key: &str, rank: Rank) {
        if !self.dirty.iter().any(|(known, _)| known == key) {
            self.dirty.push((key.to_owned(), rank));
        }
    }

    /// Deletes every record under a prefix.
    pub fn delete_all<R: Record>(&mut self, prefix: &Prefix<R>) {
        for (key, _) in self.scan_raw(prefix.as_str()) {
            self.write(&key, R::RANK, None);
        }
    }

    /// Deletes up to so many records, whatever they are, but this one, and what is due. What readers may
    /// have is deleted for them too. Says whether these were all; the outbox stays.
    pub fn wipe(&mut self, most: usize, but: &str) -> bool {
        let rows = self.committed("", most);
        let mut all = rows.len() < most;
        for (key, _) in rows {
            // The object's own book-keeping sorts last.
            if key.starts_with('~') {
                all = true;
            } else if key != but {
                self.write(&key, super::key::is_replicated(&key).then_some(Rank::Credential), None);
            }
        }
        for (what, _) in self.scan(&super::key::dues()) {
            if !what.starts_with("resend/") {
                self.not_due(&what);
            }
        }
        all
    }

    /// Every record under a prefix, by what follows it in the key.
    pub fn scan<R: Record>(&self, prefix: &Prefix<R>) -> Vec<(String, R)> {
        let prefix = prefix.as_str();
        let rows = self.scan_raw(prefix).into_iter().filter_map(|(key, stored)| {
            let (_, record) = self.decode(&key, &stored)?;
            Some((key.get(prefix.len()..)?.to_owned(), record))
        });
        rows.collect()
    }

    /// The first records under a prefix, without what this draft has written.
    pub fn committed(&self, prefix: &str, most: usize) -> Vec<(String, Stored)> {
        self.note(self.base.scan(prefix, "", most)).unwrap_or_default()
    }

    pub fn scan_raw(&self, prefix: &str) -> Vec<(String, Stored)> {
        let base = self.note(self.base.scan(prefix, "", usize::MAX)).unwrap_or_default();
        let mut rows: Writes = base.into_iter().map(|(key, stored)| (key, Some(stored))).collect();
        let written = self.writes.range(prefix.to_owned()..).take_while(|(key, _)| key.starts_with(prefix));
        rows.extend(written.map(|(key, stored)| (key.clone(), stored.clone())));
        rows.into_iter().filter_map(|(key, stored)| Some((key, stored?))).collect()
    }

    pub fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Has a mail sent; `site` is the console that its link leads to.
    pub fn mail(&mut self, to: &str, site: &str, kind: mail::Kind) {
        self.effect(Effect::Mail(Box::new(Mail { to: to.to_owned(), site: site.to_owned(), kind })));
    }

    /// Has the alarm do `what` at `at`.
    pub fn due(&mut self, what: &str, at: Timestamp) {
        self.put(&super::key::due(what), &Due { at });
    }

    pub fn not_due(&mut self, what: &str) {
        let key = super::key::due(what);
        if self.raw(key.as_str()).is_some() {
            self.delete(&key);
        }
    }

    /// Has the writes committed even where the rule refuses: counters, mostly.
    pub fn keep_on_refusal(&mut self) {
        self.kept = true;
    }

    pub fn is_kept_on_refusal(&self) -> bool {
        self.kept
    }

    /// Notes what was asked of the caller, who had it.
    pub fn note_asked(&self, asked: Asked) {
        let mut all = self.asked.borrow_mut();
        if !all.contains(&asked) {
            all.push(asked);
        }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.borrow().clone()
    }

    /// Notes what is left of a budget, for the answer to say.
    pub fn note_limit(&self, left: Left) {
        self.limits.borrow_mut().push(left);
    }

    pub fn limits(&self) -> Vec<Left> {
        self.limits.borrow().clone()
    }

    /// Notes that a member may not do this. Counts only where the whole call is refused.
    pub fn note_refused(&self, account: AccountId, action: Action) {
        self.refused.set(Some((account, action)));
    }

    pub fn refused(&self) -> Option<(AccountId, Action)> {
        self.refused.get()
    }

    /// Whether the rule wrote anything.
    pub fn is_untouched(&self) -> bool {
        self.writes.is_empty() && self.effects.is_empty()
    }

    /// The one commit of this draft, with the rows of the outbox that it adds.
    pub fn into_commit(mut self) -> Result<Writes, String> {
        let since = self.now;
        for (key, rank) in view::touched(&self, self.writes.keys().map(String::as_str)) {
            self.is_dirty(&key, rank);
        }
        for (key, rank) in std::mem::take(&mut self.dirty) {
            let row = Dirty { revision: self.revision, since, due: since, tries: 0, again: 0 };
            self.put(&super::key::dirty(rank, &key), &row);
        }
        for effect in std::mem::take(&mut self.effects) {
            self.counters.effect += 1;
            let row = Pending { effect, since, due: since, tries: 0 };
            self.put(&super::key::pending(self.counters.effect), &row);
        }
        if !self.writes.is_empty() {
            self.counters.revision = self.revision;
            let counters = self.counters.clone();
            self.put(&super::key::counters(), &counters);
        }
        match self.broken.into_inner() {
            None => Ok(self.writes),
            Some(why) => Err(why),
        }
    }

    fn note<T>(&self, result: Result<T, String>) -> Option<T> {
        result.map_err(|why| self.broken.borrow_mut().get_or_insert(why).clone()).ok()
    }
}
