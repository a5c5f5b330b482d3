//! A world set aside, to start from again: tests of one team need not each sign up its people.

use super::{Faults, World};
use crate::{
    auth::secret::Installation,
    domain::view,
    layer::keys::Fitness,
    mail::Letter,
    object::ObjectName,
    store::{Stored, key, key::Of},
};
use guildhall_shared::Timestamp;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

/// Everything that outlives the objects of a world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    pub replica: BTreeMap<String, Stored>,
    put_at: BTreeMap<String, Timestamp>,
    pub primaries: BTreeMap<ObjectName, BTreeMap<String, Stored>>,
    alarms: BTreeMap<ObjectName, Timestamp>,
    pub mails: Vec<Letter>,
    faults: Faults,
    now: Timestamp,
    seed: u64,
    fitness: Option<Fitness>,
}

impl World {
    /// What the replica should hold of an object: records that readers may have, byte for byte, and views.
    pub fn for_readers(self: &Rc<Self>, of: &ObjectName) -> BTreeMap<String, Stored> {
        let records = self.records(of);
        let keys = records.keys().filter_map(|key| match Of::read(key)? {
            Of::Team(team) => Some(key::roster(team).as_str().to_owned()),
            Of::ApiKey(team, id) => Some(key::pass(team, id).as_str().to_owned()),
            Of::Member(..) | Of::Pass(..) | Of::Roster(_) => None,
        });
        let views = keys.filter_map(|key| {
            let stored = self.look(of, |draft| view::for_readers(draft, &key))?;
            Some((key, stored))
        });
        let replicated = records.iter().filter(|(key, _)| key::is_replicated(key));
        views.chain(replicated.map(|(key, stored)| (key.clone(), stored.clone()))).collect()
    }

    /// Writes bytes into an object's records that no rule would write.
    pub fn overwrite(&self, of: &ObjectName, key: &str, value: &str) {
        let records = Rc::clone(self.primaries.borrow_mut().entry(of.clone()).or_default());
        records.borrow_mut().insert(key.to_owned(), Stored { value: value.to_owned(), meta: None, expires: None });
    }

    pub fn snapshot(&self) -> Snapshot {
        let primaries = self.primaries.borrow();
        Snapshot {
            replica: self.kv.borrow().clone(),
            put_at: self.put_at.borrow().clone(),
            primaries: primaries.iter().map(|(name, records)| (name.clone(), records.borrow().clone())).collect(),
            alarms: self.alarms.borrow().clone(),
            mails: self.mails.borrow().clone(),
            faults: self.faults.get(),
            now: self.now.get(),
            seed: self.seed.get(),
            fitness: self.fitness.borrow().clone(),
        }
    }
}

impl Snapshot {
    /// A world as it was then, with nothing under way.
    pub fn world(self) -> Rc<World> {
        let Self { replica, put_at, primaries, alarms, mails, faults, now, seed, fitness } = self;
        let shared = |(name, records)| (name, Rc::new(RefCell::new(records)));
        Rc::new(World {
            kv: RefCell::new(replica),
            put_at: RefCell::new(put_at),
            primaries: RefCell::new(primaries.into_iter().map(shared).collect()),
            objects: RefCell::default(),
            alarms: RefCell::new(alarms),
            mails: RefCell::new(mails),
            requests: RefCell::default(),
            files: RefCell::new(super::edge::files()),
            faults: Cell::new(faults),
            counts: Cell::default(),
            waiting: Cell::default(),
            now: Cell::new(now),
            seed: Cell::new(seed),
            installation: RefCell::new(Rc::new(Installation::fixed())),
            fitness: RefCell::new(fitness),
        })
    }
}
