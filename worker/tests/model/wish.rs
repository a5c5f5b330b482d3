//! What a person does with an account of their own, and what anybody does with a mailed link, by chance.

use crate::{
    choose::{Kind, PEOPLE, TEAMS},
    game::{Game, NewPassword},
    op::{Act, Mailed, Offer, Op, Seat, Who, email_of},
    password::{ALL, WRONG},
    state::Account,
};
use guildhall_shared::{AccountId, timestamp::MINUTE};
use guildhall_worker::credentials::{secret::Installation, token::Link};

/// Emails that nobody starts with.
const EMAILS: [&str; 4] = ["one@example.org", "two@example.org", "three@example.org", "four@example.org"];

impl Game {
    pub fn act_of_nobody(&mut self, kind: Kind) -> NewPassword {
        match kind {
            Kind::SignUp => {
                let offers: Vec<Option<Offer>> = self.offers().into_iter().map(Some).chain([None]).collect();
                let offer = self.chance.pick(&offers)?;
                let invited = offer.as_ref().and_then(|offer| {
                    let team = self.state.teams.get(&offer.team)?;
                    let (name, host) = team.invitations.get(&offer.id)?.email.split_once('@')?;
                    (host == "example.com").then(|| name.to_owned())
                });
                let name = match invited {
                    Some(name) if self.chance.percent(80) => name,
                    _ => self.chance.pick(&[PEOPLE.as_slice(), TEAMS.as_slice()].concat())?.to_owned(),
                };
                let mut name = name;
                while self.state.reserved.contains(&name) && self.chance.percent(90) {
                    name.push('2');
                }
                // A name that has an account is tried now and then; each costs an Argon2.
                let is_new = self.state.account_named(&name).is_none();
                (is_new || self.chance.percent(15)).then_some((None, Act::SignUp { name, offer }))
            }
            Kind::SignIn => {
                if self.chance.percent(70) {
                    return self.come_back();
                }
                let email = self.an_email()?;
                let password = self.chance.pick(&[ALL[0], ALL[1], ALL[2], WRONG])?;
                Some((self.a_browser(None), Act::SignIn { email, password }))
            }
            Kind::RequestReset => {
                // Several for one email: only those lock it.
                if self.forgotten.is_empty() || self.chance.percent(15) {
                    let own: Vec<String> = self.state.accounts.values().map(|account| account.email.clone()).collect();
                    let own = self.chance.pick(&own).filter(|_| self.chance.percent(75));
                    self.forgotten = own.or_else(|| self.an_email())?;
                }
                Some((self.a_browser(None), Act::RequestReset { email: self.forgotten.clone() }))
            }
            Kind::Reset => {
                let by = self.a_link(Kind::Reset, |account, by| account.resets.0.contains_key(&by.link))?;
                let password = self.a_password(by.account)?;
                Some((None, Act::Reset { by, password }))
            }
            Kind::UndoEmail => {
                let by = self.a_link(Kind::UndoEmail, |account, by| account.former.contains_key(&by.link))?;
                let password = self.a_password(by.account)?;
                Some((None, Act::UndoEmail { by, password }))
            }
            Kind::TakeBack => {
                let by = self.a_link(Kind::TakeBack, |account, by| account.added.0.contains_key(&by.link))?;
                let password = self.a_password(by.account)?;
                Some((None, Act::TakeBack { by, password }))
            }
            Kind::Unlock => {
                let by = self.a_link(Kind::Unlock, |account, by| account.unlocks.0.contains_key(&by.link))?;
                Some((None, Act::Unlock(by)))
            }
            _ => Some((None, Act::Deny(self.a_link(Kind::Confirm, is_awaited)?))),
        }
    }

    pub fn act_on_oneself(&mut self, kind: Kind) -> NewPassword {
        let act = match kind {
            Kind::Confirm => {
                let about = self.about;
                let is_meant = |account: &Account, by: &Mailed| {
                    is_awaited(account, by) && about.is_none_or(|about| about == by.account)
                };
                let of = self.a_link(Kind::Confirm, is_meant)?;
                let theirs: Vec<Seat> = self.seats.iter().filter(|seat| seat.account == of.account).cloned().collect();
                let seats = if self.chance.percent(85) && !theirs.is_empty() { theirs } else { self.seats.clone() };
                let seat = self.chance.pick(&seats)?;
                let first = self.prove_first(&seat).filter(|act| matches!(act, Act::Factor(_)));
                return Some((Some(Who::Seat(seat)), first.unwrap_or(Act::Confirm(of))));
            }
            Kind::Resend => {
                let who = self.a_person_for(&Act::Resend)?;
                return Some((Some(who), Act::Resend));
            }
            Kind::SignOut => Act::SignOut,
            Kind::EndOthers => Act::EndOthers,
            Kind::EditAccount => Act::EditAccount { first_name: self.new_name("Person ") },
            _ => return self.act_of_seat(kind),
        };
        let seat = self.a_seat()?;
        Some((Some(Who::Seat(seat)), act))
    }

