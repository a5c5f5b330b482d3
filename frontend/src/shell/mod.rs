//! What stands around every page: the bars, the guard of pages that need a session, the palette. It knows no feature.

pub mod banners;
pub mod entry;
mod frame;
pub mod guard;
pub mod leaving;
mod nav;
pub mod palette;
mod top_bar;
