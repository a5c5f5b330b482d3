//! Ten recovery codes, shown this once: to copy, to save and to print.

use crate::{
    browser, clock,
    state::{announce, form::Then, session, unsaved},
    ui::{
        button::{Button, Look},
        copy::CopyButton,
        dialog::closer,
        notice::{Notice, Tone},
    },
};
use leptos::prelude::*;

const WARNING: &str = "These codes are shown this once. Each signs you in once, in place of a passkey or a code of your authenticator app. Keep them where you find them without your phone.";
const REMINDER: &str = "Save the codes first: copy, download or print them. They are not shown again.";
const FILE: &str = "guildhall-recovery-codes.txt";

/// Codes that are being shown. While they are, nothing closes their dialog but the word that they are kept.
#[derive(Clone, Copy)]
pub struct Shown {
    pub codes: RwSignal<Option<Vec<String>>>,
    reminded: RwSignal<bool>,
}

impl Shown {
    pub fn new() -> Self {
        on_cleanup(unsaved::forget);
        Self { codes: RwSignal::new(None), reminded: RwSignal::new(false) }
    }

    pub fn show(self, codes: Vec<String>) -> Then {
        unsaved::warn("Your recovery codes are not shown again.");
        self.codes.set(Some(codes));
        Then::Stay
    }

    /// Someone with another second factor has codes already, and gets none.
    pub fn show_if_any(self, codes: Vec<String>) -> Then {
        if codes.is_empty() { Then::Close } else { self.show(codes) }
    }

    /// Whether closing waits.
    pub fn held(self) -> Signal<bool> {
        Signal::derive(move || self.codes.read().is_some())
    }

    pub fn remind(self) {
        announce::say("Save the codes first. They are not shown again.");
        self.reminded.set(true);
    }
}

/// The ten, this once.
#[component]
pub fn Codes(shown: Shown, codes: Vec<String>) -> impl IntoView {
    let dialog = closer();
    let email = session::session_now().map(|session| session.user.email.clone()).unwrap_or_default();
    let made = clock::exact(clock::now());
    let list = codes.join("\n");
    let file = format!(
        "Guildhall recovery codes\nAccount: {email}\nMade: {made}\n\n{list}\n\n\
         Each code signs in once, in place of a passkey or a code of the authenticator app.\n"
    );
    let address = browser::text_address(&file);
    on_cleanup({
        let address = address.clone();
        move || browser::forget_address(&address)
    });
    // What was here had the focus; the first that is heard is that they are shown once.
    browser::next_frame(|| {
        let notice =
            browser::document().and_then(|document| document.query_selector("dialog[open] .notice").ok().flatten());
        if let Some(notice) = notice {
            browser::focus(&notice);
        }
    });
    let kept = move |_| {
        unsaved::forget();
        shown.codes.set(None);
        dialog.close();
    };
    let rows: Vec<_> = codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect();
    view! {
        <Notice tone=Tone::Warn>
            {move || if shown.reminded.get() { REMINDER } else { WARNING }}
        </Notice>
        <div class="recovery-codes">
            <div class="print-only">
                <p>"Guildhall recovery codes"</p>
                <p>"Account: " {email}</p>
                <p>"Made: " {made}</p>
            </div>
            <ol aria-label="Recovery codes">{rows}</ol>
        </div>
        <div class="button-row start">
            <CopyButton text=list label="Copy the recovery codes" />
            <a class="button" href=address download=FILE>"Download"</a>
            <Button on_click=|_| browser::print()>"Print"</Button>
        </div>
        <div class="button-row">
            <Button look=Look::Primary on_click=kept>"Done"</Button>
        </div>
    }
}
