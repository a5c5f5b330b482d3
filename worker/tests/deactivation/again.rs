//! Coming back and leaving again before everybody has heard.

use super::sign_in;
use crate::support::{Actor, Cast, PASSWORD, last_mail, run, token_of};
use guildhall_shared::{path, timestamp::MINUTE};
use guildhall_worker::{
    object::ObjectName,
    store::{key, memory::Faults},
};
use serde_json::json;

#[test]
fn a_team_that_hears_late_of_a_return_stays_closed_for_who_left_again() {
    run(async {
        let cast = Cast::new().await;
        let solo = cast.stranger.make_team("solo").await;
        cast.stranger.post(path::ACCOUNT_DEACTIVATION, json!({ "username": "sam" })).await.is(202);
        cast.world.drain().await;
        let token = token_of(&last_mail(&cast.world, "sam@example.com"));
        let snapshot = cast.world.snapshot();
        let (mut late, mut gone) = (0, 0);
        for n in 0..40 {
            let world = snapshot.clone().world();
            for _ in 0..n {
                world.random_below(2);
            }
            // Most calls are lost, and those to the teams among them.
            world.faults.set(Faults { call_before: 700, ..Faults::default() });
            let nobody = Actor::nobody(&world);
            let came = nobody.post(path::COME_BACK, json!({ "token": token })).await.status == 204;
            world.faults.set(Faults::default());
            let id = solo.parse().unwrap();
            let object = ObjectName::Team(id);
            let is_closed = || world.read(&object, |tx| tx.get(&key::team(id)).unwrap().closed.is_some());
            if !came || !is_closed() {
                continue;
            }
            late += 1;
            let sam = Actor::signed_in(&world, "sam", &sign_in(&world, "sam", PASSWORD).await.is(200));
            // Every other time they hear in between.
            let hears = n % 2 == 0;
            if hears {
                world.drain().await;
            }
            let again = sam.post(path::ACCOUNT_DEACTIVATION, json!({ "username": "sam" })).await;
            if hears {
                again.is(202)
            } else {
                again.refuses(409, "CONFLICT")
            };
            world.pass(11 * MINUTE).await;
            world.drain().await;
            let is_gone = sign_in(&world, "sam", PASSWORD).await.status == 403;
            assert_eq!(is_closed(), is_gone, "world {n}");
            gone += usize::from(is_gone);
        }
        assert!(late > gone && gone > 0, "{late} came back, {gone} are gone");
    });
}
