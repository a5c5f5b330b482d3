//! The table of routes as operations: parameters, bodies, answers, who may.

use super::{examples, words};
use guildhall_shared::page;
use guildhall_worker::{
    features::limits::budget::{self, Budget},
    http::{
        route::{Reply, Route, Who},
        router::ROUTES,
    },
};
use http::Method;
use serde_json::{Map, Value, json};

/// Answers that carry the revision which `If-Match` refers to.
const TAGGED: [&str; 7] =
    ["getAccount", "updateAccount", "getTeam", "updateTeam", "getTeamSecret", "createTeamSecret", "updateTeamSecret"];

/// Changes that `If-Match` can guard.
const GUARDED: [&str; 4] = ["updateAccount", "updateTeam", "updateTeamSecret", "deleteTeamSecret"];

/// Changes before there is an account or without one, and those that turn a session's cookie over: they take no
/// `Idempotency-Key`.
const NOT_REPEATABLE: [&str; 17] = [
    "reauthenticate",
    "changePassword",
    "signUp",
    "signIn",
    "answerChallenge",
    "beginPasskeySignIn",
    "signInWithPasskey",
    "denyEmail",
    "requestPasswordReset",
    "resetPassword",
    "getMailedLink",
    "unlockAccount",
    "undoEmailChange",
    "takeBackAccount",
    "comeBack",
    "previewInvitation",
    "declineInvitation",
];

/// Answers that set the session's cookie, or take it away.
const COOKIE: [&str; 8] = [
    "signUp",
    "signIn",
    "answerChallenge",
    "signInWithPasskey",
    "signOut",
    "reauthenticate",
    "changePassword",
    "deactivateAccount",
];

/// Every error status with the name of its response.
pub const ERRORS: [(u16, &str, &str); 10] = [
    (400, "BadRequest", "The request is not valid: `BAD_REQUEST` with issues, or `PARSE_ERROR`."),
    (401, "Unauthorized", "Nobody is signed in, or not recently enough: `UNAUTHORIZED`."),
    (403, "Forbidden", "You may not do this, or the request comes from another site: `FORBIDDEN`."),
    (404, "NotFound", "There is no such thing, or you may not see it: `NOT_FOUND`."),
    (409, "Conflict", "The request conflicts with the current state: `CONFLICT`."),
    (
        412,
        "PreconditionFailed",
        "Someone else changed it since the `If-Match` tag, or the session is another account's: `PRECONDITION_FAILED`.",
    ),
    (413, "PayloadTooLarge", "The body has more than 100,000 bytes: `PAYLOAD_TOO_LARGE`."),
    (414, "UriTooLong", "The path and its query have more than 4,096 bytes: `BAD_REQUEST`."),
    (429, "TooManyRequests", "Too many attempts: `TOO_MANY_REQUESTS`."),
    (500, "InternalServerError", "The server failed: `INTERNAL_SERVER_ERROR`."),
];

/// The operations of these routes, as the contract's dialect has them.
pub fn paths(serves: impl Fn(&Route) -> bool) -> Map<String, Value> {
    let mut paths = Map::new();
    for route in ROUTES.iter().filter(|route| serves(route)) {
        let place = route.pattern.strip_prefix(guildhall_shared::path::BASE).unwrap();
        let item = paths.entry(place).or_insert_with(|| json!({}));
        item[route.method.as_str().to_lowercase()] = operation(route);
    }
    paths
}

fn operation(route: &Route) -> Value {
    let mut operation = json!({
        "operationId": route.document.id,
        "tags": [words::tag(route)],
        "summary": words::summary(route),
        "responses": responses(route),
    });
    let description = words::description(route);
    if !description.is_empty() {
        operation["description"] = json!(description);
    }
    if let Some(security) = security(route) {
        operation["security"] = security;
    }
    let parameters = parameters(route);
    if !parameters.is_empty() {
        operation["parameters"] = json!(parameters);
    }
    if let Some(body) = route.document.body {
        operation["requestBody"] = json!({ "required": true, "content": examples::content(body, route) });
    }
    operation
}

/// `None` where the document's own line holds: a session or a key.
fn security(route: &Route) -> Option<Value> {
    match route.who {
        Who::Team(_) | Who::SignedIn => None,
        Who::Account | Who::RecentAccount | Who::RecentTeam(_) => Some(json!([{ "sessionCookie": [] }])),
        Who::Anybody if route.document.id == "getSession" => {
            Some(json!([{}, { "bearerAuth": [] }, { "sessionCookie": [] }]))
        }
        // By its id, which only the session of the invited account can name.
        Who::Bearer if route.document.id == "declineInvitation" => Some(json!([{}, { "sessionCookie": [] }])),
        Who::Anybody | Who::Bearer => Some(json!([])),
    }
}

pub fn names_in(pattern: &str) -> Vec<&str> {
    pattern.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect()
}

