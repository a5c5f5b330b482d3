//! Races: of several that want the same at once, one gets it, each time.

use crate::support::{Actor, Cast, Reply, last_mail, run, token_of};
use futures_util::future::{join, join_all};
use guildhall_shared::{path, timestamp::DAY};
use guildhall_worker::{
    object::ObjectName,
    store::{
        key,
        memory::{Faults, World},
    },
};
use serde_json::json;
use std::rc::Rc;

const ROUNDS: usize = 12;

/// A world in which every round is told apart, with its objects in memory or not.
async fn rounds<F: Future<Output = ()>>(cast: &Cast, round: impl Fn(usize) -> F) {
    for at in 0..ROUNDS {
        if at % 2 == 1 {
            cast.world.evict_all();
        }
        // Puts of different length, so that the racers do not go in step.
        let put_delay = if at % 3 == 0 { 0 } else { 400 };
        cast.world.faults.set(Faults { put_delay, ..Faults::default() });
        round(at).await;
        cast.world.faults.set(Faults::default());
        cast.world.drain().await;
        // What may be done so often in a day, each round may do.
        cast.world.skip(DAY);
    }
}

fn statuses(replies: &[Reply]) -> Vec<u16> {
    let mut all: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    all.sort_unstable();
    all
}

#[test]
fn of_eight_who_create_one_secret_at_once_one_does() {
    run(async {
        let cast = Cast::new().await;
        rounds(&cast, async |at| {
            let body = json!({ "name": format!("SECRET_{at}"), "value": "x" });
            let by = |n: usize| if n.is_multiple_of(2) { &cast.owner } else { &cast.admin };
            let all = join_all((0..8).map(|n| by(n).post(path::team_secrets(&cast.team), body.clone()))).await;
            assert_eq!(statuses(&all), [201, 409, 409, 409, 409, 409, 409, 409]);
        })
        .await;
        let all = cast.owner.get(path::team_secrets(&cast.team)).await.is(200).json();
        assert_eq!(all.as_array().unwrap().len(), ROUNDS);
    });
}

#[test]
fn of_three_who_claim_one_namespace_at_once_one_has_it() {
    run(async {
        let cast = Cast::new().await;
        rounds(&cast, async |at| {
            let name = format!("name-{at}");
            let body = json!({ "name": name, "namespace": name });
            let create = |by: &Actor| {
                let (by, body) = (by.clone(), body.clone());
                async move { by.post(path::TEAMS, body).await }
            };
            let rename = cast.owner.patch(path::team(&cast.team), json!({ "namespace": name }));
            let (two, one) = join(join_all([create(&cast.admin), create(&cast.member)]), rename).await;
            let mut all: Vec<u16> = statuses(&two);
            all.push(one.status);
            let won = all.iter().filter(|status| **status < 300).count();
            assert_eq!((won, all.iter().filter(|status| **status == 409).count()), (1, 2), "{all:?}");
            cast.world.drain().await;
            let holder = cast.world.read(&ObjectName::Namespace(name.clone()), |tx| tx.get(&key::namespace(&name)));
            assert!(holder.is_some());
        })
        .await;
    });
}

#[test]
fn of_two_admins_who_demote_each_other_one_is_left() {
    run(async {
        let cast = Cast::new().await;
        let place = |of: &Actor| path::team_member(&cast.team, &of.id);
        rounds(&cast, async |_| {
            cast.owner.put(place(&cast.admin), json!({ "isAdmin": true })).await.is(200);
            cast.owner.put(place(&cast.member), json!({ "isAdmin": true })).await.is(200);
            let one = cast.admin.put(place(&cast.member), json!({ "isAdmin": false }));
            let other = cast.member.put(place(&cast.admin), json!({ "isAdmin": false }));
            let (one, other) = join(one, other).await;
            assert_eq!(statuses(&[one, other]), [200, 403]);
        })
        .await;
    });
}

