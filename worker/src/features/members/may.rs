//! The policy as a command: whether a caller may take an action in this team.

use crate::{
    access::policy::permit,
    error::Rejection,
    object::{self, Command, Handler, Rule, context::Context, rule},
    store::Transaction,
};
use guildhall_shared::{Action, TeamId};
use serde::{Deserialize, Serialize};

pub const COMMANDS: &[Handler] = &[rule::<May>()];

/// From the edge, for a call that is wrong in another way: may its caller do this at all?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct May {
    pub action: Action,
}

impl Command for May {
    type On = object::Team;
    type Reply = ();
    const NAME: &'static str = "team.may";
}

impl Rule for May {
    fn decide(&self, tx: &mut Transaction<'_>, context: &Context<'_>, team: TeamId) -> Result<(), Rejection> {
        permit(tx, context, team, self.action).map(drop)
    }
}
