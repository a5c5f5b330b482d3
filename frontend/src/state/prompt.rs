//! Asking the person to prove who they are in the middle of a call. All calls that wait share one question.

use crate::api::Proof;
use futures_channel::oneshot;
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct Prompt {
    /// What is asked for now.
    pub open: RwSignal<Option<Proof>>,
    waiting: StoredValue<Vec<oneshot::Sender<bool>>>,
}

impl Prompt {
    fn new() -> Self {
        Self { open: RwSignal::new(None), waiting: StoredValue::new(vec![]) }
    }

    /// For the root.
    pub fn provide() -> Self {
        let prompt = Self::new();
        provide_context(prompt);
        prompt
    }

    pub fn around() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// True once the person has done it, false where they would not.
    pub async fn ask(self, proof: Proof) -> bool {
        let (sender, receiver) = oneshot::channel();
        self.waiting.update_value(|waiting| waiting.push(sender));
        self.open.update(|open| *open = (*open).max(Some(proof)));
        receiver.await.unwrap_or(false)
    }

    pub fn answer(self, proved: bool) {
        self.open.set(None);
        for sender in self.waiting.try_update_value(std::mem::take).unwrap_or_default() {
            // Who asked may be gone.
            let _ = sender.send(proved);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Prompt, Proof};
    use leptos::{prelude::*, reactive::owner::Owner};
    use std::{
        pin::pin,
        task::{Context, Poll, Waker},
    };

    #[test]
    fn calls_share_one_question_which_asks_for_the_most_of_them() {
        let owner = Owner::new();
        owner.set();
        let prompt = Prompt::new();
        let mut context = Context::from_waker(Waker::noop());
        let (mut one, mut two) = (pin!(prompt.ask(Proof::SignIn)), pin!(prompt.ask(Proof::Recent)));
        assert!(one.as_mut().poll(&mut context).is_pending() && two.as_mut().poll(&mut context).is_pending());
        assert_eq!(prompt.open.get_untracked(), Some(Proof::SignIn));
        prompt.answer(true);
        assert_eq!(prompt.open.get_untracked(), None);
        assert_eq!((one.poll(&mut context), two.poll(&mut context)), (Poll::Ready(true), Poll::Ready(true)));
    }
}
