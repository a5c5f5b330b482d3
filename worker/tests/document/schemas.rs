//! The shared wire types as schemas of the document, with the limits of their names.

use guildhall_shared::{
    account, api_key, audit, auth, deactivation, error, health, invitation, member, name, passkey, password,
    second_factor, secret, security_log, session, ssh_key, take_back, team, totp,
};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

type Schemas = Map<String, Value>;

/// Every schema by name: what requests send, and what answers hold.
pub fn all() -> Schemas {
    let mut schemas = requests();
    for (name, schema) in answers() {
        assert!(schemas.insert(name.clone(), schema).is_none_or(|other| other == schemas[&name]), "{name}");
    }
    schemas
}

macro_rules! schemas {
    ($($type:ty),* $(,)?) => {{
        let mut schemas = Schemas::new();
        $(add::<$type>(&mut schemas);)*
        schemas
    }};
}

fn add<T: ToSchema>(schemas: &mut Schemas) {
    let mut nested = vec![];
    T::schemas(&mut nested);
    nested.push((T::name().into_owned(), T::schema()));
    for (name, schema) in nested {
        let mut schema = serde_json::to_value(schema).unwrap();
        one_line(&mut schema);
        schemas.insert(name, schema);
    }
}

/// A comment has lines, and a description has none.
fn one_line(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(one_line),
        Value::Array(items) => items.iter_mut().for_each(one_line),
        Value::String(text) => *text = text.replace('\n', " "),
        _ => {}
    }
}

/// Bodies. A field that may be left out may be `null` too, which says the same.
pub fn requests() -> Schemas {
    let mut schemas = schemas![
        auth::SignUp,
        auth::Token,
        auth::SignIn,
        auth::Reauthenticate,
        second_factor::ChallengeAnswer,
        totp::TotpCode,
        auth::PasswordResetRequest,
        auth::PasswordReset,
        session::SwitchTeam,
        account::AccountPatch,
        account::EmailChange,
        account::PasswordChange,
        deactivation::Deactivate,
        team::TeamCreate,
        team::TeamPatch,
        member::MemberUpdate,
        invitation::InvitationCreate,
        invitation::InvitationAccept,
        secret::SecretCreate,
        secret::SecretUpdate,
        api_key::ApiKeyCreate,
        ssh_key::SshKeyCreate,
        passkey::PasskeyCreate,
        passkey::PasskeyRename,
        passkey::PasskeySignIn,
    ];
    for (schema, field, limit) in limits() {
        let place = schemas.get_mut(schema).and_then(|schema| schema["properties"].get_mut(field));
        let place = place.unwrap_or_else(|| panic!("{schema} has no {field}")).as_object_mut().unwrap();
        place.extend(limit.as_object().unwrap().clone());
    }
    schemas["InvitationAccept"]["minProperties"] = json!(1);
    for kind in &KINDS {
        add_kind(&mut schemas, kind);
    }
    for whole in ["Reauthenticate", "ChallengeAnswer"] {
        let kinds = KINDS.iter().filter(|kind| kind.whole == whole);
        let kinds: Vec<Value> =
            kinds.map(|kind| json!({ "$ref": format!("#/components/schemas/{}", kind.name) })).collect();
        schemas[whole] = json!({ "description": schemas[whole]["description"], "oneOf": kinds });
    }
    schemas
}

/// One kind of a body that is of several, under a name of its own: generators name their types so.
struct Kind {
    whole: &'static str,
    name: &'static str,
    description: &'static str,
    fields: &'static [&'static str],
    methods: &'static [&'static str],
}

