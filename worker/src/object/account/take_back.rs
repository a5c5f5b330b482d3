//! Taking an account back: what goes in teams is looked up first, so that the answer names it, and ends by the outbox of
//! the commit, so that it ends whatever happens.

use crate::{
    domain::{
        password::{Chosen, Command as Password},
        take_back::{self, By},
        team::Command as Team,
    },
    error::Broken,
    object::{Answered, Change, Command, Envelope, Object, ObjectName, from_json},
};
use futures_util::future::join_all;
use guildhall_shared::{AccountId, TeamId, take_back::REACH};
use std::rc::Rc;

/// Teams asked at once; the platform opens six connections a request.
const ABREAST: usize = 6;

/// The link that a command brings, and the new password, if it takes an account back.
pub fn link(command: &Password) -> Option<(By, &Chosen)> {
    match command {
        Password::Reset { link, password } => Some((By::Reset(*link), password)),
        Password::UndoEmail { link, password } => Some((By::EmailUndo(*link), password)),
        Password::TakeBack { link, password } => Some((By::Added(*link), password)),
        Password::Change { .. }
        | Password::Remove
        | Password::Request { .. }
        | Password::Locked { .. }
        | Password::Whose { .. }
        | Password::Unlock { .. } => None,
    }
}

/// 1. The API keys that will go, by their names. A link that is no good asks nobody.
/// 2. One commit takes the account back; its outbox ends the keys.
pub async fn run(
    object: &Rc<Object>,
    id: AccountId,
    envelope: &Envelope,
    by: By,
    chosen: &Chosen,
) -> Result<Answered, Broken> {
    // 1
    let teams = object.look(|draft| take_back::teams(draft, id, by));
    let keys = names(object, id, &teams, envelope).await;
    // 2
    object.change(envelope, |draft, context| take_back::run(draft, context, id, by, chosen, &keys))
}

/// A team that cannot be asked now names none; its keys end all the same.
async fn names(object: &Rc<Object>, account: AccountId, teams: &[TeamId], envelope: &Envelope) -> Vec<String> {
    let since = object.host.now().plus(-REACH);
    let mut names = vec![];
    for some in teams.chunks(ABREAST) {
        let asked = some.iter().map(|team| {
            let ask = Command::Team(Team::ApiKeysSince { account, since });
            object.ask(ObjectName::Team(*team), ask, &envelope.origin)
        });
        for answer in join_all(asked).await {
            if let Ok(Ok(answer)) = answer
                && let Ok(some) = from_json::<Vec<String>>(&answer)
            {
                names.extend(some);
            }
        }
    }
    names
}
