//! The stateless side of the store of the tests.

use super::World;
use crate::{
    error::Broken,
    json::Part,
    store::{Edge, Listing, Row},
};
use core::future::ready;
use futures_util::future::LocalBoxFuture;
use guildhall_shared::{password, path};
use std::{collections::BTreeMap, rc::Rc};

/// Rows of one list, as KV has it.
const ROWS: usize = 1000;

/// The stateless side, over a world.
pub struct MemoryEdge {
    pub world: Rc<World>,
}

/// What a build lays beside the Worker for it.
pub fn files() -> BTreeMap<&'static str, &'static str> {
    [(path::OPENAPI, include_str!("../../../openapi.json")), (path::COMMON_PASSWORDS, password::COMMON.text())].into()
}

impl Edge for MemoryEdge {
    fn read(&self, keys: Vec<String>) -> LocalBoxFuture<'_, Result<Vec<Option<String>>, Broken>> {
        Box::pin(async move {
            self.world.trip().await;
            self.world.count(|counts| {
                counts.operations += 1;
                counts.keys += keys.len();
            });
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
                rows.extend(Row::new(key.get(prefix.len()..).unwrap_or_default(), Part::whole(meta)?));
            }
            let complete = rows.len() <= ROWS;
            rows.truncate(ROWS);
            Ok(Listing { rows, complete })
        })
    }

    fn file(&self, path: &'static str) -> LocalBoxFuture<'_, Result<String, Broken>> {
        let known = self.world.files.borrow().get(path).map(|text| (*text).to_owned());
        Box::pin(ready(known.ok_or_else(|| Broken::new(format!("{path} is not deployed")))))
    }
}
