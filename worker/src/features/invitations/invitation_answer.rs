//! How an invitation is answered, and how it ends: accepted, declined, and with its maker's right to make it.

use crate::{
    access::{asked::Permit, policy::role_allows},
    error::Rejection,
    features::{
        accounts::record::Profile,
        audit,
        invitations::record::{InvitationRecord, Invitee, State, blind},
        members::{self, record::MemberRecord},
        teams::{link, record::TeamRecord},
    },
    object::{self, Command, Handler, Rule, TimerHandler, TimerRule, context::Context, rule, timer, timer_rule},
    store::{Transaction, key},
};
use guildhall_shared::{
    AccountId, Action, InvitationId, Role, TeamId,
    id::LinkId,
    invitation::{InvitationPreview, InvitationTeam},
    member::TeamMember,
    text::lower,
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[rule::<Accept>(), rule::<Preview>(), rule::<Decline>(), rule::<Check>()];

pub const TIMERS: &[TimerHandler] = &[timer_rule::<Forget>()];

timer!(
    /// An invitation has long ended.
    Forget(InvitationId) on object::Team as "invitation"
);

/// Forgets an invitation that has long ended, on both sides.
impl TimerRule for Forget {
    fn fire(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) {
        let Self(id) = *self;
        tx.stop_timer(self);
        if let Some(record) = tx.get(&key::invitation(team, id)) {
            tx.delete(&key::invitation(team, id));
            if record.state == State::Pending {
                tx.delete(&key::invitee(&blind(context, &record.email), id));
            }
        }
    }
}

pub fn open(tx: &Transaction<'_>, team: TeamId, id: InvitationId) -> Result<InvitationRecord, Rejection> {
    let record = tx.get(&key::invitation(team, id)).ok_or_else(Rejection::not_found)?;
    match record.state {
        State::Pending => Ok(record),
        State::Accepted => Err(Rejection::conflict("This invitation has been accepted already.")),
        State::Cancelled => {
            Err(Rejection::conflict("This invitation was cancelled. Ask an admin of the team for a new one."))
        }
        State::Declined => {
            Err(Rejection::conflict("This invitation was declined. Ask an admin of the team for a new one."))
        }
        State::Ended => Err(Rejection::conflict(ENDED)),
    }
}

const ENDED: &str =
    "This invitation ended: the admin who sent it can no longer invite people. Ask an admin of the team for a new one.";

/// Ends what someone has offered who may invite nobody any more: removed, gone, a member only, deactivated. The
/// one who did that to them has the lines of the log; without one, the platform has.
pub fn end_of_maker(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    team: TeamId,
    maker: AccountId,
    permit: Option<&Permit>,
) {
    for (_, record) in tx.scan(&key::invitations(team)) {
        if record.invited_by != maker || record.state != State::Pending {
            continue;
        }
        let event = audit::Event::of("invitation.end", record.id.as_str(), &record.email);
        match permit {
            Some(permit) => audit::record(tx, context, permit, &event),
            None => audit::by_platform(tx, context, &event),
        }
        end(tx, context, team, record.clone(), State::Ended);
    }
}

pub fn end(tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId, mut record: InvitationRecord, state: State) {
    record.state = state;
    tx.put(&key::invitation(team, record.id), &record);
    tx.delete(&key::invitee(&blind(context, &record.email), record.id));
}

/// Whether this invitation is good, by this token if there is one. Its maker is asked for too: one that was made
/// before invitations ended with their makers' right stands in no list of theirs.
fn good(
    tx: &Transaction<'_>,
    team: TeamId,
    id: InvitationId,
    link: Option<LinkId>,
) -> Result<InvitationRecord, Rejection> {
    let record = open(tx, team, id)?;
    let maker = tx.get(&key::member(team, record.invited_by)).filter(|maker| !maker.profile.deactivated);
    if maker.is_none_or(|maker| role_allows(maker.role, Action::Invite).is_err()) {
        return Err(Rejection::conflict(ENDED));
    }
    if tx.get(&key::team(team)).is_none_or(|team| team.closed.is_some()) {
        return Err(Rejection::conflict("The owner of this team is leaving it for good. Nobody can join it."));
    }
    if link.is_some_and(|link| link != record.link) {
        return Err(Rejection::conflict("A newer mail replaced this link. Open the invitation from that one."));
    }
    if record.expires <= tx.now() {
        return Err(Rejection::conflict("This invitation has expired. Ask an admin of the team to send it again."));
    }
    Ok(record)
}

/// The same, for the account of this email.
fn opens(
    tx: &Transaction<'_>,
    team: TeamId,
    id: InvitationId,
    link: Option<LinkId>,
    email: &str,
) -> Result<InvitationRecord, Rejection> {
    let record = good(tx, team, id, link)?;
    if lower(&record.email) != lower(email) {
        return Err(Rejection::forbidden(
            "This invitation was sent to a different email. Switch to that account to accept it.",
        ));
    }
    Ok(record)
}

/// From the edge: what is this token for?
/// What whoever holds the token may see of it before they answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    pub id: InvitationId,
    pub link: LinkId,
}

