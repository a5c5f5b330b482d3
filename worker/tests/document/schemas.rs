//! The shared wire types as schemas of the document, with the limits of their names.

use guildhall_shared::{
    account, api_key, audit, auth, deactivation, error, invitation, member, name, passkey, password, second_factor,
    secret, security_log, session, ssh_key, team, totp,
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
        schemas.insert(name, serde_json::to_value(schema).unwrap());
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
    let password = json!({
        "title": "Password",
        "type": "object",
        "required": ["password"],
        "properties": { "password": { "type": "string" } },
    });
    let [code, passkey] = factors(&[]);
    one_of(&mut schemas["Reauthenticate"], &[password, code, passkey]);
    one_of(&mut schemas["ChallengeAnswer"], &factors(&["challengeId"]));
    schemas
}

/// A body is of one of these kinds, each with the fields that it needs.
fn one_of(schema: &mut Value, kinds: &[Value]) {
    *schema = json!({ "description": schema["description"], "oneOf": kinds });
}

/// A code or a passkey as the second factor, beside other texts.
fn factors(texts: &[&str]) -> [Value; 2] {
    let kind = |title: &str, methods: &[&str], field: &str, proof: Value| {
        let mut properties = json!({ "method": { "type": "string", "enum": methods }, field: proof });
        for text in texts {
            properties[text] = json!({ "type": "string" });
        }
        let required = [texts, &["method", field]].concat();
        json!({ "title": title, "type": "object", "required": required, "properties": properties })
    };
    let code = json!({ "description": "Of the authenticator app, or a recovery code.", "type": "string" });
    let credential = json!({ "$ref": "#/components/schemas/AuthenticationResponse" });
    [kind("Code", &["totp", "recovery"], "code", code), kind("Passkey", &["passkey"], "credential", credential)]
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
        team::Team,
        team::TeamSummary,
        member::TeamMember,
        secret::Secret,
        invitation::Invitation,
        invitation::AccountInvitation,
        api_key::ApiKey,
        audit::AuditEvent,
        ssh_key::SshKey,
        passkey::Passkey,
        passkey::CreationOptions,
        passkey::RequestOptions,
        error::ApiError,
    ];
    schemas.values_mut().for_each(never_null);
    schemas["ApiError"]["additionalProperties"] = json!(false);
    schemas["ApiError"]["properties"]["message"]["minLength"] = json!(1);
    schemas.insert(
        "Health".to_owned(),
        json!({
            "type": "object",
            "description": "The server is up and reaches its storage.",
            "required": ["status", "version"],
            "properties": { "status": { "type": "string", "enum": ["ok"] }, "version": { "type": "string" } },
        }),
    );
    schemas.insert(
        "OpenApi".to_owned(),
        json!({ "type": "object", "description": "An OpenAPI document.", "required": ["openapi", "info", "paths"] }),
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
