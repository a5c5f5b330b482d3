//! How the console is for one: where it starts, its theme, whether keys jump to pages.

use super::own::Own;
use crate::{
    blocks::error_notice::ErrorNotice,
    state::{announce, follow::follow, form::Form, session, theme, unsaved, workspace},
    ui::{
        button::{Button, Look},
        choice::{Choice, Pick},
        select::Select,
    },
};
use guildhall_shared::{
    account::{Account, AccountPatch},
    session::Preferences as Kept,
};
use leptos::prelude::*;

#[component]
pub fn Preferences(own: Own, account: Account) -> impl IntoView {
    let form = Form::new(&["defaultTeam", "defaultProduct", "theme", "preferences"]).guarded();
    let teams: Vec<_> = untrack(workspace::all)
        .into_iter()
        .map(|workspace| {
            let label =
                if workspace.is_private { format!("{} (your workspace)", workspace.name) } else { workspace.name };
            (workspace.id, label)
        })
        .collect();
    // One that the person has left, or none: the private one, which comes first.
    let chosen = account.default_team.map(|team| team.to_string());
    let chosen = chosen.filter(|id| teams.iter().any(|(own, _)| own == id));
    let first = || teams.first().map(|(id, _)| id.clone()).unwrap_or_default();
    let team = RwSignal::new(chosen.unwrap_or_else(first));
    let product = RwSignal::new(account.default_product);
    let hotkeys = RwSignal::new(if account.preferences.hotkeys { "on" } else { "off" }.to_owned());
    let look = RwSignal::new(account.theme);
    // The menu at the top changes it too.
    let kept = follow(|| session::session().map(|session| session.user.theme.clone()));
    Effect::new(move |_| {
        if let Some(theme) = kept.get() {
            look.set(theme);
        }
    });
    let saved = RwSignal::new(false);
    let shown = move || AccountPatch {
        default_team: team.get_untracked().parse().ok(),
        default_product: Some(product.get_untracked()),
        theme: Some(look.get_untracked()),
        preferences: Some(Kept { hotkeys: hotkeys.get_untracked() == "on" }),
        ..AccountPatch::default()
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let patch = shown();
        form.send(own.save(patch.clone()), move |account| {
            theme::set(&account.theme);
            announce::say("Your preferences are saved");
            // What was chosen meanwhile is not.
            let stands = shown() == patch;
            saved.set(stands);
            unsaved::set(!stands);
        });
    };
    let typed = move |_| {
        saved.set(false);
        unsaved::set(true);
    };
    let pick = |value, label| Pick { value, label, sentence: "" };
    view! {
        <form class="form settings" method="post" novalidate node_ref=form.node on:submit=submit on:change=typed>
            <Select
                label="Start in"
                name="defaultTeam"
                value=team
                picks=teams
                help="The workspace that opens after you sign in."
            />
            <Choice
                label="Product"
                name="defaultProduct"
                value=product
                inline=true
                picks=vec![pick("core", "Core"), pick("gradient", "Gradient")]
            />
            <Choice
                label="Theme"
                name="theme"
                value=look
                inline=true
                picks=vec![pick("light", "Light"), pick("dark", "Dark"), pick("system", "System")]
            />
            <Choice
                label="Keyboard shortcuts"
                name="hotkeys"
                value=hotkeys
                inline=true
                picks=vec![pick("on", "On: Ctrl K or ⌘ K jumps to any page"), pick("off", "Off")]
            />
            <ErrorNotice failure=form.failure />
            <div class="button-row">
                <Button look=Look::Primary submit=true busy=form.busy>"Save preferences"</Button>
                {move || saved.get().then(|| view! { <span class="reason">"Saved"</span> })}
            </div>
        </form>
    }
}
