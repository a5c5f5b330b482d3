//! The audit log: a line for every change, chained so that a cut or an edit shows.

use crate::support::{Cast, last_mail, run, team_object, token_of};
use guildhall_shared::path;
use guildhall_worker::{features::audit, store::key};
use serde_json::json;

#[test]
fn every_change_of_a_team_is_a_line() {
    run(async {
        let cast = Cast::new().await;
        let team = &cast.team;
        let owner = &cast.owner;
        owner.patch(path::team(team), json!({ "bio": "new" })).await.is(200);
        owner.post(path::team_secrets(team), json!({ "name": "NAME", "value": "value" })).await.is(201);
        owner.patch(path::team_secret(team, "NAME"), json!({ "value": "other" })).await.is(200);
        owner.delete(path::team_secret(team, "NAME")).await.is(204);
        let key = owner.post(path::team_api_keys(team), json!({ "name": "key" })).await.is(201).json();
        owner.delete(path::team_api_key(team, key["id"].as_str().unwrap())).await.is(204);
        let invite = json!({ "emails": ["nina@example.com", "sam@example.com"], "isAdmin": false });
        let made = owner.post(path::team_invitations(team), invite).await.is(201).json();
        let nina = made[0]["id"].as_str().unwrap();
        owner.post_nothing(path::team_invitation_resend(team, nina)).await.is(200);
        owner.delete(path::team_invitation(team, nina)).await.is(204);
        let token = token_of(&last_mail(&cast.world, "sam@example.com"));
        cast.stranger.post(path::INVITATIONS_ACCEPT, json!({ "token": token })).await.is(200);
        owner.put(path::team_member(team, &cast.stranger.id), json!({ "isAdmin": true })).await.is(200);
        owner.delete(path::team_member(team, &cast.stranger.id)).await.is(204);
        cast.member.delete(path::team_member(team, &cast.member.id)).await.is(204);

        let log = owner.get(path::team_audit(team) + "?order=asc").await.is(200).json();
        let actions: Vec<&str> = log.as_array().unwrap().iter().map(|line| line["action"].as_str().unwrap()).collect();
        assert_eq!(
            actions,
            [
                "team.create",
                "invitation.create",
                "member.join",
                "invitation.create",
                "member.join",
                "team.edit",
                "secret.create",
                "secret.update",
                "secret.delete",
                "api-key.create",
                "api-key.revoke",
                "invitation.create",
                "invitation.create",
                "invitation.resend",
                "invitation.cancel",
                "member.join",
                "member.role",
                "member.remove",
                "member.leave",
            ]
        );
        let numbers: Vec<String> =
            log.as_array().unwrap().iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(numbers, (1..=19).map(|n| n.to_string()).collect::<Vec<_>>());
        assert_eq!(cast.world.read(&team_object(&cast), audit::verify), Ok(19));
    });
}

#[test]
fn a_line_says_who_did_what_from_where() {
    run(async {
        let cast = Cast::new().await;
        let program = cast.admin.make_key(&cast.team).await.with("cf-connecting-ip", "203.0.113.9");
        program.post(path::team_secrets(&cast.team), json!({ "name": "NAME", "value": "value" })).await.is(201);
        let log = cast.owner.get(path::team_audit(&cast.team)).await.is(200).json();
        let keys = cast.admin.get(path::team_api_keys(&cast.team)).await.is(200).json();
        let line = &log[0];
        assert_eq!((&line["actor"]["id"], &line["actor"]["name"]), (&json!(cast.admin.id), &json!("adam")));
        assert_eq!(line["actor"]["apiKey"], keys[0]["id"]);
        assert_eq!((&line["target"], &line["targetName"]), (&json!("NAME"), &json!("NAME")));
        assert_eq!((&line["address"], line.get("before")), (&json!("203.0.113.9"), None));
        assert_eq!(line["hash"].as_str().unwrap().len(), 64);
        assert_eq!(log[1]["actor"].get("apiKey"), None);
    });
}

#[test]
fn what_a_person_did_through_another_object_keeps_where_it_was_done() {
    run(async {
        let cast = Cast::new().await;
        let guest = cast.stranger.with("cf-connecting-ip", "203.0.113.9");
        let owner = cast.owner.with("cf-connecting-ip", "203.0.113.7");
        let team = owner.make_team("keepers").await;
        let invite = json!({ "emails": ["sam@example.com"], "isAdmin": false });
        owner.post(path::team_invitations(&team), invite).await.is(201);
        let token = token_of(&last_mail(&cast.world, "sam@example.com"));
        guest.post(path::INVITATIONS_ACCEPT, json!({ "token": token })).await.is(200);
        guest.delete(path::team_member(&team, &guest.id)).await.is(204);
        let log = owner.get(path::team_audit(&team) + "?order=asc").await.is(200).json();
        let lines: Vec<_> = log
            .as_array()
            .unwrap()
            .iter()
            .map(|line| (line["action"].as_str().unwrap(), line["actor"]["id"].clone(), line["address"].clone()))
            .collect();
        let (ours, theirs) = (json!("203.0.113.7"), json!("203.0.113.9"));
        assert_eq!(
            lines,
            [
                ("team.create", json!(owner.id), ours.clone()),
                ("invitation.create", json!(owner.id), ours),
                ("member.join", json!(guest.id), theirs.clone()),
                ("member.leave", json!(guest.id), theirs),
            ]
        );
    });
}

