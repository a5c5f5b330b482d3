//! What can happen: one call of the API, with everything it is sent.

use crate::support::{Actor, PASSWORD, Reply};
use guildhall_shared::{
    AccountId, ApiKeyId, InvitationId, SessionId, TeamId, Timestamp, id::LinkId, path, role::Scope,
};
use guildhall_worker::{object::ObjectName, store::memory::World};
use serde_json::json;
use std::rc::Rc;

/// A browser that is, or was, signed in.
#[derive(Clone)]
pub struct Seat {
    pub account: AccountId,
    pub session: SessionId,
    pub actor: Actor,
}

/// A program with a key.
#[derive(Clone)]
pub struct Program {
    pub team: TeamId,
    pub key: ApiKeyId,
    pub maker: AccountId,
    pub actor: Actor,
}

#[derive(Clone)]
pub enum Who {
    Seat(Seat),
    Program(Program),
}

impl Who {
    pub fn actor(&self) -> &Actor {
        match self {
            Self::Seat(seat) => &seat.actor,
            Self::Program(program) => &program.actor,
        }
    }

    pub fn account(&self) -> AccountId {
        match self {
            Self::Seat(seat) => seat.account,
            Self::Program(program) => program.maker,
        }
    }
}

/// A link of a confirmation mail.
#[derive(Debug, Clone)]
pub struct Confirmation {
    pub token: String,
    pub account: AccountId,
    pub link: LinkId,
}

/// A link of an invitation's mail.
#[derive(Debug, Clone)]
pub struct Offer {
    pub token: String,
    pub team: TeamId,
    pub id: InvitationId,
    pub link: LinkId,
}

#[derive(Clone)]
pub enum Act {
    SignUp { name: String, offer: Option<Offer> },
    SignIn { name: String, is_right: bool },
    SignOut,
    Reauthenticate { is_right: bool },
    Switch { team: TeamId },
    Confirm(Confirmation),
    Resend,
    Deny(Confirmation),
    EditAccount { first_name: String },
    CreateTeam { namespace: String },
    Rename { team: TeamId, namespace: String },
    EditTeam { team: TeamId, bio: String },
    Invite { team: TeamId, emails: Vec<String>, is_admin: bool },
    ResendInvitation { team: TeamId, id: InvitationId },
    CancelInvitation { team: TeamId, id: InvitationId },
    AcceptMail(Offer),
    AcceptId { id: InvitationId, team: TeamId },
    SetAdmin { team: TeamId, account: AccountId, is_admin: bool },
    Remove { team: TeamId, account: AccountId },
    MakeKey { team: TeamId, name: String, scopes: Vec<Scope>, expires: Option<Timestamp> },
    RevokeKey { team: TeamId, id: ApiKeyId },
    CreateSecret { team: TeamId, name: String },
    UpdateSecret { team: TeamId, name: String },
    DeleteSecret { team: TeamId, name: String },
}

/// An act, who does it, and what it is bound to.
#[derive(Clone)]
pub struct Op {
    /// `None` for whoever has no credential.
    pub who: Option<Who>,
    pub act: Act,
    /// A revision, and whether it is still the current one.
    pub if_match: Option<(u64, bool)>,
    pub idempotency: Option<String>,
}

pub fn email_of(name: &str) -> String {
    format!("{name}@example.com")
}

impl Act {
    pub fn team(&self) -> Option<TeamId> {
        match self {
            Self::Switch { team }
            | Self::Rename { team, .. }
            | Self::EditTeam { team, .. }
            | Self::Invite { team, .. }
            | Self::ResendInvitation { team, .. }
            | Self::CancelInvitation { team, .. }
            | Self::AcceptMail(Offer { team, .. })
            | Self::AcceptId { team, .. }
            | Self::SetAdmin { team, .. }
            | Self::Remove { team, .. }
            | Self::MakeKey { team, .. }
            | Self::RevokeKey { team, .. }
            | Self::CreateSecret { team, .. }
            | Self::UpdateSecret { team, .. }
            | Self::DeleteSecret { team, .. } => Some(*team),
            Self::SignUp { .. }
            | Self::SignIn { .. }
            | Self::SignOut
            | Self::Reauthenticate { .. }
            | Self::Confirm(_)
            | Self::Resend
            | Self::Deny(_)
            | Self::EditAccount { .. }
            | Self::CreateTeam { .. } => None,
        }
    }

