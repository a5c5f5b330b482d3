//! For the log of a history: what is done, by whom, and where two states differ.

use crate::{
    op::{Act, Op, Who},
    state::State,
};
use std::collections::BTreeSet;

impl core::fmt::Display for Op {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match &self.who {
            None => write!(f, "nobody ")?,
            Some(Who::Seat(seat)) => write!(f, "{} ({}) ", seat.account, seat.session)?,
            Some(Who::Program(program)) => write!(f, "{} by key {} ", program.maker, program.key)?,
        }
        match &self.act {
            Act::SignUp { name, offer } => write!(f, "signs up as {name}, offer {offer:?}"),
            Act::SignIn { email, password } => write!(f, "signs in as {email} with {password}"),
            Act::SignOut => write!(f, "signs out"),
            Act::Reauthenticate { password } => write!(f, "reauthenticates with {password}"),
            Act::ChangePassword { password } => write!(f, "changes the password to {password}"),
            Act::RequestReset { email } => write!(f, "asks to reset the password of {email}"),
            Act::Reset { by, password } => write!(f, "resets {} by {} to {password}", by.account, by.link),
            Act::Unlock(by) => write!(f, "unlocks {} by {}", by.account, by.link),
            Act::ChangeEmail { email } => write!(f, "asks for the email {email}"),
            Act::CancelEmail => write!(f, "takes the new email back"),
            Act::UndoEmail { by, password } => write!(f, "undoes {} by {} to {password}", by.account, by.link),
            Act::TakeBack { by, password } => write!(f, "takes {} back by {} to {password}", by.account, by.link),
            Act::EndSession { session } => write!(f, "ends {session}"),
            Act::EndOthers => write!(f, "ends all other sessions"),
            Act::ChangeName { name } => write!(f, "takes the username {name}"),
            Act::Prefer { team, theme } => write!(f, "starts in {team} from now on, {theme}"),
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
            Act::SshKey(act) => write!(f, "{act:?}"),
            Act::Factor(act) => write!(f, "{act:?}"),
            Act::Passkey(act) => write!(f, "{act:?}"),
            Act::Leaving(act) => write!(f, "{act:?}"),
            Act::Invitee(act) => write!(f, "{act:?}"),
        }?;
        write!(f, " {:?} {:?}", self.if_match, self.idempotency)
    }
}

impl Act {
    /// What is done, in a word.
    pub fn verb(&self) -> String {
        let told = match self {
            Self::SshKey(act) => format!("{act:?}"),
            Self::Factor(act) => format!("{act:?}"),
            Self::Passkey(act) => format!("{act:?}"),
            Self::Leaving(act) => format!("{act:?}"),
            Self::Invitee(act) => format!("{act:?}"),
            act => format!("{act:?}"),
        };
        told.split([' ', '(', '{']).next().unwrap_or_default().to_owned()
    }
}

/// Where two states differ, for the log.
pub fn differ(why: &str, expected: &State, found: &State) -> String {
    let mut text = format!("{why}\n");
    let mut line = |what: String, expected: String, found: String| {
        if expected != found {
            text += &["  ", &what, "\n    expected ", &expected, "\n    found    ", &found, "\n"].concat();
        }
    };
    for id in expected.accounts.keys().chain(found.accounts.keys()).collect::<BTreeSet<_>>() {
        let [a, b] = [expected, found].map(|state| state.accounts.get(id));
        if a != b {
            line(id.to_string(), format!("{a:?}"), format!("{b:?}"));
        }
    }
    for id in expected.teams.keys().chain(found.teams.keys()).collect::<BTreeSet<_>>() {
        let [a, b] = [expected, found].map(|state| state.teams.get(id));
        if a != b {
            line(id.to_string(), format!("{a:?}"), format!("{b:?}"));
        }
    }
    let [a, b] = [expected, found].map(|state| state.soon.keys().collect::<Vec<_>>());
    line("on their way".to_owned(), format!("{a:?}"), format!("{b:?}"));
    text
}
