//! What the URL says of the page: the parts of its path that have a name.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use std::str::FromStr;

/// A part of the path, read; `None` where it does not read.
pub fn param<T: FromStr + PartialEq + Send + Sync + 'static>(name: &'static str) -> Memo<Option<T>> {
    let params = use_params_map();
    Memo::new(move |_| params.read().get(name)?.parse().ok())
}
