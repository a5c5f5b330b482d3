//! Passkeys as the browser has them (WebAuthn Level 3): options go in, what it says comes out, both in the
//! forms of the API. Converted by hand, since not every browser does it itself.

use crate::{
    api::{Failure, call::Reply},
    browser,
};
use guildhall_shared::{
    base64::{decode_url, encode_url},
    passkey::{
        AcceptedPasskeys, AssertionResponse, Attestation, AuthenticationResponse, CreationOptions,
        RegistrationResponse, RequestOptions,
    },
};
use js_sys::{Array, Function, JSON, Object, Promise, Reflect, Uint8Array, global};
use leptos::wasm_split::SplitLoaderError;
use serde::Serialize;
use std::pin::Pin;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortSignal;

/// What the browser can do, for whoever asks for it; the code comes with the first who does.
#[derive(Clone, Copy)]
pub struct Passkeys {
    pub create: fn(CreationOptions) -> Reply<RegistrationResponse>,
    /// With a signal it offers passkeys while one types, until the signal ends it.
    pub get: fn(RequestOptions, Option<AbortSignal>) -> Reply<AuthenticationResponse>,
    /// Whether it can offer them while one types.
    pub offers: fn() -> Pin<Box<dyn Future<Output = bool>>>,
    /// Tells it that nobody here has the passkey with this id, for the host.
    pub unknown: fn(&str, &str),
    /// Tells it which passkeys the account has, and what it is called.
    pub accepted: fn(&AcceptedPasskeys),
}

const PASSKEYS: Passkeys = Passkeys { create, get, offers, unknown, accepted };

/// Fetches the code, which only the sign-in page and the security page need.
#[expect(clippy::unnecessary_wraps, reason = "what is cut off may not come")]
pub async fn load() -> Result<Passkeys, Failure> {
    #[leptos::wasm_split::wasm_split(door, wasm_split_path = leptos::wasm_split, fallible)]
    fn load() -> Result<Passkeys, SplitLoaderError> {
        Ok(PASSKEYS)
    }
    load().await.map_err(|_| Failure::unloaded())
}

const UNKNOWN: &str = "The browser's answer is not one of a passkey. Try again, in a browser that is up to date.";

fn field(of: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(of, &name.into()).ok().filter(|value| !value.is_undefined() && !value.is_null())
}

fn call(of: &JsValue, name: &str, arguments: &Array) -> Result<JsValue, JsValue> {
    Reflect::get(of, &name.into())?.dyn_into::<Function>()?.apply(of, arguments)
}

/// A text of the API becomes the bytes that the browser wants.
fn unpack(of: &JsValue, name: &str) {
    let bytes = field(of, name).and_then(|text| text.as_string()).and_then(|text| decode_url(&text));
    if let Some(bytes) = bytes {
        drop(Reflect::set(of, &name.into(), &Uint8Array::from(bytes.as_slice())));
    }
}

/// Bytes of the browser's become a text of the API.
fn packed(of: &JsValue, name: &str) -> Option<String> {
    field(of, name).map(|buffer| encode_url(&Uint8Array::new(&buffer).to_vec()))
}

fn text(of: &JsValue, name: &str) -> Option<String> {
    field(of, name)?.as_string()
}

/// Options as the browser takes them, with the bytes of these credentials.
fn options(options: &impl Serialize, credentials: &str) -> Option<JsValue> {
    let options = JSON::parse(&serde_json::to_string(options).ok()?).ok()?;
    unpack(&options, "challenge");
    if let Some(user) = field(&options, "user") {
        unpack(&user, "id");
    }
    for credential in field(&options, credentials).map(|list| Array::from(&list)).unwrap_or_default().iter() {
        unpack(&credential, "id");
    }
    let whole = Object::new();
    Reflect::set(&whole, &"publicKey".into(), &options).ok()?;
    Some(whole.into())
}

async fn ask(verb: &str, whole: JsValue) -> Result<JsValue, Failure> {
    let navigator = browser::window().map(|window| JsValue::from(window.navigator()));
    let container = navigator.and_then(|navigator| field(&navigator, "credentials"));
    let container = container.ok_or_else(|| Failure::of_browser(UNSUPPORTED))?;
    let said = match call(&container, verb, &Array::of1(&whole)) {
        Ok(promise) => JsFuture::from(Promise::resolve(&promise)).await,
        Err(why) => Err(why),
    };
    said.map_err(|why| refused(&why, verb == "create"))
}

const UNSUPPORTED: &str = "This browser has no passkeys. Use another way, or a browser that is up to date.";

