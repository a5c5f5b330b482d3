//! Deleting a secret. Nothing brings its value back, so its name is typed.

use super::api;
use crate::{
    blocks::confirm_route::ConfirmRoute,
    link,
    state::{form::Submit, param::param, resource_list::ResourceList, workspace},
};
use guildhall_shared::{Action, secret::Secret};
use leptos::prelude::*;

#[component]
pub fn SecretDelete() -> impl IntoView {
    let here = workspace::around();
    let secrets = ResourceList::<Secret>::around();
    let name = param::<String>("name").get_untracked().unwrap_or_default();
    let (title, typed) = (format!("Delete {name}?"), name.clone());
    let confirm = move |()| {
        let (team, name, gone) = (here.now().id, name.clone(), name.clone());
        let says = format!("{name} is deleted");
        let call = async move { api::delete(&team, &name).await };
        Some(Submit::new(call, |()| says, move |()| secrets.remove(&gone)))
    };
    view! {
        <ConfirmRoute
            title=title
            verb="Delete secret"
            typed=typed
            action=Action::WriteSecrets
            confirm=confirm
            page=move |()| link::secrets(here.now().namespace)
        >
            "Workloads that need it will fail. This can't be undone."
        </ConfirmRoute>
    }
}
