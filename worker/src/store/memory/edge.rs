//! The stateless side of the store of the tests.

use crate::{
    credentials::secret::Installation,
    error::InternalError,
    object::{Envelope, Replied},
    product::Guildhall,
    store::{
        Listing, Replica, Runtime,
        edge::{Edge, Fitness},
        memory::World,
    },
};
use core::future::ready;
use futures_util::future::LocalBoxFuture;
use guildhall_shared::{Timestamp, path, words::WORDS};
use std::{collections::BTreeMap, rc::Rc};

/// The stateless side, over a world.
pub struct MemoryEdge {
    pub world: Rc<World>,
}

/// What a build lays beside the Worker for it.
pub fn files() -> BTreeMap<String, &'static [u8]> {
    let texts: [(&str, &[u8]); 3] = [
        (path::OPENAPI, include_bytes!("../../../openapi.json")),
        (path::PAGE_OPENAPI, include_bytes!("../../../openapi-pages.json")),
        (path::WORDS, WORDS.text().as_bytes()),
    ];
    texts.map(|(path, text)| (path.to_owned(), text)).into()
}

/// The passwords of breaches that a build lays beside the Worker, by the first byte of their digests.
fn breached(path: &str) -> Option<Vec<u8>> {
    static ROWS: &[u8] = include_bytes!("../../../../shared/data/breached_passwords.bin");
    let bucket = (0..=u8::MAX).find(|first| path::breached_passwords(*first) == path)?;
    let rows = ROWS.chunks(5).filter_map(|row| row.split_first()).filter(|(first, _)| **first == bucket);
    Some(rows.flat_map(|(_, rest)| rest).copied().collect())
}

impl Runtime<Guildhall> for MemoryEdge {
    fn now(&self) -> Timestamp {
        self.world.now()
    }

    fn random(&self, bytes: &mut [u8]) -> Result<(), InternalError> {
        self.world.random(bytes)
    }

    fn installation(&self) -> Rc<Installation> {
        self.world.installation()
    }

    fn call(&self, envelope: Envelope) -> LocalBoxFuture<'_, Result<Replied, InternalError>> {
        self.world.call(envelope)
    }

    fn spawn(&self, work: LocalBoxFuture<'static, ()>) {
        self.world.spawn(work);
    }

    fn sleep(&self, millis: u64) -> LocalBoxFuture<'static, ()> {
        self.world.sleep(millis)
    }

    fn log(&self, about: &str, error: &InternalError) {
        self.world.log(about, error);
    }
}

impl Replica for MemoryEdge {
    fn read(&self, keys: Vec<String>) -> LocalBoxFuture<'_, Result<Vec<Option<String>>, InternalError>> {
        Replica::read(&**self.world, keys)
    }

    fn list(&self, prefix: String) -> LocalBoxFuture<'_, Result<Listing, InternalError>> {
        self.world.list(prefix)
    }
}

impl Edge for MemoryEdge {
    fn fitness(&self) -> Option<Fitness> {
        self.world.fitness.borrow().clone()
    }

    fn note_fitness(&self, fitness: Fitness) {
        *self.world.fitness.borrow_mut() = Some(fitness);
    }

    fn log_request(&self, line: &str) {
        self.world.requests.borrow_mut().push(line.to_owned());
    }

    fn file(&self, path: String) -> LocalBoxFuture<'_, Result<Vec<u8>, InternalError>> {
        let known = self.world.files.borrow().get(&path).map(|text| text.to_vec()).or_else(|| breached(&path));
        Box::pin(ready(known.ok_or_else(|| InternalError::new(format!("{path} is not deployed")))))
    }
}
