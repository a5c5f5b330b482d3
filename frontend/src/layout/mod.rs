//! The frame around the pages: bars, headings, loading and failure, and what lies above everything.

pub mod banners;
pub mod column;
pub mod confirm_route;
pub mod factor;
pub mod form_dialog;
pub mod guard;
pub mod invited;
pub mod later;
pub mod leaving;
pub mod listed;
pub mod loaded;
pub mod mailed;
pub mod nav;
pub mod page;
pub mod palette;
pub mod proof;
pub mod shell;
pub mod top_bar;
pub mod trouble;
