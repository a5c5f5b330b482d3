//! What happens next, by chance: mostly something that can succeed, sometimes something that cannot.

use crate::{
    game::Game,
    op::{Act, Confirmation, Offer, Op, Who},
};
use guildhall_shared::{TeamId, role::Scope};
use guildhall_worker::{
    auth::{secret::Installation, token::Link},
    store::memory::Faults,
};

const PEOPLE: [&str; 8] = ["ana", "bob", "cyd", "dan", "eve", "fay", "gil", "hal"];
const TEAMS: [&str; 6] = ["core", "data", "edge", "flux", "gate", "hal"];
const SECRETS: [&str; 4] = ["TOKEN", "URL", "PASSWORD", "SALT"];

/// How often each act is tried.
const WEIGHTS: [(Kind, usize); 25] = [
    (Kind::SignUp, 2),
    (Kind::SignIn, 1),
    (Kind::SignOut, 1),
    (Kind::Reauthenticate, 2),
    (Kind::Switch, 4),
    (Kind::Confirm, 3),
    (Kind::Resend, 2),
    (Kind::Deny, 1),
    (Kind::EditAccount, 6),
    (Kind::CreateTeam, 4),
    (Kind::Rename, 5),
    (Kind::EditTeam, 5),
    (Kind::Invite, 10),
    (Kind::ResendInvitation, 4),
    (Kind::CancelInvitation, 3),
    (Kind::AcceptMail, 8),
    (Kind::AcceptId, 8),
    (Kind::SetAdmin, 10),
    (Kind::Remove, 5),
    (Kind::Leave, 3),
    (Kind::MakeKey, 5),
    (Kind::RevokeKey, 4),
    (Kind::CreateSecret, 10),
    (Kind::UpdateSecret, 12),
    (Kind::DeleteSecret, 6),
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    SignUp,
    SignIn,
    SignOut,
    Reauthenticate,
    Switch,
    Confirm,
    Resend,
    Deny,
    EditAccount,
    CreateTeam,
    Rename,
    EditTeam,
    Invite,
    ResendInvitation,
    CancelInvitation,
    AcceptMail,
    AcceptId,
    SetAdmin,
    Remove,
    Leave,
    MakeKey,
    RevokeKey,
    CreateSecret,
    UpdateSecret,
    DeleteSecret,
}

