//! Asking the person to prove who they are in the middle of a call. All calls that wait share one question.

use futures_channel::oneshot;
use leptos::prelude::*;
use std::cell::RefCell;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// The last sign-in is too long ago for this.
    Recent,
    /// The last second factor is.
    Factor,
    /// The session has ended.
    SignIn,
}

thread_local! {
    static OPEN: ArcRwSignal<Option<Proof>> = ArcRwSignal::new(None);
    static WAITING: RefCell<Vec<oneshot::Sender<bool>>> = const { RefCell::new(Vec::new()) };
}

pub fn open() -> ArcRwSignal<Option<Proof>> {
    OPEN.with(Clone::clone)
}

/// True once the person has done it, false where they would not.
pub async fn ask(proof: Proof) -> bool {
    let (sender, receiver) = oneshot::channel();
    WAITING.with_borrow_mut(|waiting| waiting.push(sender));
    open().update(|open| *open = (*open).max(Some(proof)));
    receiver.await.unwrap_or(false)
}

pub fn answer(proved: bool) {
    open().set(None);
    for sender in WAITING.take() {
        // Who asked may be gone.
        let _ = sender.send(proved);
    }
}
