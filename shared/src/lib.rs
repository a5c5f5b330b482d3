//! What the console and the server agree on: ids, names, the role policy, errors, paths and wire
//! types. No input or output, no clock, no randomness: whoever calls passes them in.

pub mod account;
pub mod api_key;
pub mod audit;
pub mod auth;
pub mod base64;
pub mod console;
pub mod curve;
pub mod deactivation;
pub mod destination;
pub mod device;
pub mod domain;
pub mod email;
pub mod error;
pub mod guess;
pub mod health;
pub mod id;
pub mod invitation;
pub mod member;
pub mod name;
pub mod page;
pub mod passkey;
pub mod password;
pub mod path;
pub mod role;
pub mod second_factor;
pub mod secret;
pub mod security_log;
pub mod session;
pub mod ssh_key;
pub mod take_back;
pub mod team;
pub mod text;
pub mod timestamp;
pub mod totp;
pub mod typed;
pub mod words;

pub use email::Email;
pub use error::{ApiError, Code, Issue};
pub use id::{AccountId, ApiKeyId, InvitationId, PasskeyId, SessionId, SshKeyId, TeamId};
pub use role::{Action, Role};
pub use timestamp::Timestamp;
