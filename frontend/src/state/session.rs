//! Who is signed in, here and in this browser's other tabs.

use super::{announce, follow::follow, go, theme, unsaved};
use crate::{
    api::{self, Failure},
    browser, clock, link,
};
use guildhall_shared::session::Session;
use leptos::{prelude::*, task::spawn_local};
use std::sync::Arc;

/// Written when someone signs in or out; other tabs hear of it.
const KEY: &str = "signed";

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    Unknown,
    Nobody,
    Person(Arc<Session>),
    Failed(Failure),
}

thread_local! {
    static WHO: ArcRwSignal<Who> = ArcRwSignal::new(Who::Unknown);
}

pub fn who() -> ArcRwSignal<Who> {
    WHO.with(Clone::clone)
}

/// The person's session, where someone is signed in.
pub fn session() -> Option<Arc<Session>> {
    match who().get() {
        Who::Person(session) => Some(session),
        Who::Unknown | Who::Nobody | Who::Failed(_) => None,
    }
}

/// As `session`, without listening for changes.
pub fn session_now() -> Option<Arc<Session>> {
    untrack(session)
}

/// Why someone whose email is not confirmed may not do what needs that.
pub fn unconfirmed() -> Signal<Option<String>> {
    follow(|| {
        let session = session()?;
        let refused = session.user.dt_confirmed.is_none();
        refused.then(|| "Confirm your email first. Check your inbox for the link.".to_owned())
    })
    .into()
}

/// Asks the server who is signed in. A failure leaves a known person as they are.
pub async fn load() {
    match api::session::get().await {
        Ok(Some(session)) => set(session),
        Ok(None) => who().set(Who::Nobody),
        Err(failure) => who().update(|who| {
            if !matches!(who, Who::Person(_)) {
                *who = Who::Failed(failure);
            }
        }),
    }
}

/// Reads anew which teams the person is in and as what, after an answer that does not fit what is known.
pub async fn doubt() {
    let Ok(Some(now)) = api::session::get_fresh().await else { return };
    let news = session_now().is_some_and(|before| {
        before.user.id == now.user.id && before.user.team_memberships != now.user.team_memberships
    });
    if news {
        set(now);
    }
}

/// Whether the person of this page is signed in with the cookie that the browser has now.
pub async fn goes_on() -> bool {
    let Some(before) = session_now() else { return false };
    matches!(api::session::get().await, Ok(Some(now)) if now.user.id == before.user.id)
}

/// The names that a password of the person may not be made of.
pub fn own_names() -> Signal<Vec<String>> {
    follow(|| {
        let Some(session) = session() else { return vec![] };
        let user = &session.user;
        let mailbox = user.email.split('@').next().unwrap_or_default();
        [mailbox, &user.username, &user.first_name, &user.last_name].map(str::to_owned).to_vec()
    })
    .into()
}

/// Whether keys may jump to pages.
pub fn has_hotkeys() -> bool {
    session_now().is_none_or(|session| session.user.preferences.hotkeys)
}

/// Someone has signed in or up on this page, and continues to another one.
pub fn enter(session: Session, next: &str) {
    let other = is_other(&session);
    if !other {
        set(session);
    }
    tell();
    if other {
        // What this page has is someone else's.
        unsaved::forget();
        browser::load(next);
    } else {
        go::instead(next);
    }
}

/// Someone has signed in again in the middle of a page. With a passkey it may be another person than the page's.
pub fn again(session: Session) {
    if is_other(&session) {
        enter(session, link::HOME);
    } else {
        set(session);
    }
}

fn is_other(session: &Session) -> bool {
    session_now().is_some_and(|before| before.user.id != session.user.id)
}

/// The browser has signed in to another account than this page's, which starts anew unless that loses what was typed.
/// The page keeps its own account meanwhile, so that the server refuses what it sends.
pub fn changed() {
    if !unsaved::stands() {
        browser::reload();
    }
}

pub fn set(session: Session) {
    if is_other(&session) {
        return changed();
    }
    if session.user.theme != theme::now() {
        theme::set(&session.user.theme);
    }
    who().set(Who::Person(Arc::new(session)));
}

/// Tells the other tabs that someone signed in or out.
pub fn tell() {
    browser::remember(KEY, &clock::here().to_string());
}

/// Another tab signed in or out: this one starts anew.
pub fn install() {
    let Some(window) = browser::window() else { return };
    browser::listen(&window, "storage", |event| {
        let key = js_sys::Reflect::get(&event, &"key".into()).ok();
        if key.as_ref().and_then(browser::text).as_deref() == Some(KEY) {
            spawn_local(async {
                let before = session_now().map(|session| session.user.id);
                let now = api::session::get().await.ok();
                if now.is_some_and(|now| now.map(|session| session.user.id) != before) {
                    unsaved::forget();
                    browser::reload();
                }
            });
        }
    });
}

/// Signs out of this browser, in all of its tabs.
pub fn sign_out() {
    spawn_local(async {
        match api::session::sign_out().await {
            Ok(()) => {
                unsaved::forget();
                tell();
                browser::load(&link::sign_in(""));
            }
            // Another tab has signed in to another account, which this one shows then.
            Err(failure) if failure.is_of_other_account() => changed(),
            Err(failure) => announce::say(failure.message),
        }
    });
}