    /// The name that it would take.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::SignUp { name, .. } => Some(name),
            Self::CreateTeam { namespace } | Self::Rename { namespace, .. } => Some(namespace),
            _ => None,
        }
    }

    /// What a success answers.
    pub fn success(&self) -> u16 {
        match self {
            Self::SignUp { .. }
            | Self::CreateTeam { .. }
            | Self::Invite { .. }
            | Self::MakeKey { .. }
            | Self::CreateSecret { .. } => 201,
            Self::SignIn { .. }
            | Self::Switch { .. }
            | Self::EditAccount { .. }
            | Self::Rename { .. }
            | Self::EditTeam { .. }
            | Self::ResendInvitation { .. }
            | Self::AcceptMail(_)
            | Self::AcceptId { .. }
            | Self::SetAdmin { .. }
            | Self::UpdateSecret { .. } => 200,
            Self::Resend => 202,
            Self::SignOut
            | Self::Reauthenticate { .. }
            | Self::Confirm(_)
            | Self::Deny(_)
            | Self::CancelInvitation { .. }
            | Self::Remove { .. }
            | Self::RevokeKey { .. }
            | Self::DeleteSecret { .. } => 204,
        }
    }
}

impl Op {
    pub fn by(who: Option<Who>, act: Act) -> Self {
        Self { who, act, if_match: None, idempotency: None }
    }

    /// The objects whose state it may change, as far as they are known beforehand.
    pub fn touches(&self) -> Vec<ObjectName> {
        let mut objects: Vec<ObjectName> = self.act.team().map(ObjectName::Team).into_iter().collect();
        objects.extend(self.who.as_ref().map(|who| ObjectName::Account(who.account())));
        if let Act::Deny(of) | Act::Confirm(of) = &self.act {
            objects.push(ObjectName::Account(of.account));
        }
        objects
    }

    pub async fn send(&self, world: &Rc<World>) -> Reply {
        let mut by = self.who.as_ref().map_or_else(|| Actor::nobody(world), |who| who.actor().clone());
        if let Some((revision, _)) = self.if_match {
            by = by.with("if-match", &format!("\"{revision}\""));
        }
        if let Some(key) = &self.idempotency {
            by = by.with("idempotency-key", key);
        }
        match &self.act {
            Act::SignUp { name, offer } => {
                let mut body = json!({ "email": email_of(name), "password": PASSWORD, "username": name });
                if let Some(offer) = offer {
                    body["invitation"] = json!(offer.token);
                }
                by.with("cf-connecting-ip", &format!("2001:db8::{name}")).post(path::SIGN_UP, body).await
            }
            Act::SignIn { name, is_right } => {
                let body = json!({ "email": email_of(name), "password": password(*is_right) });
                by.with("cf-connecting-ip", &format!("2001:db8::{name}")).post(path::SIGN_IN, body).await
            }
            Act::SignOut => by.post_nothing(path::SIGN_OUT).await,
            Act::Reauthenticate { is_right } => {
                by.post(path::REAUTHENTICATE, json!({ "password": password(*is_right) })).await
            }
            Act::Switch { team } => by.put(path::SESSION_TEAM, json!({ "team": team })).await,
            Act::Confirm(of) => by.post(path::CONFIRM_EMAIL, json!({ "token": of.token })).await,
            Act::Resend => by.post_nothing(path::CONFIRM_EMAIL_RESEND).await,
            Act::Deny(of) => by.post(path::CONFIRM_EMAIL_DENY, json!({ "token": of.token })).await,
            Act::EditAccount { first_name } => by.patch(path::ACCOUNT, json!({ "firstName": first_name })).await,
            Act::CreateTeam { namespace } => {
                by.post(path::TEAMS, json!({ "name": namespace, "namespace": namespace })).await
            }
            Act::Rename { team, namespace } => by.patch(path::team(team), json!({ "namespace": namespace })).await,
            Act::EditTeam { team, bio } => by.patch(path::team(team), json!({ "bio": bio })).await,
            Act::Invite { team, emails, is_admin } => {
                by.post(path::team_invitations(team), json!({ "emails": emails, "isAdmin": is_admin })).await
            }
            Act::ResendInvitation { team, id } => by.post_nothing(path::team_invitation_resend(team, id)).await,
            Act::CancelInvitation { team, id } => by.delete(path::team_invitation(team, id)).await,
            Act::AcceptMail(offer) => by.post(path::INVITATIONS_ACCEPT, json!({ "token": offer.token })).await,
            Act::AcceptId { id, .. } => by.post(path::INVITATIONS_ACCEPT, json!({ "id": id })).await,
            Act::SetAdmin { team, account, is_admin } => {
                by.put(path::team_member(team, account), json!({ "isAdmin": is_admin })).await
            }
            Act::Remove { team, account } => by.delete(path::team_member(team, account)).await,
            Act::MakeKey { team, name, scopes, expires } => {
                let mut body = json!({ "name": name, "scopes": scopes });
                if let Some(expires) = expires {
                    body["dtExpires"] = json!(expires);
                }
                by.post(path::team_api_keys(team), body).await
            }
            Act::RevokeKey { team, id } => by.delete(path::team_api_key(team, id)).await,
            Act::CreateSecret { team, name } => {
                by.post(path::team_secrets(team), json!({ "name": name, "value": "first" })).await
            }
            Act::UpdateSecret { team, name } => {
                by.patch(path::team_secret(team, name), json!({ "value": "next" })).await
            }
            Act::DeleteSecret { team, name } => by.delete(path::team_secret(team, name)).await,
        }
    }
}

