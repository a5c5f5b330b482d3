//! Pages of lists: limits, cursors, orders, and the `Link` header.

use crate::support::{Actor, Cast, run};
use guildhall_shared::{Role, path, timestamp::MINUTE};
use guildhall_worker::{
    features::{
        accounts::record::Profile,
        members::{self, record::MemberRecord},
    },
    object::{Change, Context, ObjectName},
    store::Transaction,
};
use serde_json::{Value, json};

/// Walks from page to page by the `Link` header.
async fn walk(actor: &Actor, first: &str) -> Vec<Vec<Value>> {
    let mut place = first.to_owned();
    let mut pages = vec![];
    loop {
        let reply = actor.get(&place).await.is(200);
        pages.push(reply.json().as_array().unwrap().clone());
        let Some(link) = reply.header("link") else { return pages };
        let next = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).unwrap();
        next.clone_into(&mut place);
        assert!(pages.len() < 50, "the pages have no end");
    }
}

fn texts(pages: &[Vec<Value>], field: &str) -> Vec<String> {
    pages.iter().flatten().map(|row| row[field].as_str().unwrap().to_owned()).collect()
}

async fn five_secrets() -> Cast {
    let cast = Cast::new().await;
    for name in ["A", "B", "C", "D", "E"] {
        cast.owner.post(path::team_secrets(&cast.team), json!({ "name": name, "value": "value" })).await.is(201);
        // Two of a kind in each second, so that the id has to decide.
        cast.world.skip(500);
    }
    cast.world.drain().await;
    cast
}

#[test]
fn pages_in_a_row_give_every_row_once_newest_first() {
    run(async {
        let cast = five_secrets().await;
        let place = path::team_secrets(&cast.team);
        let pages = walk(&cast.owner, &format!("{place}?limit=2")).await;
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
        assert_eq!(texts(&pages, "name"), ["E", "D", "C", "B", "A"]);
        let pages = walk(&cast.owner, &format!("{place}?order=asc&limit=3&orderBy=dtCreated")).await;
        assert_eq!(texts(&pages, "name"), ["A", "B", "C", "D", "E"]);
        let exactly = walk(&cast.owner, &format!("{place}?limit=5")).await;
        assert_eq!(exactly.len(), 1, "a full last page has no next");
    });
}

#[test]
fn rows_of_one_moment_are_not_lost_between_pages() {
    run(async {
        let cast = Cast::new().await;
        for name in ["A", "B", "C", "D", "E"] {
            cast.owner.post(path::team_secrets(&cast.team), json!({ "name": name, "value": "value" })).await.is(201);
        }
        let mut names = texts(&walk(&cast.owner, &format!("{}?limit=1", path::team_secrets(&cast.team))).await, "name");
        names.sort();
        assert_eq!(names, ["A", "B", "C", "D", "E"]);
    });
}

#[test]
fn a_row_that_goes_or_comes_meanwhile_moves_no_other() {
    run(async {
        let cast = five_secrets().await;
        let place = path::team_secrets(&cast.team);
        let first = cast.owner.get(format!("{place}?limit=2")).await.is(200);
        let link = first.header("link").unwrap();
        let next = link.trim_start_matches('<').split_once('>').unwrap().0.to_owned();
        cast.owner.delete(path::team_secret(&cast.team, "D")).await.is(204);
        cast.owner.post(&place, json!({ "name": "F", "value": "value" })).await.is(201);
        let second = walk(&cast.owner, &next).await;
        assert_eq!(texts(&second, "name"), ["C", "B", "A"]);
    });
}

#[test]
fn a_limit_is_a_number_from_1_to_120() {
    run(async {
        let cast = Cast::new().await;
        for place in [
            path::team_secrets(&cast.team),
            path::team_members(&cast.team),
            path::team_invitations(&cast.team),
            path::team_api_keys(&cast.team),
            path::team_audit(&cast.team),
        ] {
            for good in ["limit=1", "limit=120", "order=asc", "order=desc", "other=x"] {
                cast.owner.get(format!("{place}?{good}")).await.is(200);
            }
            for bad in
                ["limit=0", "limit=121", "limit=-1", "limit=x", "limit=", "limit=1e2", "order=up", "orderBy=secret"]
            {
                cast.owner.get(format!("{place}?{bad}")).await.refuses(400, "BAD_REQUEST");
            }
            for bad in ["after=", "after=x", "after=1.", "after=1.a%2Fb", "after=.a", "after=1", "after=1.%F0%9F%94%91"]
            {
                cast.owner.get(format!("{place}?{bad}")).await.refuses(400, "BAD_REQUEST");
            }
        }
    });
}

