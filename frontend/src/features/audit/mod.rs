//! The audit log of a workspace: the list, and one line of it.

mod api;
mod change;
mod line;
mod page;

use crate::{
    blocks::page::Nothing,
    link,
    parts::part,
    shell::entry::{Entry, To},
    ui::icon::Icon,
};
use leptos::prelude::*;
use leptos_router::{
    components::{ParentRoute, Route},
    path,
};
use line::AuditLine;
use page::Audit;

pub const AUDIT: Entry =
    Entry { label: "Audit log", icon: Icon::Scroll, to: To::Workspace(|namespace| link::audit(namespace)) };

part! { account, page:
    audit => Audit,
}

part! { layers, layer:
    line => AuditLine,
}

/// The routes below a workspace.
#[component(transparent)]
pub fn Routes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("settings/audit") view=audit>
            <Route path=path!("") view=Nothing />
            <Route path=path!(":line") view=line />
        </ParentRoute>
    }
    .into_inner()
}
