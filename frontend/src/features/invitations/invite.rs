//! Inviting people: several addresses at once, one role.

use super::{api, sent::add_invitations};
use crate::{
    blocks::form_dialog::FormDialog,
    features::members::{roles::role_picks, roster::Filter},
    state::{
        form::{Form, Submit, Then},
        resource_list::ResourceList,
        workspace,
    },
    ui::{choice::Choice, field::TextArea},
};
use guildhall_shared::{
    Action, Email, Issue, email,
    invitation::{EMAILS_MAX, Invitation, InvitationCreate},
    text::lower,
};
use leptos::prelude::*;

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
    let here = workspace::around();
    let invitations = ResourceList::<Invitation>::around();
    let filter = Filter::around();
    let form = Form::new(&["emails", "isAdmin"]).conflict_at(|_| "emails");
    let (emails, role) = (RwSignal::new(String::new()), RwSignal::new("member".to_owned()));
    let submit = move |()| {
        let parsed = sorted_out(&emails.get_untracked());
        if !form.check([("emails", parsed.as_ref().err().cloned())]) {
            return None;
        }
        let (found, bad) = parsed.ok()?;
        let body = InvitationCreate {
            emails: found.iter().map(ToString::to_string).collect(),
            is_admin: role.get_untracked() == "admin",
        };
        let team = here.now().id;
        let call = async move { api::create(&team, body).await };
        Some(Submit::new(
            call,
            |made| invited(made),
            move |made| {
                let kept = left_over(&found, &made, bad);
                add_invitations(invitations, made);
                if kept.is_empty() {
                    return Then::Close;
                }
                // Those that went are gone from the field; what is left there has its sentence.
                let texts: Vec<&str> = kept.iter().map(|(text, _)| text.as_str()).collect();
                emails.set(texts.join("\n"));
                form.check([("emails", Some(said(&kept)))]);
                Then::Stay
            },
        ))
    };
    view! {
        <FormDialog
            form=form
            title="Invite people"
            verb="Send invitations"
            action=Action::Invite
            submit=submit
            page=move |()| filter.page(here)
        >
            <TextArea
                label="Email addresses"
                name="emails"
                value=emails
                refused=form.refusal("emails")
                help="Separate addresses with commas, spaces or new lines. Invitations expire in 7 days."
                autofocus=true
            />
            <Choice label="Role" name="role" value=role picks=role_picks() />
        </FormDialog>
    }
}

/// Who is invited, in a sentence.
fn invited(made: &[Invitation]) -> String {
    match made {
        [one] => format!("{} is invited", one.email),
        many => format!("{} people are invited", many.len()),
    }
}

/// What did not become an invitation, with the sentence for each.
fn left_over(sent: &[Email], made: &[Invitation], bad: Vec<Unread>) -> Vec<Unread> {
    let is_made = |email: &Email| made.iter().any(|one| lower(&one.email) == email.key());
    let known = sent.iter().filter(|email| !is_made(email)).map(|email| {
        (email.to_string(), "They are a member, are invited already, or got many invitations today.".to_owned())
    });
    bad.into_iter().chain(known).collect()
}

#[cfg(test)]
mod tests {
    use super::{left_over, said, sorted_out};

    #[test]
    fn addresses_are_sorted_out_of_what_was_typed() {
        let (found, bad) = sorted_out("Ana <ana@example.com>; nonsense, ANA@example.com\nbo@example.com").unwrap();
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), ["ana@example.com", "bo@example.com"]);
        assert_eq!(bad.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(), ["nonsense"]);
        assert_eq!(sorted_out(" ").unwrap_err().message, "Enter an email address.");
        assert_eq!(
            sorted_out("nonsense").unwrap_err().message,
            "nonsense: Enter an email address such as ana@example.com."
        );
    }

    #[test]
    fn an_address_without_an_invitation_stays_with_a_sentence() {
        let (sent, bad) = sorted_out("ana@example.com, nonsense").unwrap();
        let kept = left_over(&sent, &[], bad);
        assert_eq!(kept.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(), ["nonsense", "ana@example.com"]);
        assert!(
            said(&kept)
                .message
                .ends_with("ana@example.com: They are a member, are invited already, or got many invitations today.")
        );
    }
}