#[test]
fn a_cursor_from_nowhere_only_cuts() {
    run(async {
        let cast = five_secrets().await;
        let place = path::team_secrets(&cast.team);
        for (after, rows) in [("0.a", 0), ("9999999999999.a", 5), ("-5.a", 0), ("9223372036854775807.zz", 5)] {
            let page = cast.owner.get(format!("{place}?after={after}")).await.is(200).json();
            assert_eq!(page.as_array().unwrap().len(), rows, "{after}");
        }
        let lines = path::team_audit(&cast.team);
        for after in ["0.0", "0.18446744073709551615", "0.1"] {
            cast.owner.get(format!("{lines}?after={after}")).await.is(200);
            cast.owner.get(format!("{lines}?after={after}&order=asc")).await.is(200);
        }
        cast.owner.get(format!("{lines}?after=0.x")).await.refuses(400, "BAD_REQUEST");
    });
}

#[test]
fn members_page_by_when_they_joined_and_filter_by_role() {
    run(async {
        let cast = Cast::new().await;
        let place = path::team_members(&cast.team);
        let pages = walk(&cast.owner, &format!("{place}?limit=1&orderBy=dtConfirmed")).await;
        assert_eq!(pages.len(), 3);
        for (role, ids) in
            [("owner", vec![&cast.owner.id]), ("admin", vec![&cast.admin.id]), ("member", vec![&cast.member.id])]
        {
            let page = walk(&cast.owner, &format!("{place}?limit=1&role={role}")).await;
            assert_eq!(texts(&page, "userId"), ids.into_iter().cloned().collect::<Vec<_>>());
        }
        cast.owner.get(format!("{place}?role=boss")).await.refuses(400, "BAD_REQUEST");
        cast.owner.get(format!("{place}?orderBy=dtCreated")).await.refuses(400, "BAD_REQUEST");
    });
}

/// A team of people whose names, emails and usernames are in different orders, with the owner's key, so that reads come
/// from the replica.
async fn people() -> (Cast, Actor) {
    let cast = Cast::new().await;
    let to = crate::support::team_object(&cast);
    let ObjectName::Team(team) = to else { panic!("a team") };
    let key = cast.owner.make_key(&cast.team).await;
    let envelope = cast.world.object(&to).system();
    let rule = |tx: &mut Transaction<'_>, context: &Context<'_>| {
        for (n, (first, last, username, email)) in PEOPLE.iter().enumerate() {
            let n = i64::try_from(n).unwrap();
            let profile = Profile {
                first_name: (*first).into(),
                last_name: (*last).into(),
                username: (*username).into(),
                email: (*email).into(),
                last_active: (n % 2 == 0).then(|| tx.now().plus(-n * MINUTE)),
                ..Profile::default()
            };
            let joined = tx.now().plus(n - 100);
            let role = if n == 3 { Role::Admin } else { Role::Member };
            members::rules::put(tx, team, &MemberRecord { account: context.id(), role, joined, profile });
        }
        Ok(())
    };
    cast.world.object(&to).change(&envelope, rule).unwrap().unwrap();
    cast.world.pass(2 * MINUTE).await;
    (cast, key)
}

const PEOPLE: [(&str, &str, &str, &str); 6] = [
    ("Élise", "Moreau", "elise", "zoe@example.test"),
    ("", "", "nameless", "nobody@example.test"),
    ("bob", "de Vries", "bobby", "Bob@example.test"),
    ("Zoë", "Ångström", "angstrom", "a@example.test"),
    ("Yuki", "100%_x", "yuki", "yuki@example.test"),
    ("Ana", "Moreau", "ana-m", "moreau@example.test"),
];

/// Every page of a list by the key, from the replica and from the owner.
async fn both(cast: &Cast, key: &Actor, query: &str) -> Vec<String> {
    let place = format!("{}?limit=4&{query}", path::team_members(&cast.team));
    let mut names = vec![];
    for actor in [key.clone(), key.with("cache-control", "no-cache")] {
        let mut next = Some(place.clone());
        let mut seen: Vec<String> = vec![];
        while let Some(place) = next {
            let reply = actor.get(&place).await.is(200);
            let rows = reply.json();
            seen.extend(
                rows.as_array().unwrap().iter().map(|row| row["user"]["username"].as_str().unwrap().to_owned()),
            );
            let link =
                reply.header("link").map(|link| link.trim_start_matches('<').split_once('>').unwrap().0.to_owned());
            next = link;
        }
        names.push(seen);
    }
    assert_eq!(names[0], names[1], "{query}: the replica and the owner differ");
    names.remove(0)
}

