//! The stateless side of the store of the tests.

use super::World;
use crate::{
    error::Broken,
    json::Json,
    layer::keys::Fitness,
    store::{Edge, Listing, Row},
};
use core::future::ready;
use futures_util::future::LocalBoxFuture;
use guildhall_shared::{path, words::WORDS};
use std::{collections::BTreeMap, rc::Rc};

/// Rows of one list, as KV has it.
const ROWS: usize = 1000;

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

impl Edge for MemoryEdge {
    fn read(&self, keys: Vec<String>) -> LocalBoxFuture<'_, Result<Vec<Option<String>>, Broken>> {
        Box::pin(async move {
            self.world.trip().await;
            self.world.count(|counts| {
                counts.operations += 1;
                counts.keys += keys.len();
            });
            if self.world.fails(self.world.faults.get().read) {
                return Err(Broken::new("KV could not be read"));
            }
            let replica = self.world.replica();
            Ok(keys.iter().map(|key| replica.get(key).map(|stored| stored.value.clone())).collect())
        })
    }

    fn list(&self, prefix: String) -> LocalBoxFuture<'_, Result<Listing, Broken>> {
        Box::pin(async move {
            self.world.trip().await;
            self.world.count(|counts| counts.operations += 1);
            let replica = self.world.replica();
            let all = replica.range(prefix.clone()..).take_while(|(key, _)| key.starts_with(&prefix));
            let mut rows = vec![];
            for (key, stored) in all {
                let Some(meta) = stored.meta.clone() else { continue };
                rows.extend(Row::new(key.get(prefix.len()..).unwrap_or_default(), Json::parse(meta)?));
            }
            let complete = rows.len() <= ROWS;
            rows.truncate(ROWS);
            Ok(Listing { rows, complete })
        })
    }

    fn fitness(&self) -> Option<Fitness> {
        self.world.fitness.borrow().clone()
    }

    fn note_fitness(&self, fitness: Fitness) {
        *self.world.fitness.borrow_mut() = Some(fitness);
    }

    fn log_request(&self, line: &str) {
        self.world.requests.borrow_mut().push(line.to_owned());
    }

    fn file(&self, path: String) -> LocalBoxFuture<'_, Result<Vec<u8>, Broken>> {
        let known = self.world.files.borrow().get(&path).map(|text| text.to_vec()).or_else(|| breached(&path));
        Box::pin(ready(known.ok_or_else(|| Broken::new(format!("{path} is not deployed")))))
    }
}