#[test]
fn an_invitation_accepted_twice_at_once_is_accepted_once() {
    run(async {
        let cast = Cast::new().await;
        rounds(&cast, async |at| {
            let body = json!({ "emails": ["sam@example.com"], "isAdmin": at % 2 == 0 });
            cast.owner.post(path::team_invitations(&cast.team), body).await.is(201);
            // The mail may still be on its way when the call is answered.
            cast.world.drain().await;
            let token = token_of(&last_mail(&cast.world, "sam@example.com"));
            let accept = || cast.stranger.post(path::INVITATIONS_ACCEPT, json!({ "token": token }));
            let (one, other) = join(accept(), accept()).await;
            assert_eq!(statuses(&[one, other]), [200, 409]);
            cast.world.drain().await;
            let made = cast.world.read(&ObjectName::Account(cast.stranger.id.parse().unwrap()), |tx| {
                tx.get(&key::link(cast.team.parse().unwrap())).map(|link| link.made)
            });
            assert_eq!(made, Some(true));
            let place = path::team_member(&cast.team, &cast.stranger.id);
            cast.stranger.delete(place).await.is(204);
        })
        .await;
    });
}

#[test]
fn ten_calls_at_once_under_one_key_happen_once() {
    run(async {
        let cast = Cast::new().await;
        rounds(&cast, async |at| {
            let owner = cast.owner.with("idempotency-key", &format!("call-{at}"));
            let body = json!({ "name": format!("SECRET_{at}"), "value": "x" });
            let all = join_all((0..10).map(|_| owner.post(path::team_secrets(&cast.team), body.clone()))).await;
            assert_eq!(statuses(&all), [201; 10]);
            assert!(all.iter().all(|reply| reply.json() == all[0].json()));
            // A team takes more than one commit: whoever comes in between hears so.
            let body = json!({ "name": "New", "namespace": format!("new-{at}") });
            let all = join_all((0..10).map(|_| owner.post(path::TEAMS, body.clone()))).await;
            assert!(all.iter().all(|reply| [201, 409].contains(&reply.status)), "{:?}", statuses(&all));
            let made: Vec<&Reply> = all.iter().filter(|reply| reply.status == 201).collect();
            assert!(!made.is_empty(), "{:?}", all[0].text);
            assert!(made.iter().all(|reply| reply.json() == made[0].json()), "{made:?}");
            let again = owner.post(path::TEAMS, body.clone()).await.is(201);
            assert_eq!(again.json(), made[0].json());
        })
        .await;
        let teams = cast.owner.get(path::TEAMS).await.is(200).json();
        assert_eq!(teams.as_array().unwrap().len(), 2 + ROUNDS);
    });
}

#[test]
fn of_three_who_sign_up_with_one_name_or_email_at_once_one_does() {
    run(async {
        let world: Rc<World> = World::new(7);
        for at in 0..3 {
            let sign_up = |username: String, email: String| {
                let somebody = Actor::nobody(&world).with("cf-connecting-ip", &format!("2001:db8::{username}"));
                let body = json!({ "email": email, "username": username, "password": crate::support::PASSWORD });
                async move { somebody.post(path::SIGN_UP, body).await }
            };
            let same_name = (0..3).map(|n| sign_up(format!("ana{at}"), format!("ana{n}of{at}@example.com")));
            let all = join_all(same_name).await;
            assert_eq!(statuses(&all), [201, 409, 409]);
            let same_email = (0..3).map(|n| sign_up(format!("bob{n}of{at}"), format!("bob{at}@example.com")));
            let all = join_all(same_email).await;
            assert_eq!(statuses(&all), [201, 409, 409]);
            world.evict_all();
            // What the losers had claimed is free again.
            let again = sign_up(format!("cyd{at}"), format!("ana1of{at}@example.com")).await;
            let other = sign_up(format!("dan{at}"), format!("ana2of{at}@example.com")).await;
            let all = [again, other];
            assert!(statuses(&all).contains(&201), "{:?}", statuses(&all));
            world.drain().await;
        }
    });
}