const KINDS: [Kind; 5] = [
    Kind {
        whole: "Reauthenticate",
        name: "PasswordProof",
        description: "The password, to confirm that it is you.",
        fields: &["password"],
        methods: &[],
    },
    Kind {
        whole: "Reauthenticate",
        name: "CodeProof",
        description: "A code, to confirm that it is you.",
        fields: &["method", "code"],
        methods: &["totp", "recovery"],
    },
    Kind {
        whole: "Reauthenticate",
        name: "PasskeyProof",
        description: "A passkey, to confirm that it is you.",
        fields: &["method", "credential"],
        methods: &["passkey"],
    },
    Kind {
        whole: "ChallengeAnswer",
        name: "CodeAnswer",
        description: "A code as the second factor of a sign-in.",
        fields: &["challengeId", "method", "code"],
        methods: &["totp", "recovery"],
    },
    Kind {
        whole: "ChallengeAnswer",
        name: "PasskeyAnswer",
        description: "A passkey as the second factor of a sign-in.",
        fields: &["challengeId", "method", "credential"],
        methods: &["passkey"],
    },
];

/// The kinds of a body with what describes them; none where the body is of one kind.
pub fn kinds_of(whole: &str) -> Vec<(&'static str, &'static str)> {
    KINDS.iter().filter(|kind| kind.whole == whole).map(|kind| (kind.name, kind.description)).collect()
}

/// The kind with those fields of the whole that it needs.
fn add_kind(schemas: &mut Schemas, kind: &Kind) {
    let mut properties = Map::new();
    for field in kind.fields {
        let mut property = schemas[kind.whole]["properties"][*field].clone();
        not_null(&mut property);
        if *field == "method" {
            property = json!({ "type": "string", "enum": kind.methods, "description": "Which second factor." });
        }
        properties.insert((*field).to_owned(), property);
    }
    let schema = json!({
        "type": "object",
        "description": kind.description,
        "required": kind.fields,
        "properties": properties,
    });
    assert!(schemas.insert(kind.name.to_owned(), schema).is_none(), "{} is the name of two", kind.name);
}

/// Answers. What may be missing is left out, never `null`.
pub fn answers() -> Schemas {
    let mut schemas = schemas![
        session::Session,
        account::Account,
        session::AccountSession,
        security_log::SecurityEvent,
        second_factor::Challenge,
        second_factor::SecondFactor,
        second_factor::RecoveryCodes,
        totp::TotpSetup,
        deactivation::Deactivation,
        deactivation::Deactivated,
        auth::MailedLink,
        take_back::TakenBack,
        team::Team,
        team::TeamSummary,
        member::TeamMember,
        secret::Secret,
        invitation::Invitation,
        invitation::AccountInvitation,
        invitation::InvitationPreview,
        api_key::ApiKey,
        audit::AuditEvent,
        ssh_key::SshKey,
        passkey::Passkey,
        passkey::AcceptedPasskeys,
        passkey::CreationOptions,
        passkey::RequestOptions,
        health::Health,
        health::InstallationKey,
        error::ApiError,
    ];
    schemas.values_mut().for_each(never_null);
    schemas["ApiError"]["additionalProperties"] = json!(false);
    schemas["ApiError"]["properties"]["message"]["minLength"] = json!(1);
    schemas["Health"]["properties"]["status"]["enum"] = json!(["ok"]);
    schemas.insert(
        "OpenApi".to_owned(),
        json!({
            "type": "object",
            "description": "An OpenAPI document.",
            "required": ["openapi", "info", "paths"],
            "properties": {
                "openapi": { "type": "string", "description": "The version of OpenAPI." },
                "info": { "type": "object", "description": "What the document describes." },
                "servers": { "type": "array", "description": "Where the API is.", "items": { "type": "object" } },
                "tags": { "type": "array", "description": "Groups of operations.", "items": { "type": "object" } },
                "security": { "type": "array", "description": "How callers identify themselves.", "items": { "type": "object" } },
                "paths": { "type": "object", "description": "The operations by path and method." },
                "components": { "type": "object", "description": "Schemas, parameters, headers and answers by name." },
            },
        }),
    );
    schemas
}

