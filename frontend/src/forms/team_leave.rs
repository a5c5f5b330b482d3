//! Leaving a team: access and one's own API keys end at once.

use crate::{
    api,
    layout::trouble::Trouble,
    link,
    state::{announce, form::Form, go, session, workspace},
    ui::confirm::Confirm,
};
use leptos::{prelude::*, task::spawn_local};

#[component]
pub fn TeamLeave() -> impl IntoView {
    let here = workspace::around();
    let form = Form::new(&[]);
    let leave = Callback::new(move |()| {
        let Some(session) = session::session_now() else { return };
        let workspace = here.now();
        let name = workspace.name;
        form.send(async move { api::member::remove(&workspace.id, session.user.id).await }, move |()| {
            announce::say(format!("You have left {name}"));
            spawn_local(async {
                session::load().await;
            });
            go::instead(link::TEAMS);
        });
    });
    view! {
        <Confirm
            title=Signal::derive(move || format!("Leave {}?", here.name()))
            verb="Leave team"
            busy=form.busy
            on_confirm=leave
            on_close=move |()| go::within(&link::team(here.now().namespace))
        >
            <p class="lead">
                "You lose access at once, and the API keys that you made here end. To come back you need an invitation."
            </p>
            <Trouble failure=form.failure />
        </Confirm>
    }
}
