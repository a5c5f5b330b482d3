//! What all pages share. Each value is made once and lives as long as the program, so that no page
//! can leave another with one that is gone. The root gives them down as context; those that code asks for in answers to
//! events and behind an `await`, where no context is, are the program's own: `session`, `announce`, `go`, `unsaved`,
//! `opened`.

pub mod again;
pub mod announce;
pub mod calls;
pub mod follow;
pub mod form;
pub mod fragment;
pub mod go;
pub mod long_list;
pub mod network;
pub mod opened;
pub mod param;
pub mod prompt;
pub mod query;
pub mod resource_list;
pub mod session;
pub mod theme;
pub mod ticking;
pub mod unsaved;
pub mod version;
pub mod words;
pub mod workspace;
