//! What the document says in sentences: groups of operations, summaries, descriptions. The row of a
//! route has its sentences, a wire type those of its fields; these tests say where one is missing.

use super::{DOCUMENT, walk};
use guildhall_worker::http::{
    route::{Route, Who},
    router::ROUTES,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The longest summary that a list of operations has room for.
const SUMMARY_MAX: usize = 70;

/// Every tag with its description, in the order of a reader who starts.
const TAGS: [(&str, &str); 9] = [
    ("Authentication", "Sign up, sign in and out, and what mailed links do."),
    ("Account", "Your own account: profile, email, password, second factors, passkeys, sessions, SSH keys."),
    ("Teams", "Teams, their profiles and their audit logs."),
    ("Team Members", "People in a team and their roles."),
    ("Invitations", "Invitations to a team, for those who invite and those who are invited."),
    ("API Keys", "Credentials with which programs use the API in one team."),
    ("Team Secrets", "Named, encrypted values for the workloads of a team. No answer returns a value."),
    ("SSH Keys", "Public keys that give you SSH access to Linux machines."),
    ("About", "The server itself."),
];

/// The tags of these operations.
pub fn tags(paths: &Value) -> Value {
    let used: BTreeSet<&str> = paths
        .as_object()
        .unwrap()
        .values()
        .flat_map(|item| item.as_object().unwrap().values())
        .map(|operation| operation["tags"][0].as_str().unwrap())
        .collect();
    let tags = TAGS.into_iter().filter(|(name, _)| used.contains(name));
    tags.map(|(name, description)| json!({ "name": name, "description": description })).collect()
}

pub fn tag(route: &Route) -> &'static str {
    let part = |n: usize| route.pattern.split('/').nth(n).unwrap_or_default();
    match (part(2), part(3), part(4)) {
        ("auth", ..) => "Authentication",
        ("teams", _, "users") => "Team Members",
        ("teams", _, "secrets") => "Team Secrets",
        ("teams", _, "api-keys") => "API Keys",
        ("teams", _, "invitations") | ("invitations", ..) | ("account", "invitations", _) => "Invitations",
        ("teams", ..) => "Teams",
        ("account", "ssh-keys", _) => "SSH Keys",
        ("account", ..) => "Account",
        _ => "About",
    }
}

/// The first sentence of a row.
pub fn summary(route: &Route) -> &'static str {
    let text = route.document.summary;
    text.split_inclusive(". ").next().unwrap_or(text).trim()
}

/// The other sentences of a row, and what its `Who` asks for.
pub fn description(route: &Route) -> String {
    let rest = route.document.summary.strip_prefix(summary(route)).unwrap_or_default().trim();
    let who = match route.who {
        Who::RecentAccount | Who::RecentTeam(_) => {
            "Needs a sign-in in the last 15 minutes; API keys are refused with 403."
        }
        Who::Account => "Needs a session; API keys are refused with 403.",
        Who::Anybody | Who::Bearer | Who::Team(_) | Who::SignedIn => "",
    };
    [rest, who].join(" ").trim().to_owned()
}

#[test]
fn every_operation_says_in_a_short_order_what_it_does() {
    let wrong = ROUTES.iter().filter(|route| {
        let summary = summary(route);
        let verb = summary.split(' ').next().unwrap_or_default();
        let is_order = verb.starts_with(char::is_uppercase) && !verb.ends_with('s');
        !is_order || !summary.ends_with('.') || summary.len() > SUMMARY_MAX || !route.document.summary.ends_with('.')
    });
    let wrong: Vec<&str> = wrong.map(|route| route.document.summary).collect();
    assert!(wrong.is_empty(), "a row starts with a sentence such as `Remove a member.`: {wrong:#?}");
}

/// Names of a schema's fields with what describes each: its own words, or those of its type.
fn fields(schema: &Value) -> Vec<(&String, &str, &Value)> {
    let fields = schema["properties"].as_object().into_iter().flatten();
    fields.map(|(name, field)| (name, described(field), field)).collect()
}

pub fn described(field: &Value) -> &str {
    let either = field["oneOf"].as_array().and_then(|either| either.first()).unwrap_or(field);
    let reference = either["$ref"].as_str().map(|place| DOCUMENT.pointer(&place[1..]).unwrap());
    // A time is described by what happened then.
    let of_type = reference.filter(|of| of["format"] != "date-time");
    let texts = [Some(field), Some(either), of_type];
    texts.into_iter().flatten().find_map(|place| place["description"].as_str()).unwrap_or_default()
}

#[test]
fn every_type_and_every_field_is_described() {
    let mut wrong = vec![];
    for (name, schema) in DOCUMENT["components"]["schemas"].as_object().unwrap() {
        if schema["description"].as_str().unwrap_or_default().is_empty() {
            wrong.push(name.clone());
        }
        wrong.extend(
            fields(schema).iter().filter(|(_, text, _)| text.is_empty()).map(|(field, ..)| format!("{name}.{field}")),
        );
    }
    assert!(wrong.is_empty(), "write `///` above these in the shared crate: {wrong:#?}");
}

#[test]
fn a_description_names_the_limit_that_its_field_has() {
    let mut seen = 0;
    for (name, schema) in DOCUMENT["components"]["schemas"].as_object().unwrap() {
        for (field, text, of) in fields(schema) {
            for limit in ["maxLength", "maxItems"].iter().filter_map(|limit| of[*limit].as_u64()) {
                assert!(text.replace(',', "").contains(&limit.to_string()), "{name}.{field} takes {limit}: {text}");
                seen += 1;
            }
        }
    }
    assert!(seen > 20);
}

#[test]
fn parameters_headers_and_responses_are_described() {
    let mut seen = 0;
    for part in ["parameters", "headers", "responses"] {
        for (name, of) in DOCUMENT["components"][part].as_object().unwrap() {
            assert!(of["description"].as_str().is_some_and(|text| text.ends_with('.')), "{part}/{name}");
            seen += 1;
        }
    }
    assert!(seen > 15);
}

#[test]
fn no_two_schemas_have_one_name_to_a_generator() {
    let mut titled = vec![];
    walk(&DOCUMENT["components"]["schemas"], &mut |value| {
        if value["title"].is_string() {
            titled.push(value["title"].clone());
        }
    });
    assert!(titled.is_empty(), "a title is a name that may be another schema's: {titled:?}");
}
