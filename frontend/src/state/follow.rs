//! What a page reads of a value that outlives it.

use leptos::{
    prelude::*,
    reactive::graph::{Subscriber, ToAnySubscriber},
};

/// A page's own copy of what it reads. The reactive graph lets a value keep everybody who listened to it until it
/// changes next, so that each visit would leave something behind; this listener goes when its owner does.
pub fn follow<T: PartialEq + Send + Sync + 'static>(read: impl Fn() -> T + Send + Sync + 'static) -> Memo<T> {
    let own = ArcMemo::new(move |_| read());
    let listener = own.clone();
    on_cleanup(move || {
        let listener = listener.to_any_subscriber();
        listener.clear_sources(&listener);
    });
    own.into()
}