#[test]
fn a_refused_change_leaves_no_line() {
    run(async {
        let cast = Cast::new().await;
        let lines = || cast.world.read(&team_object(&cast), audit::verify);
        let before = lines();
        cast.member.patch(path::team(&cast.team), json!({ "bio": "x" })).await.refuses(403, "FORBIDDEN");
        cast.stranger.patch(path::team(&cast.team), json!({ "bio": "x" })).await.refuses(404, "NOT_FOUND");
        cast.owner.patch(path::team(&cast.team), json!({ "namespace": "olive" })).await.refuses(409, "CONFLICT");
        cast.owner.delete(path::team_secret(&cast.team, "NAME")).await.refuses(404, "NOT_FOUND");
        assert_eq!(lines(), before);
    });
}

/// What a line or a side becomes when somebody meddles with the store.
async fn meddled(change: impl Fn(&mut String), key: &str) -> Result<u64, String> {
    let cast = Cast::new().await;
    let mut snapshot = cast.world.snapshot();
    let records = snapshot.primaries.get_mut(&team_object(&cast)).unwrap();
    change(&mut records.get_mut(key).unwrap().value);
    snapshot.world().read(&team_object(&cast), audit::verify)
}

#[test]
fn an_edit_of_the_log_shows() {
    run(async {
        let (line, side) = (key::audit_line(2), key::audit_side(2));
        assert!(meddled(|_| {}, line.as_str()).await.is_ok());
        for (from, to) in [("invitation.create", "invitation.cancel"), ("\"number\":2", "\"number\":3"), ("u0", "u1")] {
            assert!(meddled(|text| *text = text.replacen(from, to, 1), line.as_str()).await.is_err(), "{from}");
        }
        let renamed = meddled(|text| *text = text.replacen("olive", "adam", 1), side.as_str()).await;
        assert_eq!(renamed, Err("the side of line 2 was changed".to_owned()));
        let head = key::audit_head();
        assert!(meddled(|text| *text = text.replacen("\"number\":5", "\"number\":4", 1), head.as_str()).await.is_err());
    });
}

#[test]
fn a_cut_of_the_log_shows() {
    run(async {
        let cast = Cast::new().await;
        for gone in [1, 3, 5] {
            let mut snapshot = cast.world.snapshot();
            snapshot.primaries.get_mut(&team_object(&cast)).unwrap().remove(key::audit_line(gone).as_str());
            let world = snapshot.world();
            assert_eq!(world.read(&team_object(&cast), audit::verify), Err(format!("line {gone} is missing")));
        }
    });
}

#[test]
fn an_erased_side_keeps_the_chain() {
    run(async {
        let cast = Cast::new().await;
        let erase = |text: &mut String| {
            let (revision, _) = text.split_at(text.find('{').unwrap());
            *text = format!(
                "{revision}{{\"salt\":\"\",\"actor_name\":\"\",\"target_name\":\"\",\"address\":\"\",\"before\":\"\",\"after\":\"\",\"erased\":true}}"
            );
        };
        assert_eq!(meddled(erase, key::audit_side(2).as_str()).await, Ok(5));
        let mut snapshot = cast.world.snapshot();
        let records = snapshot.primaries.get_mut(&team_object(&cast)).unwrap();
        erase(&mut records.get_mut(key::audit_side(2).as_str()).unwrap().value);
        let owner = crate::support::Actor { world: snapshot.world(), ..cast.owner.clone() };
        let log = owner.get(path::team_audit(&cast.team) + "?order=asc").await.is(200).json();
        assert_eq!((&log[1]["actor"]["name"], &log[1]["targetName"]), (&json!("erased"), &json!("erased")));
        assert_eq!(log[1]["actor"]["id"], json!(cast.owner.id));
    });
}

#[test]
fn refusals_of_members_are_counted_by_the_minute_and_strangers_are_not_logged() {
    run(async {
        let cast = Cast::new().await;
        let team = &cast.team;
        let body = json!({ "name": "NAME", "value": "value" });
        for _ in 0..3 {
            cast.member.post(path::team_secrets(team), body.clone()).await.refuses(403, "FORBIDDEN");
            cast.stranger.post(path::team_secrets(team), body.clone()).await.refuses(404, "NOT_FOUND");
            cast.nobody.post(path::team_secrets(team), body.clone()).await.refuses(401, "UNAUTHORIZED");
        }
        cast.member.get(path::team_audit(team)).await.refuses(403, "FORBIDDEN");
        let before = cast.owner.get(path::team_audit(team)).await.is(200).json();
        assert!(!before.to_string().contains("refused"));
        cast.world.pass(guildhall_shared::timestamp::MINUTE).await;
        cast.member.post(path::team_secrets(team), body).await.refuses(403, "FORBIDDEN");
        cast.world.pass(guildhall_shared::timestamp::MINUTE).await;
        let log = cast.owner.get(path::team_audit(team)).await.is(200).json();
        let new = &log.as_array().unwrap()[..3];
        let shown =
            |line: &serde_json::Value| (line["target"].clone(), line["after"].clone(), line["actor"]["name"].clone());
        assert!(new.iter().all(|line| line["action"] == "refused" && line["actor"]["id"] == json!(cast.member.id)));
        assert_eq!(shown(&new[0]), (json!("write secrets"), json!("{\"count\":1}"), json!("mia")));
        assert_eq!(shown(&new[1]), (json!("read the audit log"), json!("{\"count\":1}"), json!("mia")));
        assert_eq!(shown(&new[2]), (json!("write secrets"), json!("{\"count\":3}"), json!("mia")));
        assert_eq!(log.as_array().unwrap().len(), before.as_array().unwrap().len() + 3);
        assert!(cast.world.read(&team_object(&cast), audit::verify).is_ok());
    });
}