    /// One of several calls that are about the same account: that is where they get in each other's way.
    pub fn choose_about(&mut self, account: AccountId) -> Option<Op> {
        const KINDS: [Kind; 24] = [
            Kind::ChangeEmail,
            Kind::ChangeEmail,
            Kind::ChangeEmail,
            Kind::CancelEmail,
            Kind::CancelEmail,
            Kind::Confirm,
            Kind::Confirm,
            Kind::ChangeName,
            Kind::ChangePassword,
            Kind::Reauthenticate,
            Kind::EndOthers,
            Kind::EndSession,
            Kind::Prefer,
            Kind::EditAccount,
            Kind::AddSshKey,
            Kind::RemoveSshKey,
            Kind::ConfirmTotp,
            Kind::EndTotp,
            Kind::ProveFactor,
            Kind::ProveFactor,
            Kind::MakeCodes,
            Kind::AddPasskey,
            Kind::ChangePasskey,
            Kind::Deactivate,
        ];
        self.about = Some(account);
        let kind = self.chance.pick(&KINDS)?;
        let chosen = self.act(kind);
        self.about = None;
        chosen.map(|(who, act)| Op::by(who, act))
    }

    /// Mostly one that is signed in.
    pub fn a_seat(&mut self) -> Option<Seat> {
        let is_meant = |seat: &&Seat| self.about.is_none_or(|about| about == seat.account);
        let seats: Vec<Seat> = self.seats.iter().filter(is_meant).cloned().collect();
        let good: Vec<Seat> = seats.iter().filter(|seat| self.is_signed_in(seat)).cloned().collect();
        let of = if good.is_empty() || self.chance.percent(5) { seats } else { good };
        self.chance.pick(&of)
    }

    /// Whether the person at this browser has proved of late who they are.
    pub fn is_recent(&self, seat: &Seat) -> bool {
        let session = self.state.accounts.get(&seat.account).and_then(|account| account.sessions.get(&seat.session));
        session.is_some_and(|session| self.world.now().since(session.proved.0) <= 15 * MINUTE)
    }

    fn act_of_seat(&mut self, kind: Kind) -> NewPassword {
        let seat = self.a_seat()?;
        let account = self.state.accounts.get(&seat.account)?.clone();
        let wants_proof = matches!(kind, Kind::ChangePassword | Kind::ChangeEmail);
        if let Some(act) = wants_proof.then(|| self.prove_first(&seat)).flatten() {
            return Some((Some(Who::Seat(seat)), act));
        }
        let act = match kind {
            Kind::Reauthenticate => {
                let password = if self.chance.percent(80) { account.password } else { WRONG };
                Act::Reauthenticate { password }
            }
            Kind::ChangePassword => Act::ChangePassword { password: self.a_password(seat.account)? },
            Kind::ChangeEmail => {
                // One that waits or is a former one is asked for again now and then.
                let own: Vec<String> = account.emails().into_iter().map(str::to_owned).collect();
                let email = if self.chance.percent(30) { self.chance.pick(&own)? } else { self.an_email()? };
                Act::ChangeEmail { email }
            }
            Kind::CancelEmail if account.pending.is_none() && self.chance.percent(70) => return None,
            Kind::CancelEmail => Act::CancelEmail,
            Kind::ChangeName => {
                let name = self.chance.pick(&[PEOPLE.as_slice(), TEAMS.as_slice()].concat())?.to_owned();
                Act::ChangeName { name }
            }
            Kind::Prefer => {
                let is_in = self.chance.percent(80);
                let teams =
                    self.state.teams.iter().filter(|(_, team)| team.members.contains_key(&seat.account) == is_in);
                let teams: Vec<_> = teams.map(|(id, _)| *id).collect();
                Act::Prefer { team: self.chance.pick(&teams)?, theme: self.chance.pick(&["light", "dark"])? }
            }
            _ => {
                let mut sessions: Vec<_> = account.sessions.keys().copied().collect();
                if self.chance.percent(10) {
                    sessions = self.past.iter().map(|seat| seat.session).collect();
                }
                Act::EndSession { session: self.chance.pick(&sessions)? }
            }
        };
        Some((Some(Who::Seat(seat)), act))
    }

    /// Somebody signs in who can, mostly.
    pub fn come_back(&mut self) -> NewPassword {
        let all: Vec<AccountId> = self.state.accounts.keys().copied().collect();
        let id = self.chance.pick(&all)?;
        let account = self.state.accounts[&id].clone();
        if account.deactivated.is_some() && self.chance.percent(35) {
            return self.choose_come_back();
        }
        if account.factor.is_on() && self.chance.percent(50) {
            let waits = self.chance.percent(70);
            return if waits { self.choose_answer() } else { self.choose_passkey_sign_in() };
        }
        let is_locked = crate::mailbox::Mailbox::of(&self.world, &account.email, self.world.now()).locked.is_some();
        let who = self.a_browser(Some(id).filter(|_| is_locked));
        let former: Vec<String> = account.former.values().map(|former| former.email.clone()).collect();
        let former = self.chance.pick(&former).filter(|_| self.chance.percent(15));
        Some((who, Act::SignIn { email: former.unwrap_or(account.email), password: account.password }))
    }