#[test]
fn members_are_ordered_by_each_field_in_both_directions() {
    run(async {
        let (cast, key) = people().await;
        let joined = ["ana-m", "yuki", "angstrom", "bobby", "nameless", "elise", "adam", "mia", "olive"];
        for (by, wanted) in [
            ("name", ["adam", "ana-m", "bobby", "mia", "nameless", "olive", "yuki", "angstrom", "elise"]),
            ("email", ["angstrom", "adam", "bobby", "mia", "ana-m", "nameless", "olive", "yuki", "elise"]),
        ] {
            let names = both(&cast, &key, &format!("orderBy={by}&order=asc")).await;
            assert_eq!(names, wanted, "{by}");
            let mut names = both(&cast, &key, &format!("orderBy={by}&order=desc")).await;
            names.reverse();
            assert_eq!(names, wanted, "{by}");
        }
        let mut newest = both(&cast, &key, "").await;
        newest[6..].sort();
        assert_eq!(newest, joined);
        let roles = both(&cast, &key, "orderBy=role&order=asc").await;
        assert_eq!(roles[0], "olive");
        let mut admins = roles[1..3].to_vec();
        admins.sort();
        assert_eq!(admins, ["adam", "angstrom"]);
        let active = both(&cast, &key, "orderBy=lastActive").await;
        let place = |name: &str| active.iter().position(|known| known == name).unwrap();
        assert!(place("elise") < place("bobby") && place("bobby") < place("yuki"), "{active:?}");
        assert!(place("yuki") < place("nameless"), "who never came is last: {active:?}");
    });
}

#[test]
fn members_are_found_by_any_part_of_name_email_or_username() {
    run(async {
        let (cast, key) = people().await;
        for (search, wanted) in [
            ("moreau", vec!["ana-m", "elise"]),
            ("MOR%20ana", vec!["ana-m"]),
            ("ngstr", vec!["angstrom"]),
            ("%C3%A9LISE", vec!["elise"]),
            ("%C3%85NGSTR%C3%96M", vec!["angstrom"]),
            ("zo%C3%AB", vec!["angstrom"]),
            ("zoe%40", vec!["elise"]),
            ("%25_", vec!["yuki"]),
            ("_", vec!["yuki"]),
            ("%27%22", vec![]),
            ("admin", vec![]),
            ("%20", vec!["adam", "ana-m", "angstrom", "bobby", "elise", "mia", "nameless", "olive", "yuki"]),
        ] {
            let mut names = both(&cast, &key, &format!("search={search}")).await;
            names.sort();
            assert_eq!(names, wanted, "{search}");
        }
        let narrowed = both(&cast, &key, "search=moreau&role=member&orderBy=name&order=asc").await;
        assert_eq!(narrowed, ["ana-m", "elise"]);
        assert_eq!(both(&cast, &key, "search=angstrom&role=admin").await, ["angstrom"]);
        assert_eq!(both(&cast, &key, "search=angstrom&role=owner").await, [""; 0]);
        let place = path::team_members(&cast.team);
        cast.owner.get(format!("{place}?search={}", "x".repeat(101))).await.refuses(400, "BAD_REQUEST");
        cast.stranger.get(format!("{place}?search=x&orderBy=x")).await.refuses(404, "NOT_FOUND");
    });
}

#[test]
fn secrets_and_keys_are_ordered_and_searched() {
    run(async {
        let cast = five_secrets().await;
        cast.owner.patch(path::team_secret(&cast.team, "B"), json!({ "value": "new" })).await.is(200);
        let place = path::team_secrets(&cast.team);
        for (query, wanted) in [
            ("orderBy=name&order=asc", vec!["A", "B", "C", "D", "E"]),
            ("orderBy=name", vec!["E", "D", "C", "B", "A"]),
            ("orderBy=dtModified", vec!["B", "E", "D", "C", "A"]),
            ("search=c", vec!["C"]),
            ("search=x", vec![]),
        ] {
            let pages = walk(&cast.owner, &format!("{place}?limit=2&{query}")).await;
            assert_eq!(texts(&pages, "name"), wanted, "{query}");
        }
        for name in ["beta", "Alpha", "gamma"] {
            cast.owner.post(path::team_api_keys(&cast.team), json!({ "name": name })).await.is(201);
            cast.world.skip(1);
        }
        cast.admin.post(path::team_api_keys(&cast.team), json!({ "name": "Delta" })).await.is(201);
        let place = path::team_api_keys(&cast.team);
        for (query, wanted) in [
            ("", vec!["gamma", "Alpha", "beta"]),
            ("orderBy=name&order=asc", vec!["Alpha", "beta", "gamma"]),
            ("all=true&orderBy=name&order=asc", vec!["Alpha", "beta", "Delta", "gamma"]),
            ("all=true&search=ta&order=asc", vec!["beta", "Delta"]),
            ("search=delta", vec![]),
        ] {
            let pages = walk(&cast.owner, &format!("{place}?limit=2&{query}")).await;
            assert_eq!(texts(&pages, "name"), wanted, "{query}");
        }
    });
}

