//! The page of the mail to an old address: puts it back, whoever changed it, and locks them out.

use super::api;
use crate::{
    blocks::mailed::mailed,
    features::take_back::page::{OfLink, Words},
};
use leptos::prelude::*;

const WORDS: Words = Words {
    title: "Undo the change of your email",
    sentence: "The address that this link was mailed to becomes your account's email again. Everything added to your account in the last 7 days is removed, and what was removed or replaced in that time is restored. You're signed out everywhere and choose a new password.",
    verb: "Undo the change",
    call: api::undo,
};

#[component]
pub fn EmailUndo() -> impl IntoView {
    mailed(|token| view! { <OfLink token=token words=WORDS /> }.into_any())
}
