//! A new password: its field, and below it how hard it is to guess, while it is typed.

use super::field::PasswordField;
use crate::{browser, state::words::words};
use guildhall_shared::password::{self, Strength};
use leptos::{prelude::*, task::spawn_local};

/// How long nobody types before the words are said.
const PAUSE: i32 = 900;

const fn word(strength: &Strength) -> &'static str {
    match strength {
        Strength::Refused(_) => "Too weak",
        Strength::Fair => "Fair",
        Strength::Good => "Good",
        Strength::Strong => "Strong",
    }
}

/// What comes after the word.
fn sentence(strength: &Strength) -> String {
    let whole = strength.sentence();
    match whole.strip_prefix(word(strength)) {
        Some(rest) => rest.trim_start_matches(['.', ' ']).to_owned(),
        None => whole,
    }
}

#[component]
pub fn NewPassword(
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(optional, into)] refused: Signal<Option<String>>,
    /// The account's own names and the part of its email before the @, which it may not be made of.
    #[prop(optional, into)]
    own: Signal<Vec<String>>,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    // A refusal is about what was sent. Once something else is typed, the meter speaks.
    let sent = Memo::new(move |_| refused.get().map(|sentence| (sentence, value.get_untracked())));
    let refused = Signal::derive(move || sent.get().filter(|(_, text)| *text == *value.read()).map(|(said, _)| said));
    let words = words();
    let strength = Memo::new(move |_| {
        let words = words.get()?;
        let own = own.read();
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        let text = value.read();
        (!text.is_empty()).then(|| password::strength(&text, &own, words))
    });
    view! {
        <PasswordField label=label name="password" autocomplete="new-password" value=value refused=refused autofocus=autofocus>
            <Meter strength=strength refused=refused />
        </PasswordField>
    }
}

/// Four segments, a word and a sentence.
#[component]
fn Meter(strength: Memo<Option<Strength>>, refused: Signal<Option<String>>) -> impl IntoView {
    let level = move || strength.read().as_ref().map_or(0, Strength::level);
    let named = move || strength.read().as_ref().map_or("Nothing typed", word);
    let words = move || match &*strength.read() {
        // The refusal says it already.
        _ if refused.read().is_some() => ().into_any(),
        Some(strength) => view! { <strong>{word(strength)}". "</strong> {sentence(strength)} }.into_any(),
        None => format!("Use at least {} characters. A few random words work well.", password::MIN).into_any(),
    };
    let segments: Vec<_> = (1..=4).map(|at| view! { <span class:on=move || at <= level()></span> }).collect();
    let said = RwSignal::new(String::new());
    Effect::new(move |_| {
        let now = strength.get();
        spawn_local(async move {
            browser::sleep(PAUSE).await;
            // Only the last of many keys speaks.
            if strength.try_get_untracked().is_some_and(|last| last == now) {
                let words = now.map(|strength| format!("{}. {}", word(&strength), sentence(&strength)));
                said.try_set(words.unwrap_or_default());
            }
        });
    });
    view! {
        <div
            class="strength"
            role="meter"
            aria-label="Strength of the password"
            aria-valuemin="0"
            aria-valuemax="4"
            aria-valuenow=level
            aria-valuetext=named
            data-level=level
        >
            {segments}
        </div>
        <p class="help">{words}</p>
        <span class="unseen" aria-live="polite">{said}</span>
    }
}
