//! What happens next, by chance: mostly something that can succeed, sometimes something that cannot.

use crate::{
    game::{Game, NewPassword},
    invitee,
    op::{Act, Op, Program, Who},
};
use guildhall_shared::{TeamId, role::Scope};
use guildhall_worker::store::memory::Faults;

pub const PEOPLE: [&str; 8] = ["ana", "bob", "cyd", "dan", "eve", "fay", "gil", "hal"];

pub const TEAMS: [&str; 6] = ["core", "data", "edge", "flux", "gate", "hal"];

const SECRETS: [&str; 4] = ["TOKEN", "URL", "PASSWORD", "SALT"];

/// How often each act is tried.
const WEIGHTS: [(Kind, usize); 52] = [
    (Kind::SignUp, 4),
    (Kind::SignIn, 2),
    (Kind::SignOut, 1),
    (Kind::Reauthenticate, 2),
    (Kind::ChangePassword, 1),
    (Kind::RequestReset, 8),
    (Kind::Reset, 2),
    (Kind::Unlock, 2),
    (Kind::ChangeEmail, 6),
    (Kind::CancelEmail, 2),
    (Kind::UndoEmail, 1),
    (Kind::TakeBack, 2),
    (Kind::EndSession, 2),
    (Kind::EndOthers, 1),
    (Kind::Switch, 4),
    (Kind::Confirm, 7),
    (Kind::Resend, 2),
    (Kind::Deny, 1),
    (Kind::EditAccount, 5),
    (Kind::ChangeName, 4),
    (Kind::Prefer, 4),
    (Kind::CreateTeam, 4),
    (Kind::Rename, 5),
    (Kind::EditTeam, 5),
    (Kind::Invite, 10),
    (Kind::ResendInvitation, 4),
    (Kind::CancelInvitation, 3),
    (Kind::AcceptMail, 8),
    (Kind::AcceptId, 8),
    (Kind::Preview, 3),
    (Kind::Decline, 3),
    (Kind::SetAdmin, 10),
    (Kind::Remove, 5),
    (Kind::Leave, 3),
    (Kind::MakeKey, 5),
    (Kind::RevokeKey, 4),
    (Kind::CreateSecret, 10),
    (Kind::UpdateSecret, 12),
    (Kind::DeleteSecret, 6),
    (Kind::AddSshKey, 5),
    (Kind::RemoveSshKey, 3),
    (Kind::BeginTotp, 5),
    (Kind::ConfirmTotp, 10),
    (Kind::EndTotp, 5),
    (Kind::MakeCodes, 4),
    (Kind::AnswerChallenge, 8),
    (Kind::ProveFactor, 5),
    (Kind::AddPasskey, 3),
    (Kind::ChangePasskey, 8),
    (Kind::SignInByPasskey, 4),
    (Kind::Deactivate, 4),
    (Kind::ComeBack, 1),
];

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    SignUp,
    SignIn,
    SignOut,
    Reauthenticate,
    ChangePassword,
    RequestReset,
    Reset,
    Unlock,
    ChangeEmail,
    CancelEmail,
    UndoEmail,
    TakeBack,
    EndSession,
    EndOthers,
    Switch,
    Confirm,
    Resend,
    Deny,
    EditAccount,
    ChangeName,
    Prefer,
    CreateTeam,
    Rename,
    EditTeam,
    Invite,
    ResendInvitation,
    CancelInvitation,
    AcceptMail,
    AcceptId,
    Preview,
    Decline,
    SetAdmin,
    Remove,
    Leave,
    MakeKey,
    RevokeKey,
    CreateSecret,
    UpdateSecret,
    DeleteSecret,
    AddSshKey,
    RemoveSshKey,
    BeginTotp,
    ConfirmTotp,
    EndTotp,
    MakeCodes,
    AnswerChallenge,
    ProveFactor,
    AddPasskey,
    ChangePasskey,
    SignInByPasskey,
    Deactivate,
    ComeBack,
}

impl Game {
    /// The next call.
    pub fn choose(&mut self) -> Op {
        let all: usize = WEIGHTS.iter().map(|(_, weight)| weight).sum();
        // One browser whose session has ended is enough.
        let ended: Vec<usize> = (0..self.seats.len()).filter(|at| !self.is_signed_in(&self.seats[*at])).collect();
        for at in ended.iter().skip(1).rev() {
            let seat = self.seats.remove(*at);
            self.past.push(seat);
        }
        let is_lonely = self.seats.len() - ended.len().min(1) < 5 && self.chance.percent(50);
        if let Some((who, act)) = self.come_back().filter(|_| is_lonely) {
            return Op::by(who, act);
        }
        loop {
            let mut at = self.chance.below(all);
            let mut weights = WEIGHTS.iter();
            let kind = loop {
                let (kind, weight) = weights.next().unwrap();
                if at < *weight {
                    break *kind;
                }
                at -= weight;
            };
            if let Some((who, act)) = self.act(kind) {
                return Op::by(who, act);
            }
        }
    }