/// Why the browser would not. What it says itself is for developers.
fn refused(why: &JsValue, creates: bool) -> Failure {
    let name = text(why, "name").unwrap_or_default();
    let sentence = match (name.as_str(), creates) {
        ("AbortError", _) => return Failure::aborted(),
        ("NotAllowedError", true) => "No passkey was made: it was cancelled, or took too long. Try again.",
        ("NotAllowedError", false) => {
            "No passkey was used: it was cancelled, took too long, or there is none here. Try again, or use another way."
        }
        ("InvalidStateError", true) => "This device has a passkey for your account already.",
        ("NotSupportedError" | "ConstraintError", _) => {
            "This device cannot do what a passkey needs. Set up a screen lock or a PIN on it, or use another device."
        }
        ("SecurityError", _) => {
            "Passkeys work at the console's own address only, by https or on localhost. Open it there, then try again."
        }
        _ => "The browser could not use a passkey. Try again, or use another way.",
    };
    Failure::of_browser(sentence)
}

fn create(asked: CreationOptions) -> Reply<RegistrationResponse> {
    Box::pin(async move {
        let whole = options(&asked, "excludeCredentials").ok_or_else(|| Failure::of_browser(UNKNOWN))?;
        let said = ask("create", whole).await?;
        made(&said).ok_or_else(|| Failure::of_browser(UNKNOWN))
    })
}

fn made(said: &JsValue) -> Option<RegistrationResponse> {
    let response = field(said, "response")?;
    let transports = call(&response, "getTransports", &Array::new()).ok();
    let transports = transports.map(|list| Array::from(&list).iter().filter_map(|one| one.as_string()).collect());
    Some(RegistrationResponse {
        id: text(said, "id")?,
        kind: text(said, "type")?,
        response: Attestation {
            client_data_json: packed(&response, "clientDataJSON")?,
            attestation_object: packed(&response, "attestationObject")?,
            transports,
        },
    })
}

fn get(asked: RequestOptions, signal: Option<AbortSignal>) -> Reply<AuthenticationResponse> {
    Box::pin(async move {
        let whole = options(&asked, "allowCredentials").ok_or_else(|| Failure::of_browser(UNKNOWN))?;
        if let Some(signal) = signal {
            drop(Reflect::set(&whole, &"mediation".into(), &"conditional".into()));
            drop(Reflect::set(&whole, &"signal".into(), &signal));
        }
        let said = ask("get", whole).await?;
        answered(&said).ok_or_else(|| Failure::of_browser(UNKNOWN))
    })
}

fn answered(said: &JsValue) -> Option<AuthenticationResponse> {
    let response = field(said, "response")?;
    Some(AuthenticationResponse {
        id: text(said, "id")?,
        kind: text(said, "type")?,
        response: AssertionResponse {
            client_data_json: packed(&response, "clientDataJSON")?,
            authenticator_data: packed(&response, "authenticatorData")?,
            signature: packed(&response, "signature")?,
            user_handle: packed(&response, "userHandle"),
        },
    })
}

/// What WebAuthn Level 3 calls a signal, where the browser has it. It need not say what came of it.
fn signal(name: &str, words: &[(&str, JsValue)]) {
    let Some(class) = field(&global(), "PublicKeyCredential") else { return };
    let told = Object::new();
    for (name, value) in words {
        drop(Reflect::set(&told, &(*name).into(), value));
    }
    if let Ok(promise) = call(&class, name, &Array::of1(&told)) {
        spawn_local(async move { drop(JsFuture::from(Promise::resolve(&promise)).await) });
    }
}

fn unknown(rp_id: &str, credential: &str) {
    signal("signalUnknownCredential", &[("rpId", rp_id.into()), ("credentialId", credential.into())]);
}

fn accepted(told: &AcceptedPasskeys) {
    let AcceptedPasskeys { rp_id, user_id, name, display_name, all_accepted_credential_ids } = told;
    let whose = [("rpId", rp_id.into()), ("userId", user_id.into())];
    let ids: Array = all_accepted_credential_ids.iter().map(JsValue::from).collect();
    let [host, user] = whose.clone();
    signal("signalAllAcceptedCredentials", &[host, user, ("allAcceptedCredentialIds", ids.into())]);
    let [host, user] = whose;
    let names = [("name", name.into()), ("displayName", display_name.into())];
    let [name, display_name] = names;
    signal("signalCurrentUserDetails", &[host, user, name, display_name]);
}

fn offers() -> Pin<Box<dyn Future<Output = bool>>> {
    let class = field(&global(), "PublicKeyCredential");
    let asked = class.and_then(|class| call(&class, "isConditionalMediationAvailable", &Array::new()).ok());
    Box::pin(async move {
        let Some(promise) = asked else { return false };
        JsFuture::from(Promise::resolve(&promise)).await.is_ok_and(|offers| offers.is_truthy())
    })
}
