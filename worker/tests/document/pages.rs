//! The document of the page dialect: the same operations under another base, with lists as pages and
//! 200 for every success. A document of its own, so that a generator makes a client of one dialect.

use super::{
    conform, examples,
    operations::{self, reference},
    schemas, whole,
};
use crate::support::{Cast, golden, run};
use guildhall_shared::path;
use guildhall_worker::http::router::ROUTES;
use serde_json::{Map, Value, json};
use std::{collections::BTreeSet, sync::LazyLock};

pub static PAGES: LazyLock<Value> = LazyLock::new(document);

fn document() -> Value {
    let mut paths = operations::paths(|route| route.pages);
    for item in paths.values_mut() {
        item.as_object_mut().unwrap().values_mut().for_each(in_pages);
    }
    let description = "The operations of the Team and Authentication API in the shape of the vendor's newer clients: \
        lists are pages, `{items, hasMore, nextPage}`, and every success answers 200. The same store and the same rules \
        as under `/v1`, where the rest of the API is.";
    let mut document = whole(&json!(paths), &schemas(), path::PAGE_BASE, description);
    keep_what_is_used(&mut document);
    document
}

/// The schemas of this dialect.
fn schemas() -> Value {
    let mut schemas = schemas::all();
    let secret = &mut schemas["Secret"];
    secret["properties"]["hasDeploymentAttached"] =
        json!({ "type": "boolean", "description": "Whether a deployment uses the secret. Always `false`." });
    secret["required"].as_array_mut().unwrap().push(json!("hasDeploymentAttached"));
    for of in ["Secret", "TeamMember"] {
        let page = json!({
            "type": "object",
            "description": "A page of a list.",
            "required": ["items", "hasMore", "nextPage"],
            "properties": {
                "items": { "type": "array", "maxItems": 120, "items": reference(of), "description": "Up to 120 rows." },
                "hasMore": { "type": "boolean", "description": "Whether another page follows." },
                "nextPage": { "type": ["string", "null"], "description": "The `after` of the next page; `null` on the last." },
            },
        });
        schemas.insert(format!("{of}Page"), page);
    }
    schemas.insert(
        "SecretName".to_owned(),
        json!({
            "type": "object",
            "description": "The secret that was deleted.",
            "required": ["name"],
            "properties": { "name": { "type": "string", "description": "The name of the secret." } },
        }),
    );
    schemas.insert(
        "MemberStanding".to_owned(),
        json!({
            "type": "object",
            "description": "A member after a change.",
            "required": ["isAdmin", "isOwner", "dtConfirmed", "dtDeleted"],
            "properties": {
                "isAdmin": { "type": "boolean", "description": "Whether they are an admin." },
                "isOwner": { "type": "boolean", "description": "Whether they own the team." },
                "dtConfirmed": { "$ref": "#/components/schemas/Timestamp", "description": "When they joined." },
                "dtDeleted": {
                    "description": "When they were removed; `null` for a member.",
                    "oneOf": [reference("Timestamp"), { "type": "null" }],
                },
            },
        }),
    );
    json!(schemas)
}

/// An operation of the contract's dialect in this one.
fn in_pages(operation: &mut Value) {
    let id = operation["operationId"].as_str().unwrap().to_owned();
    let responses = operation["responses"].as_object_mut().unwrap();
    let status = responses.keys().find(|status| status.starts_with('2')).unwrap().clone();
    let mut success = responses.remove(&status).unwrap();
    success["headers"].as_object_mut().unwrap().remove("Link");
    let page = |of: &str, example: &Value| {
        let example = json!({ "items": [example], "hasMore": true, "nextPage": "1795167000000.HF_TOKEN" });
        (reference(of), example)
    };
    let example = |name: &str| examples::EXAMPLES[name].clone();
    let answer = match id.as_str() {
        "listTeamMembers" => Some(page("TeamMemberPage", &example("TeamMember"))),
        "listTeamSecrets" => Some(page("SecretPage", &example("PageSecret"))),
        "createTeamSecret" | "getTeamSecret" | "updateTeamSecret" => Some((reference("Secret"), example("PageSecret"))),
        "updateTeamMember" | "removeTeamMember" => Some((reference("MemberStanding"), example("MemberStanding"))),
        "deleteTeamSecret" => Some((reference("SecretName"), example("SecretName"))),
        _ => None,
    };
    if let Some((schema, example)) = answer {
        success["content"] = json!({ "application/json": { "schema": schema, "example": example } });
    }
    responses.insert("200".to_owned(), success);
}

/// Leaves out the components and tags that no operation leads to.
fn keep_what_is_used(document: &mut Value) {
    let mut used = BTreeSet::new();
    let mut open = vec![document["paths"].clone()];
    while let Some(value) = open.pop() {
        super::walk(&value, &mut |value| {
            if let Some(place) = value["$ref"].as_str()
                && used.insert(place.to_owned())
            {
                open.push(document.pointer(&place[1..]).unwrap_or_else(|| panic!("{place}")).clone());
            }
        });
    }
    for part in ["schemas", "parameters", "headers", "responses"] {
        let all = document["components"][part].as_object_mut().unwrap();
        let kept: Map<String, Value> = std::mem::take(all)
            .into_iter()
            .filter(|(name, _)| used.contains(&format!("#/components/{part}/{name}")))
            .collect();
        *all = kept;
    }
}

#[test]
fn the_served_document_of_the_page_dialect_is_the_one_that_the_code_makes() {
    golden("openapi-pages.json", &super::text(&PAGES));
}

#[test]
fn the_page_dialect_serves_its_own_document() {
    run(async {
        let cast = Cast::new().await;
        let mut nobody = cast.nobody.clone();
        nobody.base = "/paperspace";
        assert_eq!(nobody.get(path::OPENAPI).await.is(200).json(), *PAGES);
    });
}

#[test]
fn answers_in_pages_are_what_its_document_says() {
    run(async {
        let cast = Cast::new().await;
        let mut owner = cast.owner.clone();
        owner.base = "/paperspace";
        let (all, one) = (path::team_secrets(&cast.team), path::team_secret(&cast.team, "NAME"));
        let (members, member) = (path::team_members(&cast.team), path::team_member(&cast.team, &cast.member.id));
        let replies = [
            ("getSession", owner.get(path::SESSION).await),
            ("createTeamSecret", owner.post(&all, json!({ "name": "NAME", "value": "value" })).await),
            ("createTeamSecret", owner.post(&all, json!({ "name": "1", "value": "value" })).await),
            ("listTeamSecrets", owner.get(&all).await),
            ("getTeamSecret", owner.get(&one).await),
            ("updateTeamSecret", owner.patch(&one, json!({ "value": "other" })).await),
            ("deleteTeamSecret", owner.delete(&one).await),
            ("getTeamSecret", owner.get(&one).await),
            ("listTeamMembers", owner.get(&members).await),
            ("listTeamMembers", owner.get(format!("{members}?limit=1")).await),
            ("updateTeamMember", owner.put(&member, json!({ "isAdmin": true })).await),
            ("removeTeamMember", owner.delete(&member).await),
            ("getOpenApi", owner.get(path::OPENAPI).await),
        ];
        for (operation, reply) in &replies {
            conform::conforms_to(&PAGES, operation, reply);
        }
        let called: BTreeSet<&str> = replies.iter().map(|(operation, _)| *operation).collect();
        assert_eq!(called.len(), ROUTES.iter().filter(|route| route.pages).count());
    });
}
