//! A mail that can be asked for once more: that it is sent stands where it was asked for, and the next one waits.

use super::{announce, form::Form};
use crate::{api::Failure, browser};
use leptos::{prelude::*, task::spawn_local};

/// Milliseconds until another one may be asked for.
pub const PAUSE: i32 = 30_000;
pub const SENT: &str = "Email sent.";

#[derive(Clone, Copy)]
pub struct Again {
    pub form: Form,
    /// Why it cannot be asked for now: it has just been sent.
    pub sent: RwSignal<Option<String>>,
}

impl Again {
    pub fn new() -> Self {
        Self { form: Form::new(&[]), sent: RwSignal::new(None) }
    }

    pub fn send(self, call: impl Future<Output = Result<(), Failure>> + 'static) {
        if self.sent.read_untracked().is_some() {
            return;
        }
        self.form.send(call, move |()| self.done());
    }

    /// It is on its way.
    pub fn done(self) {
        announce::say(SENT);
        self.wait();
    }

    pub fn wait(self) {
        self.sent.set(Some(SENT.to_owned()));
        spawn_local(async move {
            browser::sleep(PAUSE).await;
            self.sent.try_set(None);
        });
    }
}
