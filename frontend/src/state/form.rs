//! A form: checks what was typed with the server's own functions, sends it, and puts every refusal in its place.

use super::{announce, unsaved};
use crate::{
    api::{Failure, call::Reply, failure::Kind},
    browser,
};
use guildhall_shared::{Code, Issue};
use leptos::{html, prelude::*, task::spawn_local};
use std::collections::BTreeMap;

/// What becomes of a form over a page once it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    Close,
    Stay,
}

impl From<()> for Then {
    fn from((): ()) -> Self {
        Self::Close
    }
}

/// What a form sends, and what comes of it.
pub struct Submit(Reply<Box<dyn FnOnce() -> Then>>);

impl Submit {
    /// Where the call succeeds, the sentence is announced and `then` changes what the page shows. The form closes unless
    /// `then` says that it stays.
    pub fn new<T: 'static, S: Into<String>, R: Into<Then>>(
        call: impl Future<Output = Result<T, Failure>> + 'static,
        says: impl FnOnce(&T) -> S + 'static,
        then: impl FnOnce(T) -> R + 'static,
    ) -> Self {
        Self::silent(call, move |value| {
            announce::say(says(&value));
            then(value)
        })
    }

    /// Where another page comes, which announces itself.
    pub fn silent<T: 'static, R: Into<Then>>(
        call: impl Future<Output = Result<T, Failure>> + 'static,
        then: impl FnOnce(T) -> R + 'static,
    ) -> Self {
        Self(Box::pin(async move {
            let value = call.await?;
            Ok(Box::new(move || then(value).into()) as Box<dyn FnOnce() -> Then>)
        }))
    }
}

/// The sentence that stands at a field, by the field's name.
type Refusals = BTreeMap<String, String>;

#[derive(Clone, Copy)]
pub struct Form {
    fields: &'static [&'static str],
    refusals: RwSignal<Refusals>,
    /// What belongs to no field.
    pub failure: RwSignal<Option<Failure>>,
    pub busy: RwSignal<bool>,
    pub node: NodeRef<html::Form>,
    /// The field that a conflict is about, by its sentence.
    conflict: Option<fn(&str) -> &'static str>,
}

impl Form {
    pub fn new(fields: &'static [&'static str]) -> Self {
        Self {
            fields,
            refusals: RwSignal::default(),
            failure: RwSignal::new(None),
            busy: RwSignal::new(false),
            node: NodeRef::new(),
            conflict: None,
        }
    }

    /// Where an answer says that someone else has it, the refusal stands at this field.
    pub fn conflict_at(mut self, field: fn(&str) -> &'static str) -> Self {
        self.conflict = Some(field);
        self
    }

    /// Leaving with changes asks first.
    pub fn guarded(self) -> Self {
        on_cleanup(unsaved::forget);
        self
    }

    pub fn refusal(self, field: &'static str) -> Signal<Option<String>> {
        let refusals = self.refusals;
        Signal::derive(move || refusals.read().get(field).cloned())
    }

    /// Shows what the checks refuse. True where they refuse nothing.
    pub fn check<const N: usize>(self, checks: [(&str, Option<Issue>); N]) -> bool {
        self.failure.set(None);
        let refusals: Refusals = checks
            .into_iter()
            .filter_map(|(field, issue)| issue.map(|issue| (field.to_owned(), issue.message)))
            .collect();
        let fine = refusals.is_empty();
        self.refusals.set(refusals);
        if !fine {
            self.focus_refused();
        }
        fine
    }

    /// Sends, unless it is being sent. `done` runs if the form is still there.
    pub fn send<T: 'static>(
        self,
        call: impl Future<Output = Result<T, Failure>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        self.run(Box::pin(async move {
            let value = call.await?;
            Ok(Box::new(move || done(value)) as Box<dyn FnOnce()>)
        }));
    }

    /// Sends what a form over a page submits. `close` runs where nothing more is shown.
    pub fn submit(self, Submit(call): Submit, close: impl FnOnce() + 'static) {
        self.send(call, move |then| {
            if then() == Then::Close {
                close();
            }
        });
    }

    /// What is the same for every form.
    fn run(self, call: Reply<Box<dyn FnOnce()>>) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let result = call.await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match result {
                Ok(done) => {
                    unsaved::forget();
                    done();
                }
                Err(failure) => self.place(failure),
            }
        });
    }

    fn place(self, mut failure: Failure) {
        if failure.kind == Kind::Aborted {
            return;
        }
        let (mut refusals, rest) = sort_out(self.fields, std::mem::take(&mut failure.issues));
        let conflict = self.conflict.filter(|_| failure.is(Code::Conflict) && refusals.is_empty());
        if let Some(field) = conflict {
            let field = field(&failure.message);
            refusals.insert(field.to_owned(), failure.message.clone());
        }
        let all_placed = !refusals.is_empty() && rest.is_empty();
        failure.issues = rest;
        self.refusals.set(refusals);
        self.failure.set((!all_placed).then_some(failure));
        self.focus_refused();
    }

    /// Where the fields of the form have changed, the first that is to be filled has the focus.
    pub fn focus_first(self) {
        browser::next_frame(move || {
            let Some(form) = self.node.try_get_untracked().flatten() else { return };
            // A passkey is asked for by the button alone.
            for wanted in ["input:not([readonly])", "button[type=submit]"] {
                if let Ok(Some(field)) = form.query_selector(wanted) {
                    browser::focus(&field);
                    return;
                }
            }
        });
    }

    /// Focus on the first field that is refused, or on the notice that belongs to none.
    fn focus_refused(self) {
        let node = self.node;
        browser::next_frame(move || {
            let Some(form) = node.try_get_untracked().flatten() else { return };
            for wanted in ["[aria-invalid=true]", ".notice.danger"] {
                if let Ok(Some(element)) = form.query_selector(wanted) {
                    browser::focus(&element);
                    return;
                }
            }
        });
    }
}

/// What the server refuses at fields of the form, and what belongs to none of them.
fn sort_out(fields: &[&str], issues: Vec<String>) -> (Refusals, Vec<String>) {
    let mut refusals = Refusals::new();
    let mut rest = vec![];
    for issue in issues {
        match issue.split_once(": ").filter(|(field, _)| fields.contains(field)) {
            Some((field, sentence)) => drop(refusals.insert(field.to_owned(), sentence.to_owned())),
            None => rest.push(issue),
        }
    }
    (refusals, rest)
}

#[cfg(test)]
mod tests {
    use super::{Form, Then, sort_out};
    use leptos::{prelude::*, reactive::owner::Owner};

    #[test]
    fn a_refusal_goes_to_its_field_and_the_rest_to_the_form() {
        let issues = ["name: Enter a name.", "value: Too long.", "Nobody knows: this.", "owner: Not you."];
        let (refusals, rest) = sort_out(&["name", "value"], issues.map(str::to_owned).to_vec());
        let refusals: Vec<_> = refusals.iter().map(|(field, sentence)| (field.as_str(), sentence.as_str())).collect();
        assert_eq!(refusals, [("name", "Enter a name."), ("value", "Too long.")]);
        assert_eq!(rest, ["Nobody knows: this.", "owner: Not you."]);
    }

    #[test]
    fn a_form_that_is_refused_nothing_is_sent() {
        let owner = Owner::new();
        owner.set();
        let form = Form::new(&["name"]);
        assert!(form.check([("name", None)]));
        assert_eq!(form.refusal("name").get_untracked(), None);
    }

    #[test]
    fn a_form_closes_where_nothing_else_is_said() {
        assert_eq!(Then::from(()), Then::Close);
    }
}