fn parameters(route: &Route) -> Vec<Value> {
    let mut parameters: Vec<Value> = names_in(&route.pattern).into_iter().map(in_path).collect();
    if let Reply::List(_) = route.document.reply {
        let orders = route.document.orders;
        parameters.extend(["Limit", "After", "Order"].map(parameter));
        parameters.push(in_query(
            "orderBy",
            &json!({ "type": "string", "enum": orders, "default": orders[0] }),
            "The field of the order.",
        ));
        if let Some(search) = route.document.search {
            let schema = json!({ "type": "string", "maxLength": page::SEARCH_MAX });
            parameters.push(in_query("search", &schema, search));
        }
    }
    if route.document.id == "listTeamMembers" {
        let schema = json!({ "type": "string", "enum": ["member", "admin", "owner"] });
        parameters.push(in_query("role", &schema, "Only members with this role."));
    }
    if route.document.id == "listApiKeys" {
        parameters.push(in_query("all", &json!({ "type": "boolean" }), "Everyone's keys, for admins."));
    }
    if route.method == Method::GET && !matches!(route.document.id, "getHealth" | "getOpenApi") {
        parameters.push(parameter("CacheControl"));
    }
    if is_repeatable(route) {
        parameters.push(parameter("IdempotencyKey"));
    }
    if !matches!(route.who, Who::Anybody | Who::Bearer) {
        parameters.push(parameter("GuildhallAccount"));
    }
    if GUARDED.contains(&route.document.id) {
        parameters.push(parameter("IfMatch"));
    }
    if is_conditional(route) {
        parameters.push(parameter("IfNoneMatch"));
    }
    parameters
}

fn in_path(name: &str) -> Value {
    let description = match name {
        "team" => "The team's id or namespace.",
        "user" => "The id of the member's account.",
        "name" => "The secret's name.",
        "id" => "The id.",
        other => panic!("the path has an unknown part: {other}"),
    };
    json!({ "in": "path", "name": name, "required": true, "description": description, "schema": { "type": "string" } })
}

fn in_query(name: &str, schema: &Value, description: &str) -> Value {
    json!({ "in": "query", "name": name, "description": description, "schema": schema })
}

fn parameter(name: &str) -> Value {
    json!({ "$ref": format!("#/components/parameters/{name}") })
}

/// The parameters that several operations take.
pub fn shared_parameters() -> Value {
    json!({
        "Limit": in_query(
            "limit",
            &json!({ "type": "integer", "minimum": 1, "maximum": page::LIMIT_MAX, "default": page::LIMIT }),
            "How many rows the page has at most.",
        ),
        "After": in_query("after", &json!({ "type": "string" }), "Where the page starts: what the `Link` header, or `nextPage`, of the page before says."),
        "Order": in_query(
            "order", &json!({ "type": "string", "enum": ["asc", "desc"], "default": "desc" }), "Oldest or newest first.",
        ),
        "CacheControl": {
            "in": "header", "name": "Cache-Control", "schema": { "type": "string" },
            "description": "With `no-cache` the answer comes from the primary and holds the latest changes. Whoever has changed something within a minute needs no such header.",
        },
        "IdempotencyKey": {
            "in": "header", "name": "Idempotency-Key",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
            "description": "Any unique text. For 24 hours, a repeated request with the same key and body gets the first answer, without values that are shown once.",
        },
        "GuildhallAccount": {
            "in": "header", "name": "Guildhall-Account", "schema": { "type": "string" },
            "description": "The id of the account that a page was opened for: with the session of another one nothing is done.",
        },
        "IfMatch": {
            "in": "header", "name": "If-Match", "schema": { "type": "string" },
            "description": "The `ETag` of the version that you change. Answers 412 when someone else changed it since.",
        },
        "IfNoneMatch": {
            "in": "header", "name": "If-None-Match", "schema": { "type": "string" },
            "description": "The `ETag` of the version that you have. Answers 304 while it is the current one.",
        },
    })
}

pub fn shared_headers() -> Value {
    json!({
        "RequestId": { "description": "The id of the request in the server's log.", "required": true, "schema": { "type": "string" } },
        "ETag": { "description": "The version, for `If-Match`.", "required": true, "schema": { "type": "string" } },
        "Link": { "description": "The next page, as `<path>; rel=\"next\"`; left out on the last page.", "schema": { "type": "string" } },
        "RetryAfter": { "description": "Seconds to wait.", "required": true, "schema": { "type": "string", "pattern": "^[0-9]+$" } },
        "RateLimit": { "description": "What is left of each budget that the call was counted in, as `\"name\";r=left;t=seconds until more is`.", "schema": { "type": "string" } },
        "RateLimitPolicy": { "description": "The same budgets, as `\"name\";q=most;w=seconds`.", "schema": { "type": "string" } },
        "Challenge": { "description": "`Bearer`, or that a recent sign-in is needed (RFC 9470).", "required": true, "schema": { "type": "string" } },
        "RefusedEmails": { "description": "Places in `emails` of the addresses that got no invitation, as `2;reason=member`.", "schema": { "type": "string" } },
        "IdempotencyReplayed": { "description": "`true` where this is the first answer to the same `Idempotency-Key`, and nothing was done again.", "schema": { "type": "string", "enum": ["true"] } },
        "Cookie": { "description": "The session cookie, new or cleared.", "required": true, "schema": { "type": "string" } },
    })
}

