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
    Action, Email, Issue, email,
    invitation::{EMAILS_MAX, InvitationCreate},
    text::lower,
};
use leptos::prelude::*;

/// The two roles that one can be given, with what each may.
pub fn role_picks() -> Vec<Pick> {
    vec![
        Pick {
            value: "member",
            label: "Member",
            sentence: "Can use the team's resources, create their own API keys, and see members and secret names.",
        },
        Pick {
            value: "admin",
            label: "Admin",
            sentence: "Full access: manage people, roles, secrets, the team profile and the audit log.",
        },
    ]
}

/// What was typed for an address, and why it is none.
type Unread = (String, String);

/// What was typed, in addresses that can be invited, and what else stood there with the sentence for each.
fn sorted_out(text: &str) -> Result<(Vec<Email>, Vec<Unread>), Issue> {
    let (mut found, mut bad): (Vec<Email>, Vec<(String, String)>) = (vec![], vec![]);
    for part in email::copied(text) {
        match Email::parse_copied(&part) {
            Ok(email) if found.iter().any(|other| other.key() == email.key()) => {}
            Ok(email) => found.push(email),
            Err(issue) => bad.push((part, issue.message)),
        }
    }
    match (found.len(), bad.first()) {
        (0, None) => Err(Issue::new("Enter an email address.")),
        (0, Some(_)) => Err(said(&bad)),
        (1..=EMAILS_MAX, _) => Ok((found, bad)),
        _ => Err(Issue::new(format!("Invite at most {EMAILS_MAX} people at once."))),
    }
}

fn said(bad: &[(String, String)]) -> Issue {
    let sentences: Vec<String> = bad.iter().map(|(text, why)| format!("{text}: {why}")).collect();
    Issue::new(sentences.join(" "))
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
        let parsed = sorted_out(&emails.get_untracked());
        if !form.check([("emails", parsed.as_ref().err().cloned())]) {
            return;
        }
        let Ok((found, bad)) = parsed else { return };
        let sent: Vec<Email> = found.clone();
        let body = InvitationCreate {
            emails: found.into_iter().map(String::from).collect(),
            is_admin: role.get_untracked() == "admin",
        };
        let team = here.now().id;
        form.send(async move { api::invitation::create(&team, body).await }, move |made| {
            announce::say(match made.as_slice() {
                [one] => format!("{} is invited", one.email),
                many => format!("{} people are invited", many.len()),
            });
            let is_made = |email: &Email| made.iter().any(|one| lower(&one.email) == email.key());
            let known = sent.iter().filter(|email| !is_made(email));
            let known = known.map(|email| {
                (email.to_string(), "They are a member, are invited already, or got many invitations today.".to_owned())
            });
            let kept: Vec<(String, String)> = bad.into_iter().chain(known).collect();
            if let Some(roster) = roster {
                roster.add_invitations(made);
            }
            if kept.is_empty() {
                dialog.close();
                return;
            }
            // Those that went are gone from the field; what is left there has its sentence.
            let texts: Vec<&str> = kept.iter().map(|(text, _)| text.as_str()).collect();
            emails.set(texts.join("\n"));
            form.check([("emails", Some(said(&kept)))]);
        });
    };
    view! {
        <form class="form" method="post" novalidate node_ref=form.node on:submit=submit>
            <TextArea
                label="Email addresses"
                name="emails"
                value=emails
                refused=form.refusal("emails")
                help="Separate addresses with commas, spaces or new lines. Invitations expire in 7 days."
                autofocus=true
            />
            <Choice label="Role" name="role" value=role picks=role_picks() />
            <Trouble failure=here.trouble(Action::Invite, form.failure) />
            <div class="button-row">
                <Button on_click=move |_| dialog.cancel()>"Cancel"</Button>
                <Button look=Look::Primary submit=true busy=form.busy refused=here.refusal(Action::Invite)>"Send invitations"</Button>
            </div>
        </form>
    }
}
