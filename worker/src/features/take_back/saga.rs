//! Taking an account back: what goes in teams is looked up first, so that the answer names it, and ends by the outbox of
//! the commit, so that it ends whatever happens.

use crate::{
    error::InternalError,
    features::{
        api_keys::api_key_end::NamesSince,
        passwords::record::NewPassword,
        take_back::{self, By, Reset, TakeBack, UndoEmail},
    },
    object::{Change, CommandResult, Envelope, Object, Saga},
};
use futures_util::future::join_all;
use guildhall_shared::{
    AccountId, TeamId,
    take_back::{REACH, TakenBack},
};
use std::rc::Rc;

/// Teams asked at once; the platform opens six connections a request.
const ABREAST: usize = 6;

impl Saga for Reset {
    async fn run(
        self,
        object: &Rc<Object>,
        id: AccountId,
        envelope: &Envelope,
    ) -> Result<CommandResult<TakenBack>, InternalError> {
        run(object, id, envelope, By::Reset(self.link), &self.password).await
    }
}

impl Saga for UndoEmail {
    async fn run(
        self,
        object: &Rc<Object>,
        id: AccountId,
        envelope: &Envelope,
    ) -> Result<CommandResult<TakenBack>, InternalError> {
        run(object, id, envelope, By::EmailUndo(self.link), &self.password).await
    }
}

impl Saga for TakeBack {
    async fn run(
        self,
        object: &Rc<Object>,
        id: AccountId,
        envelope: &Envelope,
    ) -> Result<CommandResult<TakenBack>, InternalError> {
        run(object, id, envelope, By::Added(self.link), &self.password).await
    }
}

/// 1. The API keys that will go, by their names. A link that is no good asks nobody.
/// 2. One commit takes the account back; its outbox ends the keys.
async fn run(
    object: &Rc<Object>,
    id: AccountId,
    envelope: &Envelope,
    by: By,
    chosen: &NewPassword,
) -> Result<CommandResult<TakenBack>, InternalError> {
    // 1
    let teams = object.read(|tx| take_back::rules::teams(tx, id, by));
    let keys = names(object, id, &teams, envelope).await;
    // 2
    object.change(envelope, |tx, context| take_back::rules::run(tx, context, id, by, chosen, &keys))
}

/// A team that cannot be asked now names none; its keys end all the same.
async fn names(object: &Rc<Object>, account: AccountId, teams: &[TeamId], envelope: &Envelope) -> Vec<String> {
    let since = object.host.now().plus(-REACH);
    let mut names = vec![];
    for some in teams.chunks(ABREAST) {
        let ask = NamesSince { account, since };
        let asked = some.iter().map(|team| object.ask(team, &ask, &envelope.origin));
        names.extend(join_all(asked).await.into_iter().flatten().flatten().flatten());
    }
    names
}