/// The responses that are errors.
pub fn shared_responses() -> Map<String, Value> {
    let error = |(status, name, description): (u16, &str, &str)| {
        let mut headers = json!({ "X-Request-Id": header("RequestId") });
        if status == 401 {
            headers["WWW-Authenticate"] = header("Challenge");
        }
        if status == 429 {
            headers["Retry-After"] = header("RetryAfter");
            headers["RateLimit"] = header("RateLimit");
            headers["RateLimit-Policy"] = header("RateLimitPolicy");
        }
        let response =
            json!({ "description": description, "headers": headers, "content": examples::rejection(status) });
        (name.to_owned(), response)
    };
    ERRORS.into_iter().map(error).collect()
}

fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

pub fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

/// What an operation counts in, and is refused by once it is used up.
fn budgets(route: &Route) -> impl Iterator<Item = Budget> {
    budget::ALL.into_iter().filter(|budget| budget.operations.contains(&route.document.id))
}

/// Whether a GET has a revision, which whoever has it already is not sent again.
fn is_conditional(route: &Route) -> bool {
    route.method == Method::GET && TAGGED.contains(&route.document.id)
}

fn is_repeatable(route: &Route) -> bool {
    route.method != Method::GET && !NOT_REPEATABLE.contains(&route.document.id)
}

/// The statuses that an operation can refuse with.
pub fn refusals(route: &Route) -> Vec<u16> {
    // A query that is no UTF-8, a path that is too long, a body that is too large: whatever the route.
    let mut statuses = vec![400, 404, 413, 414, 500];
    let change = route.method != Method::GET;
    let open = matches!(route.who, Who::Anybody | Who::Bearer);
    let proves = ["signIn", "answerChallenge", "signInWithPasskey", "declineInvitation"];
    if !open || proves.contains(&route.document.id) {
        statuses.push(401);
    }
    if change || !(open || route.who == Who::SignedIn) {
        statuses.push(403);
    }
    if change && (!open || ["signUp", "previewInvitation", "declineInvitation"].contains(&route.document.id)) {
        statuses.push(409);
    }
    if !open || is_repeatable(route) {
        statuses.push(412);
    }
    if budgets(route).next().is_some() {
        statuses.push(429);
    }
    statuses.sort_unstable();
    statuses
}

fn responses(route: &Route) -> Value {
    let one = |of| examples::of(of, route);
    let (status, description, answer) = match route.document.reply {
        Reply::Json(status, of) => (status, "Done.", Some((reference(of), one(of)))),
        Reply::OrNull(of) => {
            let schema = json!({ "oneOf": [reference(of), { "type": "null" }] });
            (200, "`null` when nobody is signed in.", Some((schema, one(of))))
        }
        Reply::List(of) => {
            let schema = json!({ "type": "array", "maxItems": page::LIMIT_MAX, "items": reference(of) });
            (200, "A page.", Some((schema, json!([one(of)]))))
        }
        Reply::Array(status, of) => {
            (status, "All of them.", Some((json!({ "type": "array", "items": reference(of) }), json!([one(of)]))))
        }
        Reply::Nothing(status) => (status, "Done.", None),
    };
    let mut headers = json!({ "X-Request-Id": header("RequestId") });
    if TAGGED.contains(&route.document.id) {
        headers["ETag"] = header("ETag");
    }
    if matches!(route.document.reply, Reply::List(_)) {
        headers["Link"] = header("Link");
    }
    if COOKIE.contains(&route.document.id) {
        headers["Set-Cookie"] = header("Cookie");
    }
    if route.document.id == "createInvitations" {
        headers["Refused-Emails"] = header("RefusedEmails");
    }
    if is_repeatable(route) {
        headers["Idempotency-Replayed"] = header("IdempotencyReplayed");
    }
    if budgets(route).next().is_some() {
        headers["RateLimit"] = header("RateLimit");
        headers["RateLimit-Policy"] = header("RateLimitPolicy");
    }
    let mut success = json!({ "description": description, "headers": headers });
    if let Some((schema, example)) = answer {
        success["content"] = json!({ "application/json": { "schema": schema, "example": example } });
    }
    let mut responses = json!({ status.to_string(): success });
    if route.document.id == "signIn" {
        responses["202"] = json!({
            "description": "The password is right. Answer the challenge with a second factor.",
            "headers": {
                "X-Request-Id": header("RequestId"),
                "RateLimit": header("RateLimit"),
                "RateLimit-Policy": header("RateLimitPolicy"),
            },
            "content": examples::content("Challenge", route),
        });
    }
    if is_conditional(route) {
        responses["304"] = json!({
            "description": "You have the current version already.",
            "headers": { "X-Request-Id": header("RequestId"), "ETag": header("ETag") },
        });
    }
    for status in refusals(route) {
        let (_, name, _) = ERRORS.into_iter().find(|(known, ..)| *known == status).unwrap();
        responses[status.to_string()] = json!({ "$ref": format!("#/components/responses/{name}") });
    }
    responses
}
