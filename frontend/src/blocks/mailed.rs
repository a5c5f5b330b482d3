//! The pages that mailed links lead to. Another link that is opened in the same tab changes only what stands behind the
//! #, so the browser loads nothing: the page is built anew for each.

use crate::state::fragment;
use leptos::prelude::*;

/// `page` is of one link: its token, where the link is whole.
pub fn mailed(page: fn(Option<String>) -> AnyView) -> impl IntoView {
    let token = fragment::token();
    move || page(token.get())
}
