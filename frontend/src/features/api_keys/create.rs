//! Making an API key: what it may, how long; then the key, this once.

use super::{api, page};
use crate::{
    blocks::form_dialog::DialogForm,
    clock,
    state::{
        form::{Form, Submit, Then},
        go,
        resource_list::ResourceList,
        workspace,
    },
    ui::{
        button::{Button, Look},
        choice::{Choice, Pick},
        dialog::{Dialog, closer},
        field::TextField,
        notice::{Notice, Tone},
        once::Once,
    },
};
use guildhall_shared::{
    Timestamp,
    api_key::{ApiKey, ApiKeyCreate},
    name::DisplayName,
    role::Scope,
    timestamp::DAY,
};
use leptos::prelude::*;

const ONCE: &str = "You won't be able to see this key again.";

#[component]
pub fn ApiKeyNew() -> impl IntoView {
    let here = workspace::around();
    let of_team = page::of_team();
    let made = RwSignal::new(None::<String>);
    let title = Signal::derive(move || {
        let title = match made.read().as_deref() {
            None => "Create API key",
            Some("") => "API key created",
            Some(_) => "Copy your API key",
        };
        title.to_owned()
    });
    let inside = move || {
        (move || match made.get() {
            Some(key) => view! { <Made key=key /> }.into_any(),
            None => view! { <Ask made=made /> }.into_any(),
        })
        .into_any()
    };
    view! { <Dialog title=title on_close=move |()| go::within(&page::page(here, of_team)) children=ToChildren::to_children(inside) /> }
}

/// The moment when a key of this life ends. Counted from when the form opened, so that what is sent again is the same.
fn end(opened: Timestamp, life: &str) -> Option<Timestamp> {
    let days: i64 = life.parse().ok()?;
    Some(opened.plus(days * DAY))
}

const fn done(key: &ApiKey) -> &'static str {
    if key.key.is_some() { "API key created. Copy it now." } else { "API key created" }
}

#[component]
fn Ask(made: RwSignal<Option<String>>) -> impl IntoView {
    let here = workspace::around();
    let keys = ResourceList::<ApiKey>::around();
    let dialog = closer();
    let form = Form::new(&["name", "dtExpires", "scopes"]).conflict_at(|_| "name");
    let opened = clock::now();
    let name = RwSignal::new(String::new());
    let scope = RwSignal::new("write".to_owned());
    let life = RwSignal::new("90".to_owned());
    let submit = move |()| {
        let text = name.get_untracked();
        form.check([("name", DisplayName::parse(&text).err())]).then(|| {
            let scopes =
                if scope.get_untracked() == "write" { vec![Scope::Read, Scope::Write] } else { vec![Scope::Read] };
            let body =
                ApiKeyCreate { name: text, dt_expires: end(opened, &life.get_untracked()), scopes: Some(scopes) };
            let team = here.now().id;
            let call = async move { api::create(&team, body).await };
            Submit::new(call, done, move |mut key| {
                let value = key.key.take();
                dialog.loses(value.as_ref().map(|_| ONCE));
                made.set(Some(value.unwrap_or_default()));
                keys.add(key);
                Then::Stay
            })
        })
    };
    let life_pick = |value, label| Pick { value, label, sentence: "" };
    view! {
        <DialogForm form=form verb="Create API key" submit=submit>
            <TextField
                label="Name"
                name="name"
                capitals="sentences"
                value=name
                refused=form.refusal("name")
                help="What will use it? For example “Nightly build”."
                autofocus=true
            />
            <Choice
                label="Access"
                name="scopes"
                value=scope
                picks=vec![
                    Pick {
                        value: "write",
                        label: "Read and write",
                        sentence: "Everything you can do here, except create keys.",
                    },
                    Pick { value: "read", label: "Read", sentence: "Read only." },
                ]
            />
            <Choice
                label="Expires"
                name="expires"
                value=life
                inline=true
                picks=vec![
                    life_pick("30", "30 days"),
                    life_pick("90", "90 days"),
                    life_pick("365", "1 year"),
                    life_pick("never", "Never"),
                ]
            />
        </DialogForm>
    }
}

#[component]
fn Made(key: String) -> impl IntoView {
    let dialog = closer();
    // The first answer was lost: the second one says that the key is made, and its value comes only once.
    if key.is_empty() {
        return view! {
            <Notice tone=Tone::Warn>
                "The key was created, but we could not show it to you. Revoke it and create another one."
            </Notice>
            <div class="button-row">
                <Button look=Look::Primary on_click=move |_| dialog.close()>"Close"</Button>
            </div>
        }
        .into_any();
    }
    view! {
        <Once
            value=key
            label="API key"
            warning="Copy this key now. You won't be able to see it again."
        />
        <div class="button-row">
            <Button look=Look::Primary on_click=move |_| dialog.close()>"Done"</Button>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::end;
    use guildhall_shared::{Timestamp, timestamp::DAY};

    #[test]
    fn a_key_ends_some_days_after_its_form_was_opened_or_never() {
        let opened = Timestamp::from_millis(0);
        assert_eq!(end(opened, "30"), Some(opened.plus(30 * DAY)));
        assert_eq!(end(opened, "never"), None);
    }
}