    pub fn act(&mut self, kind: Kind) -> NewPassword {
        match kind {
            Kind::SignUp
            | Kind::SignIn
            | Kind::RequestReset
            | Kind::Reset
            | Kind::Unlock
            | Kind::UndoEmail
            | Kind::TakeBack
            | Kind::Deny => self.act_of_nobody(kind),
            Kind::Switch
            | Kind::Rename
            | Kind::EditTeam
            | Kind::Invite
            | Kind::ResendInvitation
            | Kind::CancelInvitation
            | Kind::SetAdmin
            | Kind::Remove
            | Kind::Leave
            | Kind::MakeKey
            | Kind::RevokeKey
            | Kind::CreateSecret
            | Kind::UpdateSecret
            | Kind::DeleteSecret => {
                let team = self.a_team()?;
                let who = self.somebody_of(team)?;
                let is_person = matches!(who, Who::Seat(_));
                if matches!(kind, Kind::Switch | Kind::MakeKey) && !is_person {
                    return None;
                }
                let act = self.act_on(kind, team, &who)?;
                Some((Some(who), act))
            }
            Kind::CreateTeam | Kind::AcceptMail | Kind::AcceptId => {
                let act = match kind {
                    Kind::CreateTeam => Act::CreateTeam { namespace: self.chance.pick(&TEAMS)?.to_owned() },
                    Kind::AcceptMail => {
                        let offers = self.offers();
                        Act::AcceptMail(self.chance.pick(&offers)?)
                    }
                    _ => {
                        let offers = self.offers();
                        let offer = self.chance.pick(&offers)?;
                        Act::AcceptId { id: offer.id, team: offer.team }
                    }
                };
                let who = self.a_person_for(&act)?;
                Some((Some(who), act))
            }
            Kind::Preview | Kind::Decline => self.choose_invitee(kind == Kind::Preview),
            Kind::AddSshKey | Kind::RemoveSshKey => self.choose_ssh_key(kind == Kind::AddSshKey),
            Kind::BeginTotp
            | Kind::ConfirmTotp
            | Kind::EndTotp
            | Kind::MakeCodes
            | Kind::AnswerChallenge
            | Kind::ProveFactor => self.choose_factor(kind),
            Kind::AddPasskey | Kind::ChangePasskey => self.choose_passkey(kind == Kind::AddPasskey),
            Kind::SignInByPasskey => self.choose_passkey_sign_in(),
            Kind::Deactivate => self.choose_leaving(),
            Kind::ComeBack => self.choose_come_back(),
            kind => self.act_on_oneself(kind),
        }
    }

    fn act_on(&mut self, kind: Kind, team: TeamId, who: &Who) -> Option<Act> {
        let standing = self.state.teams[&team].clone();
        let members: Vec<_> = standing.members.keys().copied().collect();
        let invitations: Vec<_> = standing.invitations.keys().copied().collect();
        let is_admin = self.chance.percent(50);
        let secret = self.chance.pick(&SECRETS)?.to_owned();
        Some(match kind {
            Kind::Switch => Act::Switch { team },
            Kind::Rename => Act::Rename { team, namespace: self.chance.pick(&TEAMS)?.to_owned() },
            Kind::EditTeam => Act::EditTeam { team, bio: self.new_name("About ") },
            Kind::Invite => {
                let mut emails = vec![crate::op::email_of(self.chance.pick(&PEOPLE)?)];
                if self.chance.percent(30) {
                    let other = crate::op::email_of(self.chance.pick(&PEOPLE)?);
                    emails.retain(|email| *email != other);
                    emails.push(other);
                }
                Act::Invite { team, emails, is_admin }
            }
            Kind::ResendInvitation => Act::ResendInvitation { team, id: self.chance.pick(&invitations)? },
            Kind::CancelInvitation => Act::CancelInvitation { team, id: self.chance.pick(&invitations)? },
            Kind::SetAdmin => Act::SetAdmin { team, account: self.chance.pick(&members)?, is_admin },
            Kind::Remove => Act::Remove { team, account: self.chance.pick(&members)? },
            Kind::Leave => Act::Remove { team, account: who.account() },
            Kind::MakeKey => {
                let scopes = if self.chance.percent(80) { vec![Scope::Read, Scope::Write] } else { vec![Scope::Read] };
                let expires = self.chance.percent(20).then(|| self.world.now().plus(40 * 60_000));
                Act::MakeKey { team, name: self.new_name("Key "), scopes, expires }
            }
            Kind::RevokeKey => {
                let keys: Vec<_> = standing.keys.keys().copied().collect();
                Act::RevokeKey { team, id: self.chance.pick(&keys)? }
            }
            Kind::CreateSecret => Act::CreateSecret { team, name: secret },
            Kind::UpdateSecret => Act::UpdateSecret { team, name: secret },
            _ => Act::DeleteSecret { team, name: secret },
        })
    }