fn password(is_right: bool) -> &'static str {
    if is_right { PASSWORD } else { "short-goat-lake-9" }
}

/// For the log of a history: what is done, by whom.
impl core::fmt::Display for Op {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match &self.who {
            None => write!(f, "nobody ")?,
            Some(Who::Seat(seat)) => write!(f, "{} ({}) ", seat.account, seat.session)?,
            Some(Who::Program(program)) => write!(f, "{} by key {} ", program.maker, program.key)?,
        }
        match &self.act {
            Act::SignUp { name, offer } => write!(f, "signs up as {name}, offer {offer:?}"),
            Act::SignIn { name, is_right } => write!(f, "signs in as {name}, right {is_right}"),
            Act::SignOut => write!(f, "signs out"),
            Act::Reauthenticate { is_right } => write!(f, "reauthenticates, right {is_right}"),
            Act::Switch { team } => write!(f, "switches to {team}"),
            Act::Confirm(of) => write!(f, "confirms {} by {}", of.account, of.link),
            Act::Resend => write!(f, "asks for the confirmation again"),
            Act::Deny(of) => write!(f, "denies {} by {}", of.account, of.link),
            Act::EditAccount { first_name } => write!(f, "is called {first_name}"),
            Act::CreateTeam { namespace } => write!(f, "makes the team {namespace}"),
            Act::Rename { team, namespace } => write!(f, "renames {team} to {namespace}"),
            Act::EditTeam { team, bio } => write!(f, "edits {team}: {bio}"),
            Act::Invite { team, emails, is_admin } => write!(f, "invites {emails:?} to {team}, admin {is_admin}"),
            Act::ResendInvitation { team, id } => write!(f, "sends {id} of {team} again"),
            Act::CancelInvitation { team, id } => write!(f, "cancels {id} of {team}"),
            Act::AcceptMail(offer) => write!(f, "accepts {} of {} by {}", offer.id, offer.team, offer.link),
            Act::AcceptId { id, team } => write!(f, "accepts {id} of {team}"),
            Act::SetAdmin { team, account, is_admin } => write!(f, "sets {account} of {team}, admin {is_admin}"),
            Act::Remove { team, account } => write!(f, "removes {account} of {team}"),
            Act::MakeKey { team, name, expires, .. } => write!(f, "makes {name} in {team}, expires {expires:?}"),
            Act::RevokeKey { team, id } => write!(f, "revokes {id} of {team}"),
            Act::CreateSecret { team, name } => write!(f, "creates {name} in {team}"),
            Act::UpdateSecret { team, name } => write!(f, "updates {name} of {team}"),
            Act::DeleteSecret { team, name } => write!(f, "deletes {name} of {team}"),
        }?;
        write!(f, " {:?} {:?}", self.if_match, self.idempotency)
    }
}
