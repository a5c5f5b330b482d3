//! Invitations by email: an offer to one address, good for seven days, once. How it is answered stands in
//! `invitation_answer`.

use crate::{
    access::{asked::Permit, policy::permit},
    error::Rejection,
    features::{
        audit,
        invitations::{
            invitation_answer::{Forget, end, open},
            record::{InvitationRecord, InviteeRecord, State, blind, pending},
        },
        members::record::BY_EMAIL,
        teams::record::TeamRecord,
    },
    mail::Kind,
    object::{self, Command, Handler, Rule, context::Context, rule, saga},
    store::{ListQuery, Place, Row, Transaction, key},
};
use guildhall_shared::{
    Action, Email, InvitationId, Issue, Role, TeamId, Timestamp,
    invitation::{EMAILS_MAX, Invitation, LIFE},
    text::lower,
    timestamp::DAY,
};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[saga::<Create>(), saga::<Resend>(), rule::<Cancel>()];

/// Pending invitations of one team.
pub const PENDING_MAX: usize = 500;

/// How long an ended or expired invitation can still say what became of it.
const REMEMBERED: i64 = 30 * DAY;

impl From<&InvitationRecord> for Invitation {
    fn from(record: &InvitationRecord) -> Self {
        let InvitationRecord {
            id,
            email,
            is_admin,
            created,
            expires,
            link: _,
            invited_by: _,
            invited_by_name,
            state: _,
        } = record;
        Self {
            id: *id,
            email: email.clone(),
            is_admin: *is_admin,
            dt_created: *created,
            dt_expires: *expires,
            invited_by: invited_by_name.clone(),
        }
    }
}

/// What the invitee's list shows of an invitation.
pub struct Offer {
    pub team: TeamId,
    pub is_admin: bool,
    pub invited_by: String,
    pub expires: Timestamp,
}

impl Offer {
    pub fn from_row(row: &Row) -> Option<Self> {
        let (_at, team, is_admin, invited_by, expires): (i64, _, _, _, _) = row.read()?;
        Some(Self { team, is_admin, invited_by, expires: Timestamp::from_millis(expires) })
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Create {
    pub emails: Vec<String>,
    pub is_admin: bool,
}

impl Command for Create {
    type On = object::Team;
    type Reply = Invited;
    const NAME: &'static str = "invitation.create";
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resend {
    pub id: InvitationId,
}

impl Command for Resend {
    type On = object::Team;
    type Reply = Invitation;
    const NAME: &'static str = "invitation.resend";
}

/// A pending invitation out of a list's row.
pub fn from_row(row: &Row, now: Timestamp) -> Option<Invitation> {
    // One that has ended has no expiry.
    let of_old = || row.read().map(|(at, email, is_admin, expires)| (at, email, is_admin, expires, String::new()));
    let (_at, email, is_admin, expires, invited_by): (i64, _, _, _, _) = row.read().or_else(of_old)?;
    let expires = Timestamp::from_millis(expires);
    (expires > now).then_some(())?;
    Some(Invitation { id: row.id.parse().ok()?, email, is_admin, dt_created: row.at, dt_expires: expires, invited_by })
}

/// What came of inviting several people: an address that is refused holds up no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    pub made: Vec<Invitation>,
    pub refused: Vec<Refused>,
}

/// An address that got no invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Its place among those that were sent, from 0.
    pub at: usize,
    pub why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Why {
    Invalid,
    Member,
    Pending,
    /// It has got many invitations today.
    Limit,
}

impl Why {
    /// The word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Member => "member",
            Self::Pending => "pending",
            Self::Limit => "limit",
        }
    }
}

/// Whether these may be invited by this caller, with who and where.
pub fn judge(
    tx: &Transaction<'_>,
    context: &Context<'_>,
    team: TeamId,
    emails: &[String],
) -> Result<(Permit, TeamRecord, Vec<Email>, Vec<Refused>), Rejection> {
    let permit = permit(tx, context, team, Action::Invite)?;
    let team_record = tx.get(&key::team(team)).ok_or_else(Rejection::not_found)?;
    if team_record.private {
        return Err(Rejection::conflict("A private workspace has one member. Make a team and invite people there."));
    }
    let (parsed, refused) = parse(tx, team, emails)?;
    let pending = pending(tx, team);
    if pending.len() + parsed.len() > PENDING_MAX {
        return Err(Rejection::conflict(format!(
            "A team has at most {PENDING_MAX} pending invitations. Cancel some first."
        )));
    }
    Ok((permit, team_record, parsed, refused))
}

/// `limited` are those among them that have got too many today.
pub fn create(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    team: TeamId,
    emails: &[String],
    is_admin: bool,
    limited: &[String],
) -> Result<Invited, Rejection> {
    let (permit, team_record, parsed, mut refused) = judge(tx, context, team, emails)?;
    let is_limited = |email: &Email| limited.iter().any(|other| lower(other) == email.key());
    // The places of those that were judged, as they were typed.
    let places =
        emails.iter().enumerate().filter(|(_, text)| Email::parse_copied(text).is_ok_and(|of| is_limited(&of)));
    refused.extend(places.map(|(at, _)| Refused { at, why: Why::Limit }));
    refused.sort_by_key(|refused| refused.at);
    let now = tx.now();
    let mut made = vec![];
    for email in parsed.into_iter().filter(|email| !is_limited(email)) {
        let record = InvitationRecord {
            id: context.id(),
            email: email.as_str().to_owned(),
            is_admin,
            created: now,
            expires: now.plus(LIFE),
            link: context.id(),
            invited_by: permit.account,
            invited_by_name: permit.member.profile.shown_name(),
            state: State::Pending,
        };
        send(tx, context, team, &team_record.name, &record);
        let event = audit::Event::of("invitation.create", record.id.as_str(), &record.email);
        let role = if is_admin { Role::Admin } else { Role::Member };
        audit::record(tx, context, &permit, &event.change("", role.as_str()));
        made.push(Invitation::from(&record));
    }
    Ok(Invited { made, refused })
}