impl Game {
    /// The next call.
    pub fn choose(&mut self) -> Op {
        let all: usize = WEIGHTS.iter().map(|(_, weight)| weight).sum();
        // A few browsers whose session has ended are enough.
        let ended = self.seats.iter().filter(|seat| !self.is_signed_in(seat)).count();
        if ended > 2 {
            let at = self.seats.iter().position(|seat| !self.is_signed_in(seat));
            at.map(|at| self.seats.remove(at));
        }
        let names: Vec<String> = self.state.accounts.values().map(|account| account.username.clone()).collect();
        let is_lonely = self.seats.len() < 4 && self.chance.percent(50);
        if let Some(name) = self.chance.pick(&names).filter(|_| is_lonely) {
            return Op::by(None, Act::SignIn { name, is_right: true });
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

    fn act(&mut self, kind: Kind) -> Option<(Option<Who>, Act)> {
        match kind {
            Kind::SignUp => {
                let offers: Vec<Option<Offer>> = self.offers().into_iter().map(Some).chain([None]).collect();
                let offer = self.chance.pick(&offers)?;
                let invited = offer.as_ref().and_then(|offer| {
                    let team = self.state.teams.get(&offer.team)?;
                    Some(team.invitations.get(&offer.id)?.email.split('@').next()?.to_owned())
                });
                let name = match invited {
                    Some(name) if self.chance.percent(80) => name,
                    _ => self.chance.pick(&[PEOPLE.as_slice(), TEAMS.as_slice()].concat())?.to_owned(),
                };
                // A name that has an account is tried now and then; each costs an Argon2.
                let is_new = self.state.account_named(&name).is_none();
                (is_new || self.chance.percent(15)).then_some((None, Act::SignUp { name, offer }))
            }
            Kind::SignIn => {
                let name = self.chance.pick(&PEOPLE)?.to_owned();
                Some((None, Act::SignIn { name, is_right: self.chance.percent(75) }))
            }
            Kind::Deny => Some((None, Act::Deny(self.confirmation()?))),
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
            Kind::SignOut
            | Kind::Reauthenticate
            | Kind::Confirm
            | Kind::Resend
            | Kind::EditAccount
            | Kind::CreateTeam
            | Kind::AcceptMail
            | Kind::AcceptId => {
                let act = match kind {
                    Kind::SignOut => Act::SignOut,
                    Kind::Reauthenticate => Act::Reauthenticate { is_right: self.chance.percent(80) },
                    Kind::Confirm => Act::Confirm(self.confirmation()?),
                    Kind::Resend => Act::Resend,
                    Kind::EditAccount => Act::EditAccount { first_name: self.new_name("Person ") },
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

    fn new_name(&mut self, start: &str) -> String {
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
            let programs: Vec<_> = self.programs.iter().filter(|p| (p.team == team) == is_own).cloned().collect();
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
    fn a_person_for(&mut self, act: &Act) -> Option<Who> {
        let email_of = |team: &TeamId, id| {
            let invitation = self.state.teams.get(team).and_then(|team| team.invitations.get(id))?;
            Some(invitation.email.clone())
        };
        let email = match act {
            Act::AcceptMail(offer) => email_of(&offer.team, &offer.id),
            Act::AcceptId { id, team } => email_of(team, id),
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

    /// The links that were mailed of late.
    fn links(&self) -> Vec<(String, Link)> {
        let mails = self.world.mails.borrow();
        let late = mails.iter().rev().take(40).flat_map(|letter| &letter.links);
        let tokens = late.filter_map(|link| Some(link.split_once("#token=")?.1.to_owned()));
        tokens.filter_map(|token| Some((token.clone(), Link::read(&Installation::fixed(), &token)?))).collect()
    }

    /// The ids of all links that were ever mailed.
    pub fn all_links(&self) -> std::collections::BTreeSet<guildhall_shared::id::LinkId> {
        let mails = self.world.mails.borrow();
        let tokens = mails.iter().flat_map(|letter| &letter.links).filter_map(|link| link.split_once("#token="));
        let read = tokens.filter_map(|(_, token)| Link::read(&Installation::fixed(), token));
        read.map(|link| match link {
            Link::Invitation { link, .. }
            | Link::ConfirmEmail { link, .. }
            | Link::ResetPassword { link, .. }
            | Link::Unlock { link, .. }
            | Link::UndoEmail { link, .. } => link,
        })
        .collect()
    }

    pub fn offers(&self) -> Vec<Offer> {
        let offer = |(token, link)| match link {
            Link::Invitation { team, invitation: id, link } => Some(Offer { token, team, id, link }),
            Link::ConfirmEmail { .. } | Link::ResetPassword { .. } | Link::Unlock { .. } | Link::UndoEmail { .. } => {
                None
            }
        };
        // One object more to look at, whatever becomes of the offer: its team has to be known.
        let is_known = |offer: &Offer| self.state.teams.contains_key(&offer.team);
        self.links().into_iter().filter_map(offer).filter(is_known).collect()
    }

    fn confirmation(&mut self) -> Option<Confirmation> {
        let all = self.confirmations();
        self.chance.pick(&all)
    }

    /// The newest first.
    pub fn confirmations(&self) -> Vec<Confirmation> {
        let of = |(token, link)| match link {
            Link::ConfirmEmail { account, link } => Some(Confirmation { token, account, link }),
            Link::Invitation { .. } | Link::ResetPassword { .. } | Link::Unlock { .. } | Link::UndoEmail { .. } => None,
        };
        self.links().into_iter().filter_map(of).collect()
    }

    /// What goes wrong in the next phase.
    pub fn choose_faults(&mut self) -> Faults {
        let mut often = |most: usize| {
            if self.chance.percent(40) { u32::try_from(self.chance.below(most)).unwrap() } else { 0 }
        };
        Faults {
            put_before: often(400),
            put_after: often(300),
            put_delay: often(1500),
            call_before: often(120),
            call_after: often(120),
            commit: often(80),
            mail: often(400),
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

/// Whether an act may go out together with others: two that mint the same link cannot be told apart.
pub fn is_alone(act: &Act, others: &[Op]) -> bool {
    others.iter().any(|other| match (act, &other.act) {
        (Act::ResendInvitation { id, .. }, Act::ResendInvitation { id: other, .. }) => id == other,
        (Act::Resend, Act::Resend) => true,
        _ => false,
    })
}
