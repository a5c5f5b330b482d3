//! The team object: the only writer of a team. Hands each command to its rule.

mod invitation;

use super::{Answered, Change, Command, Envelope, Json, Object, ObjectName, Origin, from_json, reply};
use crate::{
    domain::{
        self, Context,
        account::{Claim, Command as Account},
        deactivation,
        invitation::Command as Invitation,
        team::Command as Team,
    },
    error::{Broken, Refusal},
    store::Draft,
};
use guildhall_shared::TeamId;
use std::rc::Rc;

pub async fn handle(object: &Rc<Object>, id: TeamId, envelope: Envelope) -> Result<Answered, Broken> {
    if let Command::Team(Team::Edit(patch)) = &envelope.command {
        return edit(object, id, &envelope, patch).await;
    }
    if let Command::Invitation(command) = &envelope.command
        && matches!(command, Invitation::Create { .. } | Invitation::Resend { .. })
    {
        return invitation::send(object, id, &envelope, command).await;
    }
    object.change(&envelope, |draft, context| decide(draft, context, id, &envelope.command))
}

fn decide(draft: &mut Draft<'_>, context: &Context<'_>, team: TeamId, command: &Command) -> Result<Json, Refusal> {
    use domain::{api_key, audit, invitation, invitation_answer, member, secret};
    match command {
        Command::Team(create @ Team::Create { .. }) => reply(&domain::team::create(draft, context, team, create)?),
        Command::Team(Team::Holding { account }) => reply(&deactivation::holding(draft, context, team, *account)?),
        Command::Team(Team::ApiKeysSince { account, since }) => {
            reply(&api_key::names_since(draft, context, team, *account, *since)?)
        }
        Command::Team(Team::Close { account, attempt }) => {
            reply(&deactivation::close(draft, context, team, *account, *attempt)?)
        }
        Command::Team(Team::May { action }) => {
            domain::access::permit(draft, context, team, *action)?;
            reply(&())
        }
        Command::Team(command) => reply(&domain::team::from_system(draft, context, team, command)?),
        Command::Member(member::Command::SetAdmin { account, is_admin }) => {
            reply(&member::set_admin(draft, context, team, *account, *is_admin)?)
        }
        Command::Member(member::Command::Remove { account }) => reply(&member::remove(draft, context, team, *account)?),
        // These ask others first.
        Command::Invitation(invitation::Command::Create { .. } | invitation::Command::Resend { .. }) => {
            Err(Refusal::not_found())
        }
        Command::Invitation(invitation::Command::Cancel { id }) => {
            reply(&invitation::cancel(draft, context, team, *id)?)
        }
        Command::Invitation(invitation::Command::Preview { id, link }) => {
            reply(&invitation_answer::preview(draft, context, team, *id, *link)?)
        }
        Command::Invitation(invitation::Command::Decline { id, link, by }) => {
            reply(&invitation_answer::decline(draft, context, team, *id, *link, by.as_ref())?)
        }
        Command::Invitation(invitation::Command::Check { id, link, email }) => {
            reply(&invitation_answer::check(draft, context, team, *id, *link, email)?)
        }
        Command::Invitation(accept @ invitation::Command::Accept { .. }) => {
            reply(&invitation_answer::accept(draft, context, team, accept)?)
        }
        Command::ApiKey(api_key::Command::Create(body)) => reply(&api_key::create(draft, context, team, body)?),
        Command::ApiKey(api_key::Command::List { all, page }) => {
            reply(&api_key::list(draft, context, team, *all, page)?)
        }
        Command::ApiKey(api_key::Command::Revoke { id }) => reply(&api_key::revoke(draft, context, team, *id)?),
        Command::ApiKey(api_key::Command::Used) => reply(&api_key::used(draft, context, team)?),
        Command::Secret(secret::Command::Create { name, value }) => {
            reply(&secret::create(draft, context, team, name, value)?)
        }
        Command::Secret(secret::Command::Update { name, value }) => {
            reply(&secret::update(draft, context, team, name, value)?)
        }
        Command::Secret(secret::Command::Delete { name }) => reply(&secret::delete(draft, context, team, name)?),
        Command::Installation(command) => reply(&domain::installation::renew_team(draft, context, team, command)?),
        Command::Audit(command) => reply(&audit::run(draft, context, team, command)?),
        #[cfg(feature = "dev")]
        Command::Dev(command) => reply(&domain::seed::run(draft, context, team, command)?),
        Command::Read(_)
        | Command::Account(_)
        | Command::Session(_)
        | Command::Password(_)
        | Command::SshKey(_)
        | Command::Email(_)
        | Command::Namespace(_)
        | Command::SecondFactor(_)
        | Command::Address(_)
        | Command::Passkey(_) => Err(Refusal::not_found()),
    }
}

/// Edits the profile. A new namespace is claimed first, and the edit is judged again afterwards.
async fn edit(
    object: &Rc<Object>,
    id: TeamId,
    envelope: &Envelope,
    patch: &guildhall_shared::team::TeamPatch,
) -> Result<Answered, Broken> {
    let edit = match domain::team::parse_edit(patch) {
        Ok(edit) => edit,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Some(namespace) = edit.namespace.clone() {
        let judge = |draft: &mut Draft<'_>, context: &Context<'_>| {
            domain::team::may_edit(draft, context, id, &edit).map(|(_, team)| team.namespace)
        };
        let judged = object.decide(envelope, false, judge)?;
        let standing = match judged {
            Ok(standing) => standing,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if from_json::<String>(&standing)? != namespace.as_str() {
            let holder = domain::namespace::Holder::Team(id);
            let claim = domain::namespace::Command::Claim { holder, team: id, asker: object.name.clone() };
            let to = ObjectName::Namespace(namespace.as_str().to_owned());
            if let Err(refusal) = object.ask(to, Command::Namespace(claim), &envelope.origin).await? {
                object.forget_begun(envelope)?;
                return Ok(Err(refusal));
            }
        }
    }
    object.change(envelope, |draft, context| domain::team::edit(draft, context, id, edit))
}

/// A team that was closed asks whether its owner has gone, and opens again where nothing came of it.
async fn closed(object: &Rc<Object>, id: TeamId) -> Result<(), Broken> {
    let standing = object.look(|draft| deactivation::closed(draft, id));
    let leaves = match standing {
        Some((owner, attempt)) => {
            let ask = Account::Mine { claim: Claim::Leaving(attempt) };
            let command = Command::Account(Box::new(ask));
            super::yes(object.ask(ObjectName::Account(owner), command, &Origin::default()).await?)?
        }
        None => false,
    };
    object.write(|draft, _| match standing {
        // While the attempt goes on, the alarm comes back.
        Some(_) if leaves => {}
        Some((_, attempt)) => deactivation::open(draft, id, Some(attempt)),
        None => draft.not_due(deactivation::DUE_CLOSED),
    })
}

pub async fn due(object: &Rc<Object>, id: TeamId, what: &str) -> Result<(), Broken> {
    if what == deactivation::DUE_CLOSED {
        return closed(object, id).await;
    }
    let invitation = what.strip_prefix("invitation/").and_then(|invitation| invitation.parse().ok());
    let refused = what.strip_prefix("refused/");
    let erasing = what.strip_prefix("erasing/");
    object.write(|draft, context| match (invitation, refused, erasing) {
        (Some(invitation), _, _) => domain::invitation::forget(draft, context, id, invitation),
        (_, Some(account), _) => domain::refused::write(draft, context, id, account),
        (_, _, Some(job)) => domain::erasure::work(draft, context, job),
        (None, None, None) => draft.not_due(what),
    })
}
