//! What can happen: one call of the API, with everything it is sent.

use crate::{
    factor, invitee, leaving, passkey, ssh_key,
    support::{Actor, PASSWORD, Reply},
};
use guildhall_shared::{
    AccountId, ApiKeyId, InvitationId, SessionId, TeamId, Timestamp,
    id::{DeviceId, LinkId},
    path,
    role::Scope,
};
use guildhall_worker::{
    access::actor::devices, credentials::secret::Installation, http::message, object::ObjectName, store::memory::World,
};
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

/// A link of a mail to an account.
#[derive(Debug, Clone)]
pub struct Mailed {
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

#[derive(Debug, Clone)]
pub enum Act {
    SignUp { name: String, offer: Option<Offer> },
    SignIn { email: String, password: &'static str },
    SignOut,
    Reauthenticate { password: &'static str },
    ChangePassword { password: &'static str },
    RequestReset { email: String },
    Reset { by: Mailed, password: &'static str },
    Unlock(Mailed),
    ChangeEmail { email: String },
    CancelEmail,
    UndoEmail { by: Mailed, password: &'static str },
    TakeBack { by: Mailed, password: &'static str },
    EndSession { session: SessionId },
    EndOthers,
    Switch { team: TeamId },
    Confirm(Mailed),
    Resend,
    Deny(Mailed),
    EditAccount { first_name: String },
    ChangeName { name: String },
    Prefer { team: TeamId, theme: &'static str },
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
    SshKey(ssh_key::Act),
    Factor(factor::Act),
    Passkey(passkey::Act),
    Leaving(leaving::Act),
    Invitee(invitee::Act),
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
    /// Another for each call: only tests of the limits are to meet the limits.
    pub network: usize,
}

/// Whoever is called `ana2`, for `ana` is nobody's name again, has the email that was hers.
pub fn email_of(name: &str) -> String {
    format!("{}@example.com", name.trim_end_matches('2'))
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
            Self::Invitee(act) => Some(act.team()),
            Self::SignUp { .. }
            | Self::SignIn { .. }
            | Self::SignOut
            | Self::Reauthenticate { .. }
            | Self::ChangePassword { .. }
            | Self::RequestReset { .. }
            | Self::Reset { .. }
            | Self::Unlock(_)
            | Self::ChangeEmail { .. }
            | Self::CancelEmail
            | Self::UndoEmail { .. }
            | Self::TakeBack { .. }
            | Self::EndSession { .. }
            | Self::EndOthers
            | Self::Confirm(_)
            | Self::Resend
            | Self::Deny(_)
            | Self::EditAccount { .. }
            | Self::ChangeName { .. }
            | Self::Prefer { .. }
            | Self::CreateTeam { .. }
            | Self::SshKey(_)
            | Self::Factor(_)
            | Self::Passkey(_)
            | Self::Leaving(_) => None,
        }
    }

    /// The name that it would take.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::SignUp { name, .. } | Self::ChangeName { name } => Some(name),
            Self::CreateTeam { namespace } | Self::Rename { namespace, .. } => Some(namespace),
            _ => None,
        }
    }

    /// The password that it would set.
    pub fn password(&self) -> Option<&'static str> {
        match self {
            Self::SignUp { .. } => Some(PASSWORD),
            Self::ChangePassword { password }
            | Self::Reset { password, .. }
            | Self::UndoEmail { password, .. }
            | Self::TakeBack { password, .. } => Some(password),
            _ => None,
        }
    }

    /// The link that it uses.
    pub fn mailed(&self) -> Option<&Mailed> {
        match self {
            Self::Confirm(by)
            | Self::Deny(by)
            | Self::Unlock(by)
            | Self::Reset { by, .. }
            | Self::UndoEmail { by, .. }
            | Self::TakeBack { by, .. }
            | Self::Factor(factor::Act::AnswerChallenge { by, .. })
            | Self::Leaving(leaving::Act::ComeBack { by }) => Some(by),
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
            | Self::Reset { .. }
            | Self::UndoEmail { .. }
            | Self::TakeBack { .. }
            | Self::Switch { .. }
            | Self::EditAccount { .. }
            | Self::ChangeName { .. }
            | Self::Prefer { .. }
            | Self::Rename { .. }
            | Self::EditTeam { .. }
            | Self::ResendInvitation { .. }
            | Self::AcceptMail(_)
            | Self::AcceptId { .. }
            | Self::SetAdmin { .. }
            | Self::UpdateSecret { .. } => 200,
            Self::Resend | Self::RequestReset { .. } | Self::ChangeEmail { .. } => 202,
            Self::SignOut
            | Self::Reauthenticate { .. }
            | Self::ChangePassword { .. }
            | Self::Unlock(_)
            | Self::CancelEmail
            | Self::EndSession { .. }
            | Self::EndOthers
            | Self::Confirm(_)
            | Self::Deny(_)
            | Self::CancelInvitation { .. }
            | Self::Remove { .. }
            | Self::RevokeKey { .. }
            | Self::DeleteSecret { .. } => 204,
            Self::SshKey(act) => act.success(),
            Self::Factor(act) => act.success(),
            Self::Passkey(act) => act.success(),
            Self::Leaving(act) => act.success(),
            Self::Invitee(act) => act.success(),
        }
    }

    /// Whether only somebody may who has proved of late who they are.
    pub fn wants_recent(&self) -> bool {
        match self {
            Self::MakeKey { .. }
            | Self::ChangePassword { .. }
            | Self::ChangeEmail { .. }
            | Self::EndSession { .. }
            | Self::EndOthers
            | Self::Leaving(_) => true,
            Self::SshKey(act) => matches!(act, ssh_key::Act::AddSshKey { .. }),
            Self::Factor(act) => !matches!(act, factor::Act::ProveFactor { .. }),
            Self::Passkey(act) => !matches!(act, passkey::Act::RenamePasskey { .. }),
            _ => false,
        }
    }

    /// Whether it changes what signs in: where a second factor is on, that has to be proved.
    pub fn wants_factor(&self) -> bool {
        match self {
            Self::ChangePassword { .. } | Self::ChangeEmail { .. } => true,
            Self::Factor(act) => matches!(act, factor::Act::BeginTotp | factor::Act::ConfirmTotp { .. }),
            Self::Passkey(act) => {
                matches!(act, passkey::Act::AddPasskey { .. } | passkey::Act::RemovePasskey { .. })
            }
            _ => false,
        }
    }

    /// Whether it ends in a session.
    pub fn signs_in(&self) -> bool {
        matches!(
            self,
            Self::SignIn { .. }
                | Self::Factor(factor::Act::AnswerChallenge { .. })
                | Self::Passkey(passkey::Act::SignInByPasskey { .. })
        )
    }
}

impl Op {
    pub fn by(who: Option<Who>, act: Act) -> Self {
        Self { who, act, if_match: None, idempotency: None, network: 0 }
    }

    /// The objects whose state it may change, as far as they are known beforehand.
    pub fn touches(&self) -> Vec<ObjectName> {
        let mut objects: Vec<ObjectName> = self.act.team().map(ObjectName::Team).into_iter().collect();
        objects.extend(self.who.as_ref().map(|who| ObjectName::Account(who.account())));
        if let Act::Passkey(passkey::Act::SignInByPasskey { account, .. }) = &self.act {
            objects.push(ObjectName::Account(*account));
        }
        objects.extend(self.act.mailed().map(|by| ObjectName::Account(by.account)));
        objects
    }

    pub async fn send(&self, world: &Rc<World>) -> Reply {
        let by = self.who.as_ref().map_or_else(|| Actor::nobody(world), |who| who.actor().clone());
        let mut by = by.with("cf-connecting-ip", &format!("2001:db8:{:x}::1", self.network));
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
                by.post(path::SIGN_UP, body).await
            }
            Act::SignIn { email, password } => {
                by.post(path::SIGN_IN, json!({ "email": email, "password": password })).await
            }
            Act::SignOut => by.post_nothing(path::SIGN_OUT).await,
            Act::Reauthenticate { password } => by.post(path::REAUTHENTICATE, json!({ "password": password })).await,
            Act::ChangePassword { password } => by.put(path::ACCOUNT_PASSWORD, json!({ "password": password })).await,
            Act::RequestReset { email } => by.post(path::PASSWORD_RESET, json!({ "email": email })).await,
            Act::Reset { by: Mailed { token, .. }, password } => {
                by.put(path::PASSWORD_RESET, json!({ "token": token, "password": password })).await
            }
            Act::Unlock(of) => by.post(path::UNLOCK, json!({ "token": of.token })).await,
            Act::ChangeEmail { email } => by.post(path::ACCOUNT_EMAIL, json!({ "email": email })).await,
            Act::CancelEmail => by.delete(path::ACCOUNT_EMAIL).await,
            Act::UndoEmail { by: Mailed { token, .. }, password } => {
                by.post(path::EMAIL_UNDO, json!({ "token": token, "password": password })).await
            }
            Act::TakeBack { by: Mailed { token, .. }, password } => {
                by.post(path::TAKE_BACK, json!({ "token": token, "password": password })).await
            }
            Act::EndSession { session } => by.delete(path::account_session(session)).await,
            Act::EndOthers => by.delete(path::ACCOUNT_SESSIONS).await,
            Act::ChangeName { name } => by.patch(path::ACCOUNT, json!({ "username": name })).await,
            Act::Prefer { team, theme } => {
                by.patch(path::ACCOUNT, json!({ "defaultTeam": team, "theme": theme })).await
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
            Act::SshKey(act) => act.send(&by).await,
            Act::Factor(act) => act.send(&by, self.who.as_ref()).await,
            Act::Passkey(act) => act.send(&by, self.who.as_ref()).await,
            Act::Leaving(act) => act.send(&by).await,
            Act::Invitee(act) => act.send(&by).await,
        }
    }
}

/// The browsers that a caller says it is, each of an account.
pub fn devices_of(who: Option<&Who>) -> Vec<(AccountId, DeviceId)> {
    let credential = who.and_then(|who| who.actor().credential.clone());
    let headers = message::headers(credential);
    devices(&Installation::fixed(), &headers).into_iter().map(|shown| (shown.account, shown.device)).collect()
}