#[test]
fn a_cursor_of_another_order_is_refused() {
    run(async {
        let (cast, _) = people().await;
        let place = path::team_members(&cast.team);
        let reply = cast.owner.get(format!("{place}?limit=1&orderBy=name")).await.is(200);
        let link = reply.header("link").unwrap();
        let after = link.split_once("after=").unwrap().1.split_once('>').unwrap().0.to_owned();
        cast.owner.get(format!("{place}?orderBy=name&after={after}")).await.is(200);
        for query in ["", "&orderBy=email", "&orderBy=dtConfirmed"] {
            cast.owner.get(format!("{place}?after={after}{query}")).await.refuses(400, "BAD_REQUEST");
        }
    });
}

#[test]
fn the_link_keeps_the_rest_of_the_query() {
    run(async {
        let cast = Cast::new().await;
        let place = format!("{}?limit=1&order=asc&x=a%20b%26&x=2", path::team_members("core"));
        let reply = cast.owner.get(place).await.is(200);
        let link = reply.header("link").unwrap();
        assert!(link.starts_with("</v1/teams/core/users?limit=1&order=asc&x=a%20b%26&x=2&after="), "{link}");
        assert_eq!(link.matches("after=").count(), 1);
    });
}

#[test]
fn every_list_pages() {
    run(async {
        let cast = Cast::new().await;
        let emails: Vec<String> = (0..5).map(|n| format!("guest{n}@example.com")).collect();
        cast.owner
            .post(path::team_invitations(&cast.team), json!({ "emails": emails, "isAdmin": false }))
            .await
            .is(201);
        for _ in 0..5 {
            cast.owner.make_key(&cast.team).await;
            cast.world.skip(1);
        }
        cast.world.drain().await;
        for (place, rows) in [
            (path::team_invitations(&cast.team), 5),
            (path::team_api_keys(&cast.team), 5),
            (path::team_audit(&cast.team), 15),
        ] {
            for order in ["asc", "desc"] {
                let pages = walk(&cast.owner, &format!("{place}?limit=2&order={order}")).await;
                let mut ids = texts(&pages, "id");
                ids.sort();
                ids.dedup();
                assert_eq!(ids.len(), rows, "{place} {order}");
            }
        }
    });
}

#[test]
fn beyond_1000_rows_the_owner_gives_the_list() {
    run(async {
        let cast = Cast::new().await;
        cast.owner.post(path::team_secrets(&cast.team), json!({ "name": "A", "value": "value" })).await.is(201);
        // Whoever has just changed something asks the owner for everything.
        cast.world.pass(MINUTE).await;
        let mut snapshot = cast.world.snapshot();
        let place = format!("team/{}/secret/", cast.team);
        let one = snapshot.replica[&format!("{place}A")].clone();
        let stored = &mut *snapshot;
        let records = stored.primaries.get_mut(&crate::support::team_object(&cast)).unwrap();
        for n in 0..1004 {
            let key = format!("{place}B{n:04}");
            records.insert(key.clone(), one.clone());
            stored.replica.insert(key, one.clone());
        }
        let world = snapshot.world();
        let owner = Actor { world: world.clone(), ..cast.owner.clone() };
        let pages = walk(&owner, &format!("{}?limit=120&order=asc", path::team_secrets(&cast.team))).await;
        let names = texts(&pages, "name");
        assert_eq!((names.len(), names[0].as_str(), names[1004].as_str()), (1005, "A", "B1003"));
        world.reset_counts();
        owner.get(path::team_secrets(&cast.team)).await.is(200);
        assert_eq!(world.counts().calls, 1);
    });
}