    pub fn new_name(&mut self, start: &str) -> String {
        self.made += 1;
        format!("{start}{}", self.made)
    }

    fn a_team(&mut self) -> Option<TeamId> {
        let shared = self.chance.percent(90);
        let teams: Vec<TeamId> =
            self.state.teams.iter().filter(|(_, team)| team.is_private != shared).map(|(id, _)| *id).collect();
        self.chance.pick(&teams)
    }

    /// Mostly a member of the team, sometimes a program, sometimes a stranger.
    fn somebody_of(&mut self, team: TeamId) -> Option<Who> {
        if self.chance.percent(20) {
            let is_own = self.chance.percent(90);
            // Whether a key has ended yet, the teams know that have heard of it.
            let is_clear = |p: &Program| self.is_told(p.maker);
            let programs: Vec<_> =
                self.programs.iter().filter(|p| (p.team == team) == is_own && is_clear(p)).cloned().collect();
            if let Some(program) = self.chance.pick(&programs) {
                return Some(Who::Program(program));
            }
        }
        let members = &self.state.teams[&team].members;
        let theirs: Vec<_> = self.seats.iter().filter(|seat| members.contains_key(&seat.account)).cloned().collect();
        let seats = if self.chance.percent(88) && !theirs.is_empty() { theirs } else { self.seats.clone() };
        self.chance.pick(&seats).map(Who::Seat)
    }

    /// Mostly whom the link or invitation is meant for.
    pub fn a_person_for(&mut self, act: &Act) -> Option<Who> {
        let email_of = |team: &TeamId, id| {
            let invitation = self.state.teams.get(team).and_then(|team| team.invitations.get(id))?;
            Some(invitation.email.clone())
        };
        let email = match act {
            Act::AcceptMail(offer) => email_of(&offer.team, &offer.id),
            Act::AcceptId { id, team } | Act::Invitee(invitee::Act::DeclineId { id, team }) => email_of(team, id),
            // An email that waits is confirmed by the account that has another one.
            Act::Confirm(of) => self.state.accounts.get(&of.account).map(|account| account.email.clone()),
            Act::Resend => {
                let open = self.state.accounts.values().find(|account| !account.is_confirmed);
                open.map(|account| account.email.clone())
            }
            _ => None,
        };
        let is_meant = |account: &guildhall_shared::AccountId| {
            self.state.accounts.get(account).is_some_and(|account| Some(&account.email) == email.as_ref())
        };
        let meant: Vec<_> = self.seats.iter().filter(|seat| is_meant(&seat.account)).cloned().collect();
        let seats = if self.chance.percent(85) && !meant.is_empty() { meant } else { self.seats.clone() };
        self.chance.pick(&seats).map(Who::Seat)
    }

    /// What goes wrong in the next phase.
    pub fn choose_faults(&mut self) -> Faults {
        let mut often = |most: usize| {
            if self.chance.percent(40) { u32::try_from(self.chance.below(most)).unwrap() } else { 0 }
        };
        Faults {
            read: 0,
            put_before: often(400),
            put_after: often(300),
            put_delay: often(1500),
            call_before: often(120),
            call_after: often(120),
            commit: often(80),
            mail: often(400),
            random: 0,
            one_put_per_second: self.chance.percent(50),
        }
    }

    /// How long nothing is called.
    pub fn choose_pause(&mut self) -> i64 {
        const SECOND: i64 = 1000;
        let pauses = [
            (SECOND, 25),
            (5 * SECOND, 20),
            (40 * SECOND, 20),
            (6 * 60 * SECOND, 12),
            (16 * 60 * SECOND, 8),
            (3 * 60 * 60 * SECOND, 6),
            (25 * 60 * 60 * SECOND, 5),
            (8 * 24 * 60 * 60 * SECOND, 3),
            (38 * 24 * 60 * 60 * SECOND, 1),
        ];
        if self.state.accounts.values().any(|account| account.deactivated.is_some()) && self.chance.percent(20) {
            return 15 * 24 * 60 * 60 * SECOND;
        }
        let mut at = self.chance.below(100);
        for (pause, weight) in pauses {
            if at < weight {
                return pause;
            }
            at -= weight;
        }
        SECOND
    }
}

/// Whether a call may not go out together with others: two that mint the same link cannot be told
/// apart, and a browser that signs in as another is signed out only after its answer.
pub fn is_alone(op: &Op, others: &[Op]) -> bool {
    let signs_over = |op: &Op| op.act.signs_in() && op.who.is_some();
    if signs_over(op) && !others.is_empty() {
        return true;
    }
    others.iter().any(|other| match (&op.act, &other.act) {
        (Act::ResendInvitation { id, .. }, Act::ResendInvitation { id: other, .. }) => id == other,
        (Act::Resend, Act::Resend) => true,
        _ if op.remakes().is_some() && op.remakes() == other.remakes() => true,
        _ => signs_over(other),
    })
}
