//! What holds after each step and no comparison of states says: nothing has two holders, links that
//! are void are gone, the log has a line, a request to reset does what it should.

use crate::{
    account::known_device,
    factor,
    facts::Before,
    game::Game,
    leaving,
    mailbox::{Mailbox, Outcome, RESETS},
    op::{Act, Op},
    passkey, ssh_key,
    state::Account,
    support::Reply,
};
use guildhall_shared::{AccountId, security_log::SecurityEventKind};
use guildhall_worker::{object::ObjectName, store::key};

impl Game {
    pub fn check_step(&self, ops: &[Op], replies: &[Reply], before: &Before) {
        let twice = self.state.has_twice();
        self.demand(twice.is_none(), || format!("{twice:?} has two holders"));
        for (id, stood) in &self.stood.accounts {
            if let Some(account) = self.state.accounts.get(id) {
                self.check_void(*id, stood, account);
            }
        }
        if let ([op], [reply]) = (ops, replies)
            && reply.status == op.act.success()
        {
            self.check_line(op, before);
            match &op.act {
                Act::RequestReset { email } if !before.is_faulty && !before.waits => {
                    self.check_request(op, email, before);
                }
                Act::Reset { by, .. } | Act::UndoEmail { by, .. } | Act::TakeBack { by, .. } => {
                    let stray = self.state.accounts.get(&by.account).and_then(Account::stray_link);
                    self.demand(stray.is_none(), || format!("{stray:?} of {} can still be used", by.account));
                }
                Act::Prefer { team, .. } => {
                    let account = &self.state.accounts[&op.who.as_ref().unwrap().account()];
                    let chosen = Some(*team).filter(|team| Some(*team) != account.workspace);
                    self.demand(before.is_faulty || account.default_team.0 == chosen, || {
                        format!("{:?} is not {chosen:?}", account.default_team.0)
                    });
                }
                _ => {}
            }
        }
    }

    /// A new password and a new email void the links that were mailed before.
    fn check_void(&self, id: AccountId, stood: &Account, account: &Account) {
        let is_new_email = stood.email != account.email;
        if is_new_email || stood.password != account.password {
            let good = stood.resets.0.keys().find(|link| account.resets.0.contains_key(link));
            self.demand(good.is_none(), || format!("{id} still has the link {good:?} to reset"));
        }
        if is_new_email {
            let good = stood.unlocks.0.keys().find(|link| account.unlocks.0.contains_key(link));
            self.demand(good.is_none(), || format!("{id} still has the link {good:?} to unlock"));
        }
    }

    /// A success leaves its line in the account's log.
    fn check_line(&self, op: &Op, before: &Before) {
        let mine = op.act.mailed().map(|by| by.account).or(op.who.as_ref().map(crate::op::Who::account));
        let id = match &op.act {
            Act::SignIn { .. } => before.mailboxes[0].holder,
            Act::Passkey(passkey::Act::SignInByPasskey { account, .. }) => Some(*account),
            _ => mine,
        };
        let Some((id, stood)) = id.and_then(|id| Some((id, self.stood.accounts.get(&id)?))) else { return };
        let happened: &[SecurityEventKind] = match &op.act {
            Act::SignIn { .. } | Act::Passkey(passkey::Act::SignInByPasskey { .. }) => &[SecurityEventKind::SignIn],
            Act::Factor(act) => match act {
                factor::Act::BeginTotp => return,
                factor::Act::ConfirmTotp { .. } => &[SecurityEventKind::TotpOn],
                factor::Act::EndTotp { .. } => &[SecurityEventKind::TotpOff],
                factor::Act::MakeCodes => &[SecurityEventKind::RecoveryMake],
                factor::Act::AnswerChallenge { .. } => &[SecurityEventKind::SignIn],
                factor::Act::ProveFactor { .. } => &[SecurityEventKind::ProveFactor],
            },
            Act::Passkey(passkey::Act::AddPasskey { .. }) => &[SecurityEventKind::PasskeyAdd],
            Act::Passkey(passkey::Act::RemovePasskey { .. }) => &[SecurityEventKind::PasskeyRemove],
            Act::SshKey(ssh_key::Act::AddSshKey { .. }) => &[SecurityEventKind::SshKeyAdd],
            Act::SshKey(ssh_key::Act::RemoveSshKey { .. }) => &[SecurityEventKind::SshKeyRemove],
            Act::Leaving(leaving::Act::Deactivate { .. }) => &[SecurityEventKind::Deactivate],
            Act::Leaving(leaving::Act::ComeBack { .. }) => &[SecurityEventKind::ComeBack],
            Act::SignOut => &[SecurityEventKind::SignOut],
            Act::Reauthenticate { .. } => &[SecurityEventKind::Prove],
            Act::ChangePassword { .. } => &[SecurityEventKind::PasswordChange],
            Act::Reset { .. } => &[SecurityEventKind::PasswordReset],
            Act::Unlock(_) => &[SecurityEventKind::Unlock],
            Act::Confirm(_) => &[SecurityEventKind::EmailConfirm, SecurityEventKind::EmailChange],
            Act::ChangeEmail { .. } => &[SecurityEventKind::EmailRequest],
            Act::UndoEmail { .. } => &[SecurityEventKind::EmailUndo],
            Act::TakeBack { .. } => &[SecurityEventKind::TakeBack],
            Act::ChangeName { name } if stood.username != *name => &[SecurityEventKind::UsernameChange],
            Act::EndSession { .. } => &[SecurityEventKind::SessionEnd],
            Act::EndOthers if stood.sessions.len() > 1 => &[SecurityEventKind::SessionEndOthers],
            _ => return,
        };
        let lines = self.world.read(&ObjectName::Account(id), |tx| tx.scan(&key::security_events()));
        let new = lines.iter().filter(|(number, _)| number.parse::<u64>().unwrap() > stood.logged.0);
        let mut new = new.map(|(_, line)| line.action);
        self.demand(new.any(|action| happened.contains(&action)), || format!("no line of {id} says {happened:?}"));
    }

    /// A request is counted, and mails a link, or with the fifth the news of the lock.
    fn check_request(&self, op: &Op, email: &str, before: &Before) {
        // What comes of it comes a moment later.
        let (stood, now) = (&before.mailboxes[0], before.at);
        let (expected, outcome) = stood.asked(now);
        let found = Mailbox::of(&self.world, email, now);
        self.demand(found == expected, || format!("{email} is {found:?}, not {expected:?}"));
        for (id, account) in &self.stood.accounts {
            let is_meant =
                stood.holder == Some(*id) && account.email == email && account.is_held && account.deactivated.is_none();
            let is_known = known_device(account, now, *id, op).is_some();
            let standing = account.resets.0.values().filter(|until| **until > now).count();
            let links =
                is_meant && outcome == Outcome::Link && (stood.locked.is_none() || is_known) && standing < RESETS;
            let seen = &self.state.accounts[id];
            let is_new = |link: &&guildhall_shared::id::LinkId| !account.resets.0.contains_key(link);
            let new = seen.resets.0.keys().filter(is_new).count();
            self.demand(new == usize::from(links), || {
                format!("{new} new links to reset {id}, {outcome:?} of {stood:?}")
            });
            let is_locked = is_meant && outcome == Outcome::Lock;
            let is_new = seen.unlocks.0.keys().any(|link| !account.unlocks.0.contains_key(link));
            self.demand(is_new == is_locked, || format!("a link to unlock {id} is new: {is_new}"));
        }
    }
}
