//! Inviting people: several addresses at once, one role.

use crate::{
    api,
    layout::trouble::Trouble,
    pages::team::members::Roster,
    state::{announce, form::Form, go, workspace},
    ui::{
        button::{Button, Look},
        choice::{Choice, Pick},
        dialog::{Dialog, closer},
        field::TextArea,
    },
};
use guildhall_shared::{
    Email, Issue,
    invitation::{EMAILS_MAX, InvitationCreate},
};
use leptos::prelude::*;

/// The two roles that one can be given, with what each may.
pub fn role_picks() -> Vec<Pick> {
    vec![
        Pick {
            value: "member",
            label: "Member",
            sentence: "Uses what the team runs, makes own API keys, sees the names of members and secrets.",
        },
        Pick {
            value: "admin",
            label: "Admin",
            sentence: "May do everything: invite and remove people, change roles, secrets and the profile, read the audit log.",
        },
    ]
}

/// The addresses in a text, between spaces, commas, semicolons or on lines of their own; or why not.
fn addresses(text: &str) -> Result<Vec<String>, Issue> {
    let mut found: Vec<String> = vec![];
    for part in text.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter(|part| !part.is_empty()) {
        let email = Email::parse(part).map_err(|issue| Issue::new(format!("{part}: {}", issue.message)))?;
        if !found.iter().any(|other| other.eq_ignore_ascii_case(email.as_str())) {
            found.push(email.into());
        }
    }
    match found.len() {
        0 => Err(Issue::new("Enter an email address.")),
        1..=EMAILS_MAX => Ok(found),
        _ => Err(Issue::new(format!("Invite at most {EMAILS_MAX} people at once."))),
    }
}

#[component]
pub fn Invite() -> impl IntoView {
    let roster = use_context::<Roster>();
    let close = move |()| {
        if let Some(roster) = roster {
            go::within(&roster.home());
        }
    };
    view! {
        <Dialog
            title="Invite people"
            on_close=close
            children=ToChildren::to_children(move || view! { <Inside roster=roster /> }.into_any())
        />
    }
}

#[component]
fn Inside(roster: Option<Roster>) -> impl IntoView {
    let here = workspace::around();
    let dialog = closer();
    let form = Form::new(&["emails", "isAdmin"]).conflict_at(|_| "emails");
    let (emails, role) = (RwSignal::new(String::new()), RwSignal::new("member".to_owned()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let parsed = addresses(&emails.get_untracked());
        if !form.check([("emails", parsed.as_ref().err().cloned())]) {
            return;
        }
        let body = InvitationCreate { emails: parsed.unwrap_or_default(), is_admin: role.get_untracked() == "admin" };
        let team = here.now().id;
        form.send(async move { api::invitation::create(&team, body).await }, move |sent| {
            announce::say(match sent.as_slice() {
                [one] => format!("{} is invited", one.email),
                many => format!("{} people are invited", many.len()),
            });
            if let Some(roster) = roster {
                roster.add_invitations(sent);
            }
            dialog.close();
        });
    };
    view! {
        <form class="form" method="post" novalidate node_ref=form.node on:submit=submit>
            <TextArea
                label="Email addresses"
                name="emails"
                value=emails
                refused=form.refusal("emails")
                help="Between commas, spaces or on lines of their own. Each gets a link that is good for 7 days."
                autofocus=true
            />
            <Choice label="Role" name="role" value=role picks=role_picks() />
            <Trouble failure=form.failure />
            <div class="button-row">
                <Button on_click=move |_| dialog.cancel()>"Cancel"</Button>
                <Button look=Look::Primary submit=true busy=form.busy>"Send invitations"</Button>
            </div>
        </form>
    }
}
