//! What pages are made of. Unlike the components of `ui`, these may use the router, the API and what all pages share.

pub mod column;
pub mod confirm_route;
pub mod error_notice;
pub mod form_dialog;
pub mod later;
pub mod listed;
pub mod loaded;
pub mod mailed;
pub mod page;