    /// A browser, new or not; where there is one of this account, that.
    pub fn a_browser(&mut self, of: Option<AccountId>) -> Option<Who> {
        if of.is_none() && self.chance.percent(60) {
            return None;
        }
        let seats = self.seats.iter().chain(&self.past);
        let theirs: Vec<Seat> = seats.filter(|seat| of.is_none_or(|of| of == seat.account)).cloned().collect();
        self.chance.pick(&theirs).map(Who::Seat)
    }

    fn an_email(&mut self) -> Option<String> {
        let name = self.chance.pick(&PEOPLE)?;
        if self.chance.percent(60) { Some(email_of(name)) } else { self.chance.pick(&EMAILS).map(str::to_owned) }
    }

    /// Mostly another than the account has.
    fn a_password(&mut self, of: AccountId) -> Option<&'static str> {
        let own = self.state.accounts.get(&of).map(|account| account.password);
        let others: Vec<&'static str> = ALL.into_iter().filter(|text| Some(*text) != own).collect();
        if self.chance.percent(90) { self.chance.pick(&others) } else { own }
    }

    /// A mailed link, mostly one that is still good.
    fn a_link(&mut self, kind: Kind, is_good: impl Fn(&Account, &Mailed) -> bool) -> Option<Mailed> {
        let all = self.mailed(kind);
        let good = all.iter().filter(|by| self.state.accounts.get(&by.account).is_some_and(|of| is_good(of, by)));
        let good: Vec<Mailed> = good.cloned().collect();
        let of = if good.is_empty() || self.chance.percent(10) { all } else { good };
        self.chance.pick(&of)
    }

    /// The links that were mailed of late.
    fn links(&self) -> Vec<(String, Link)> {
        let mails = self.world.letters.borrow();
        let late = mails.iter().rev().take(60).flat_map(|letter| &letter.links);
        let tokens = late.filter_map(|link| Some(link.split_once("#token=")?.1.to_owned()));
        tokens.filter_map(|token| Some((token.clone(), Link::read(&Installation::fixed(), &token)?))).collect()
    }

    /// The ids of all links that were ever mailed.
    pub fn all_links(&self) -> std::collections::BTreeSet<guildhall_shared::id::LinkId> {
        let mails = self.world.letters.borrow();
        let tokens = mails.iter().flat_map(|letter| &letter.links).filter_map(|link| link.split_once("#token="));
        let read = tokens.filter_map(|(_, token)| Link::read(&Installation::fixed(), token));
        read.map(|link| match link {
            Link::Invitation { link, .. }
            | Link::ConfirmEmail { link, .. }
            | Link::ResetPassword { link, .. }
            | Link::Unlock { link, .. }
            | Link::UndoEmail { link, .. }
            | Link::TakeBack { link, .. }
            | Link::Challenge { link, .. }
            | Link::ComeBack { link, .. } => link,
        })
        .collect()
    }

    pub fn offers(&self) -> Vec<Offer> {
        let offer = |(token, link)| match link {
            Link::Invitation { team, invitation: id, link } => Some(Offer { token, team, id, link }),
            Link::ConfirmEmail { .. }
            | Link::ResetPassword { .. }
            | Link::Unlock { .. }
            | Link::UndoEmail { .. }
            | Link::TakeBack { .. }
            | Link::Challenge { .. }
            | Link::ComeBack { .. } => None,
        };
        // One object more to look at, whatever becomes of the offer: its team has to be known.
        let is_known = |offer: &Offer| self.state.teams.contains_key(&offer.team);
        self.links().into_iter().filter_map(offer).filter(is_known).collect()
    }

    /// Links of late to confirm, to reset, to unlock or to undo. The newest first.
    pub fn mailed(&self, kind: Kind) -> Vec<Mailed> {
        let of = |(token, link)| match (kind, link) {
            (Kind::Confirm, Link::ConfirmEmail { account, link })
            | (Kind::Reset, Link::ResetPassword { account, link })
            | (Kind::Unlock, Link::Unlock { account, link })
            | (Kind::UndoEmail, Link::UndoEmail { account, link })
            | (Kind::TakeBack, Link::TakeBack { account, link }) => Some(Mailed { token, account, link }),
            _ => None,
        };
        self.links().into_iter().filter_map(of).collect()
    }
}

fn is_awaited(account: &Account, by: &Mailed) -> bool {
    account.link == Some(by.link) || account.pending.as_ref().is_some_and(|pending| pending.link == by.link)
}