/// What the rules of `shared` say of texts, where a schema can say it.
fn limits() -> Vec<(&'static str, &'static str, Value)> {
    let namespace =
        || json!({ "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "minLength": 1, "maxLength": name::NAMESPACE_MAX });
    let display = || json!({ "minLength": 1, "maxLength": name::NAME_MAX });
    let up_to = |max: usize| json!({ "maxLength": max });
    let email = || json!({ "format": "email", "maxLength": guildhall_shared::email::MAX });
    let value = || json!({ "minLength": 1, "maxLength": name::SECRET_VALUE_MAX });
    vec![
        ("SignUp", "email", email()),
        ("SignUp", "username", namespace()),
        ("SignUp", "firstName", up_to(name::NAME_MAX)),
        ("SignUp", "lastName", up_to(name::NAME_MAX)),
        ("SignUp", "password", json!({ "minLength": password::MIN, "maxLength": password::MAX })),
        ("SignIn", "email", email()),
        ("SwitchTeam", "team", json!({ "minLength": 1 })),
        ("PasswordResetRequest", "email", email()),
        ("PasswordReset", "password", json!({ "minLength": password::MIN, "maxLength": password::MAX })),
        ("PasswordChange", "password", json!({ "minLength": password::MIN, "maxLength": password::MAX })),
        ("EmailChange", "email", email()),
        ("AccountPatch", "username", namespace()),
        ("AccountPatch", "defaultProduct", json!({ "enum": [account::PRODUCTS[0], account::PRODUCTS[1], null] })),
        ("AccountPatch", "firstName", up_to(name::NAME_MAX)),
        ("AccountPatch", "lastName", up_to(name::NAME_MAX)),
        (
            "AccountPatch",
            "theme",
            json!({ "enum": [account::THEMES[0], account::THEMES[1], account::THEMES[2], null] }),
        ),
        ("TeamCreate", "name", display()),
        ("TeamCreate", "namespace", namespace()),
        ("TeamPatch", "name", display()),
        ("TeamPatch", "namespace", namespace()),
        ("TeamPatch", "bio", up_to(name::BIO_MAX)),
        ("TeamPatch", "location", up_to(name::LOCATION_MAX)),
        ("TeamPatch", "website", up_to(name::WEBSITE_MAX)),
        (
            "InvitationCreate",
            "emails",
            json!({ "minItems": 1, "maxItems": invitation::EMAILS_MAX, "items": { "type": "string", "format": "email" } }),
        ),
        (
            "SecretCreate",
            "name",
            json!({ "pattern": "^[a-zA-Z][a-zA-Z0-9_]*$", "minLength": 1, "maxLength": name::SECRET_NAME_MAX }),
        ),
        ("SecretCreate", "value", value()),
        ("SecretUpdate", "value", value()),
        ("ApiKeyCreate", "name", display()),
        ("SshKeyCreate", "name", display()),
        ("SshKeyCreate", "publicKey", json!({ "minLength": 1, "maxLength": ssh_key::TEXT_MAX })),
        ("PasskeyCreate", "name", display()),
        ("PasskeyRename", "name", display()),
        ("ApiKeyCreate", "scopes", json!({ "minItems": 1 })),
    ]
}

/// Takes `null` out of every field.
fn never_null(schema: &mut Value) {
    if let Some(fields) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        fields.values_mut().for_each(not_null);
    }
}

fn not_null(schema: &mut Value) {
    let null = json!("null");
    if let Some(types) = schema.get("type").and_then(Value::as_array) {
        let types: Vec<&Value> = types.iter().filter(|of| **of != null).collect();
        assert_eq!(types.len(), 1, "{schema}");
        let only = types[0].clone();
        schema["type"] = only;
    }
    if let Some(either) = schema.get("oneOf").and_then(Value::as_array) {
        let either: Vec<&Value> = either.iter().filter(|of| of.get("type") != Some(&null)).collect();
        assert_eq!(either.len(), 1, "{schema}");
        let mut only = either[0].clone();
        if let Some(description) = schema.get("description") {
            only["description"] = description.clone();
        }
        *schema = only;
    }
}
