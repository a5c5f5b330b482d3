//! A copy of a world to start again from, so that tests of one team need not each sign up its members.

use super::{Faults, World};
use crate::{Product, Stored};
use guildhall_shared::Timestamp;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

/// The state that survives an eviction of every object.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot<P: Product> {
    pub replica: BTreeMap<String, Stored>,
    put_at: BTreeMap<String, Timestamp>,
    pub primaries: BTreeMap<P::Address, BTreeMap<String, Stored>>,
    alarms: BTreeMap<P::Address, Timestamp>,
    pub letters: Vec<P::Letter>,
    faults: Faults,
    now: Timestamp,
    seed: u64,
}

impl<P: Product> World<P> {
    /// What the replica should hold of an object: its replicated records, byte for byte, and its views.
    pub fn for_readers(self: &Rc<Self>, of: &P::Address) -> BTreeMap<String, Stored> {
        let records = self.records(of);
        let keys: Vec<&str> = records.keys().map(String::as_str).collect();
        let views = self.read(of, |tx| {
            let views = P::views_of(tx, &keys).into_iter();
            let made = views.filter_map(|(key, _)| Some((key.clone(), P::for_readers(tx, &key)?)));
            made.collect::<Vec<_>>()
        });
        let replicated = records.iter().filter(|(key, _)| P::is_replicated(key));
        views.into_iter().chain(replicated.map(|(key, stored)| (key.clone(), stored.clone()))).collect()
    }

    /// Writes bytes into an object's records that no rule would write.
    pub fn overwrite(&self, of: &P::Address, key: &str, value: &str) {
        let records = Rc::clone(self.primaries.borrow_mut().entry(of.clone()).or_default());
        records.borrow_mut().insert(key.to_owned(), Stored::plain(value.to_owned()));
    }

    pub fn snapshot(&self) -> Snapshot<P> {
        let primaries = self.primaries.borrow();
        Snapshot {
            replica: self.kv.borrow().clone(),
            put_at: self.put_at.borrow().clone(),
            primaries: primaries.iter().map(|(name, records)| (name.clone(), records.borrow().clone())).collect(),
            alarms: self.alarms.borrow().clone(),
            letters: self.letters.borrow().clone(),
            faults: self.faults.get(),
            now: self.now.get(),
            seed: self.seed.get(),
        }
    }
}

impl<P: Product> Snapshot<P> {
    /// The world at that time, with nothing running.
    pub fn world(self, installation: P::Installation) -> Rc<World<P>> {
        let Self { replica, put_at, primaries, alarms, letters, faults, now, seed } = self;
        let shared = |(name, records)| (name, Rc::new(RefCell::new(records)));
        Rc::new(World {
            kv: RefCell::new(replica),
            put_at: RefCell::new(put_at),
            primaries: RefCell::new(primaries.into_iter().map(shared).collect()),
            objects: RefCell::default(),
            alarms: RefCell::new(alarms),
            letters: RefCell::new(letters),
            faults: Cell::new(faults),
            counts: Cell::default(),
            rows: Cell::default(),
            waiting: Cell::default(),
            now: Cell::new(now),
            seed: Cell::new(seed),
            installation: RefCell::new(Rc::new(installation)),
        })
    }
}
