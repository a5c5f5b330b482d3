//! Health and the served document.

use crate::support::{Actor, Cast, run};
use guildhall_shared::path;
use guildhall_worker::{
    object::ObjectName,
    store::memory::{Faults, World},
};
use serde_json::json;

#[test]
fn a_server_that_reaches_its_storage_is_ok() {
    run(async {
        let world = World::new(1);
        let health = Actor::nobody(&world).get(path::HEALTH).await.is(200).json();
        let keys = json!([{ "id": "k1", "isCurrent": true }]);
        assert_eq!(health, json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION"), "keys": keys }));
        world.faults.set(Faults { call_before: 1000, ..Faults::default() });
        Actor::nobody(&world).get(path::HEALTH).await.refuses(500, "INTERNAL_SERVER_ERROR");
    });
}

#[test]
fn health_leaves_nothing_behind_but_which_keys_were_seen() {
    run(async {
        let world = World::new(1);
        for _ in 0..2 {
            Actor::nobody(&world).get(path::HEALTH).await.is(200);
            assert_eq!(world.replica().into_keys().collect::<Vec<_>>(), ["installation"]);
            let left = world.object_names().into_iter().filter(|name| !world.records(name).is_empty());
            assert_eq!(left.collect::<Vec<_>>(), [ObjectName::Installation]);
            assert_eq!(
                world.records(&ObjectName::Installation).into_keys().collect::<Vec<_>>(),
                ["installation", "~counters"]
            );
        }
    });
}

#[test]
fn the_document_is_served_to_anybody() {
    run(async {
        let cast = Cast::new().await;
        let served = cast.nobody.get(path::OPENAPI).await.is(200).json();
        assert!(served == *crate::document::DOCUMENT, "what is served is not worker/openapi.json as the code makes it");
    });
}
