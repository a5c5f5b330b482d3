//! The username, which names the private workspace: changing it ends the addresses that begin with it.

use super::own::Own;
use crate::{
    blocks::error_notice::ErrorNotice,
    state::{announce, form::Form, unsaved},
    ui::{button::Button, confirm::Confirm, dialog, field::TextField},
};
use guildhall_shared::{Issue, account::AccountPatch, name::Namespace};
use leptos::prelude::*;

#[component]
pub fn Username(own: Own, username: String) -> impl IntoView {
    let form = Form::new(&["username"]).conflict_at(|_| "username").guarded();
    let (old, new) = (RwSignal::new(username.clone()), RwSignal::new(username));
    let asking = RwSignal::new(None::<String>);
    let saved = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = new.get_untracked().trim().to_owned();
        let same = (name == old.get_untracked()).then(|| Issue::new("This is your username already."));
        if form.check([("username", same.or_else(|| Namespace::parse(&name).err()))]) {
            asking.set(Some(name));
        }
    };
    let change = Callback::new(move |()| {
        let Some(name) = asking.get_untracked() else { return };
        let patch = AccountPatch { username: Some(name), ..AccountPatch::default() };
        // Every link of the console begins with the new name from then on.
        form.send(own.save(patch), move |account| {
            dialog::close_top();
            let name = account.username;
            announce::say(format!("Your username is now {name}"));
            new.set(name.clone());
            old.set(name);
            saved.set(true);
        });
    });
    // A refusal stands at the field, below the question.
    let refused = form.refusal("username");
    Effect::new(move |_| {
        let stands = refused.read().is_some() || form.failure.read().is_some();
        if stands && asking.read_untracked().is_some() {
            dialog::close_top();
        }
    });
    let typed = move |_| {
        saved.set(false);
        unsaved::set(true);
    };
    view! {
        <form class="form settings" method="post" novalidate node_ref=form.node on:submit=submit on:input=typed>
            <TextField
                label="Username"
                name="workspace"
                autocomplete="nickname"
                value=new
                refused=refused
                help="Your workspace's URL. Links and scripts that use the old one stop working."
            />
            <ErrorNotice failure=form.failure />
            <div class="button-row">
                <Button submit=true busy=form.busy>"Change username"</Button>
                {move || saved.get().then(|| view! { <span class="reason">"Saved"</span> })}
            </div>
        </form>
        {move || {
            asking
                .get()
                .map(|name| {
                    let (from, to) = (format!("/{}/", old.get_untracked()), format!("/{name}/"));
                    view! {
                        <Confirm
                            title=format!("Change your username to {name}?")
                            verb="Change username"
                            busy=form.busy
                            on_confirm=change
                            on_close=move |()| asking.set(None)
                        >
                            <p class="lead">
                                "Your workspace moves from " <code>{from.clone()}</code> " to " <code>{to.clone()}</code>
                                ", and links to the old address end. The old name stays reserved for you for 90 days."
                            </p>
                        </Confirm>
                    }
                })
        }}
    }
}
