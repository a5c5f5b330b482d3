//! What the console does around each call to the server: it says whose page asks, notes whether the server answers, and
//! has the person prove who they are where the server wants that.

use super::{network::Network, prompt::Prompt, session, ticking::Ticking};
use crate::api::{
    Proof,
    call::{self, Around, Doing},
};
use guildhall_shared::AccountId;
use std::rc::Rc;

struct Console {
    network: Network,
    ticking: Ticking,
    prompt: Prompt,
}

/// For the root, before the first call.
pub fn install(network: Network, ticking: Ticking, prompt: Prompt) {
    call::install(Rc::new(Console { network, ticking, prompt }));
}

impl Around for Console {
    fn account(&self) -> Option<AccountId> {
        session::session_now().map(|session| session.user.id)
    }

    fn reached(&self, now: bool) {
        self.network.reached(now);
    }

    fn clock_moved(&self) {
        self.ticking.catch_up();
    }

    fn goes_on(&self) -> Doing<bool> {
        Box::pin(session::goes_on())
    }

    fn prove(&self, proof: Proof) -> Doing<bool> {
        Box::pin(self.prompt.ask(proof))
    }

    fn other_account(&self) {
        session::changed();
    }

    fn doubt(&self) -> Doing<()> {
        Box::pin(session::doubt())
    }
}
