//! What a rule notes beside what it writes.

use crate::{access::asked::Asked, object::left::Left};
use guildhall_shared::{AccountId, Action};
use std::cell::{Cell, RefCell};

/// What a rule notes beside what it writes.
#[derive(Debug, Default)]
pub struct Notes {
    /// A member who may not, and what.
    refused: Cell<Option<(AccountId, Action)>>,
    /// What the caller was asked for, and had.
    asked: RefCell<Vec<Asked>>,
    /// What is left of the caller's budgets that were counted in.
    limits: RefCell<Vec<Left>>,
}

impl Notes {
    /// Notes what was asked of the caller, who had it.
    pub fn asked_for(&self, asked: Asked) {
        let mut all = self.asked.borrow_mut();
        if !all.contains(&asked) {
            all.push(asked);
        }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.borrow().clone()
    }

    /// Notes what is left of a budget, for the answer to say.
    pub fn left(&self, left: Left) {
        self.limits.borrow_mut().push(left);
    }

    pub fn limits(&self) -> Vec<Left> {
        self.limits.borrow().clone()
    }

    /// Notes that a member may not do this. Counts only where the whole call is refused.
    pub fn refuse(&self, account: AccountId, action: Action) {
        self.refused.set(Some((account, action)));
    }

    pub fn refused(&self) -> Option<(AccountId, Action)> {
        self.refused.get()
    }
}
