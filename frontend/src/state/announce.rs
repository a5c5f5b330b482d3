//! Sentences for people who listen to the page.

use leptos::prelude::*;

thread_local! {
    static SAID: ArcRwSignal<String> = ArcRwSignal::new(String::new());
}

pub fn said() -> ArcRwSignal<String> {
    SAID.with(Clone::clone)
}

/// Says a sentence politely. The same one twice differs by a space, or nobody would hear the second.
pub fn say(sentence: impl Into<String>) {
    let mut sentence = sentence.into();
    said().update(|said| {
        if *said == sentence {
            sentence.push('\u{a0}');
        }
        *said = sentence;
    });
}