impl Command for Preview {
    type On = object::Team;
    type Reply = InvitationPreview;
    const NAME: &'static str = "invitation.preview";
}

impl Rule for Preview {
    fn decide(
        &self,
        tx: &mut Transaction<'_>,
        context: &Context<'_>,
        team: TeamId,
    ) -> Result<InvitationPreview, Rejection> {
        let Self { id, link } = *self;
        context.only_system()?;
        let record = good(tx, team, id, Some(link))?;
        let TeamRecord { name, namespace, .. } = tx.get(&key::team(team)).ok_or_else(Rejection::not_found)?;
        let InvitationRecord { email, is_admin, expires, invited_by_name: invited_by, .. } = record;
        Ok(InvitationPreview {
            email,
            is_admin,
            dt_expires: expires,
            team: InvitationTeam { id: team, name, namespace },
            invited_by,
        })
    }
}

/// From the edge: its recipient does not want to join. By the token of its mail, or by an account of its email.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decline {
    pub id: InvitationId,
    pub link: Option<LinkId>,
    pub by: Option<Invitee>,
}

impl Command for Decline {
    type On = object::Team;
    type Reply = ();
    const NAME: &'static str = "invitation.decline";
}

impl Rule for Decline {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<(), Rejection> {
        let Self { id, link, .. } = *self;
        let by = self.by.as_ref();
        context.only_system()?;
        let record = match by {
            Some(by) => opens(tx, team, id, link, &by.email)?,
            None if link.is_some() => good(tx, team, id, link)?,
            None => return Err(Rejection::not_found()),
        };
        end(tx, context, team, record.clone(), State::Declined);
        let event = audit::Event::of("invitation.decline", id.as_str(), &record.email);
        let (actor, name) = by.map_or(("system", &record.email), |by| (by.account.as_str(), &by.name));
        audit::record_as(tx, context, actor, name, &event);
        Ok(())
    }
}

/// From the edge at sign-up: does this token belong to this email?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    pub id: InvitationId,
    pub link: LinkId,
    pub email: String,
}

impl Command for Check {
    type On = object::Team;
    type Reply = bool;
    const NAME: &'static str = "invitation.check";
}

impl Rule for Check {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<bool, Rejection> {
        let Self { id, link, .. } = *self;
        let Self { email, .. } = self;
        context.only_system()?;
        opens(tx, team, id, Some(link), email).map(|_| true)
    }
}

/// From the account object of the invitee, whose email is confirmed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Accept {
    pub id: InvitationId,
    pub link: Option<LinkId>,
    pub account: AccountId,
    pub profile: Box<Profile>,
}

impl Command for Accept {
    type On = object::Team;
    type Reply = TeamMember;
    const NAME: &'static str = "invitation.accept";
}

impl Rule for Accept {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<TeamMember, Rejection> {
        let Self { id, link, account, profile } = self;
        context.only_system()?;
        let record = opens(tx, team, *id, *link, &profile.email)?;
        if tx.get(&key::member(team, *account)).is_some() {
            return Err(Rejection::conflict("You are a member of this team already."));
        }
        let now = tx.now();
        let role = if record.is_admin { Role::Admin } else { Role::Member };
        let member = MemberRecord { account: *account, role, joined: now, profile: (**profile).clone() };
        members::rules::put(tx, team, &member);
        end(tx, context, team, record, State::Accepted);
        let event = audit::Event::of("member.join", account.as_str(), &profile.email).change("", role.as_str());
        audit::record_as(tx, context, account.as_str(), &profile.shown_name(), &event);
        tx.call(account, &link::Link { team, revision: profile.revision });
        Ok(members::rules::shown(team, &member))
    }
}