/// Those that can be invited, and those that cannot; where none can, everything that is wrong.
pub fn parse(tx: &Transaction<'_>, team: TeamId, emails: &[String]) -> Result<(Vec<Email>, Vec<Refused>), Rejection> {
    if emails.is_empty() {
        return Err(Issue::new("emails: Enter at least one email address.").into());
    }
    if emails.len() > EMAILS_MAX {
        return Err(Issue::new(format!("emails: Invite at most {EMAILS_MAX} people at once.")).into());
    }
    let pending: Vec<String> = pending(tx, team).into_iter().map(|record| lower(&record.email)).collect();
    let (mut issues, mut refused) = (vec![], vec![]);
    let mut parsed: Vec<Email> = vec![];
    for (at, text) in emails.iter().enumerate() {
        let mut refuse = |why, sentence: String| {
            issues.push(Issue::new(format!("emails: {sentence}")));
            refused.push(Refused { at, why });
        };
        match Email::parse_copied(text) {
            Err(issue) => refuse(Why::Invalid, format!("{text}: {}", issue.message)),
            Ok(email) if has_email(tx, team, &email) => {
                refuse(Why::Member, format!("{email} is a member already."));
            }
            Ok(email) if pending.contains(&email.key()) => {
                refuse(Why::Pending, format!("{email} has an invitation already. Send that one again."));
            }
            Ok(email) if parsed.iter().any(|other| other.key() == email.key()) => {}
            Ok(email) => parsed.push(email),
        }
    }
    if parsed.is_empty() { Err(Rejection::invalid(issues)) } else { Ok((parsed, refused)) }
}

/// Whether the team has a member of this email.
fn has_email(tx: &Transaction<'_>, team: TeamId, email: &Email) -> bool {
    let sort = email.key();
    let at = ListQuery {
        order: BY_EMAIL,
        after: Some(Place { sort: sort.clone(), id: String::new() }),
        limit: Some(1),
        ..ListQuery::default()
    };
    tx.list(&key::members(team), &at).iter().any(|(_, member)| lower(&member.profile.email) == sort)
}

/// Writes both sides of an invitation and mails it.
fn send(tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId, team_name: &str, record: &InvitationRecord) {
    let InvitationRecord { id, email, is_admin, created, expires, link, invited_by_name: invited_by, .. } = record;
    tx.put(&key::invitation(team, *id), record);
    let invitee = InviteeRecord {
        team,
        is_admin: *is_admin,
        created: *created,
        expires: *expires,
        invited_by: invited_by.clone(),
    };
    tx.put(&key::invitee(&blind(context, email), *id), &invitee);
    tx.set_timer(&Forget(*id), expires.plus(REMEMBERED));
    let kind = Kind::Invitation {
        team,
        invitation: *id,
        link: *link,
        team_name: team_name.to_owned(),
        invited_by: invited_by.clone(),
        is_admin: *is_admin,
        expires: *expires,
    };
    crate::mail::send(tx, email, &context.origin.site, kind);
}

/// Forgets who made an invitation.
pub fn forget_inviter(tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId, record: &InvitationRecord) {
    tx.put(&key::invitation(team, record.id), &InvitationRecord { invited_by_name: String::new(), ..record.clone() });
    let place = key::invitee(&blind(context, &record.email), record.id);
    if let Some(invitee) = tx.get(&place) {
        tx.put(&place, &InviteeRecord { invited_by: String::new(), ..invitee });
    }
}

/// Mails it again, with a new token and seven new days.
pub fn resend(
    tx: &mut Transaction<'_>,
    context: &Context<'_>,
    team: TeamId,
    id: InvitationId,
) -> Result<Invitation, Rejection> {
    let permit = permit(tx, context, team, Action::Invite)?;
    let team_record = tx.get(&key::team(team)).ok_or_else(Rejection::not_found)?;
    let mut record = open(tx, team, id)?;
    let now = tx.now();
    if record.expires <= now {
        // Meanwhile they may have got another one, or come in by it.
        parse(tx, team, core::slice::from_ref(&record.email))?;
    }
    record.link = context.id();
    record.expires = now.plus(LIFE);
    record.invited_by = permit.account;
    record.invited_by_name = permit.member.profile.shown_name();
    send(tx, context, team, &team_record.name, &record);
    audit::record(tx, context, &permit, &audit::Event::of("invitation.resend", id.as_str(), &record.email));
    Ok(Invitation::from(&record))
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cancel {
    pub id: InvitationId,
}

impl Command for Cancel {
    type On = object::Team;
    type Reply = ();
    const NAME: &'static str = "invitation.cancel";
}

impl Rule for Cancel {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<(), Rejection> {
        let Self { id } = *self;
        let permit = permit(tx, context, team, Action::Invite)?;
        let record = open(tx, team, id)?;
        end(tx, context, team, record.clone(), State::Cancelled);
        audit::record(tx, context, &permit, &audit::Event::of("invitation.cancel", id.as_str(), &record.email));
        Ok(())
    }
}
