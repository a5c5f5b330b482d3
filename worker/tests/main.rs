//! Host tests: rules and routes on the real router, over the memory store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod account;
mod api_key;
mod audit;
mod authenticator;
mod authz;
mod cross_site;
mod deactivation;
mod document;
mod email_change;
mod erasure;
mod format;
mod health;
mod idempotency;
mod invitation;
mod layer;
mod member;
mod outbox;
mod page_dialect;
mod paging;
mod passkey;
mod password;
mod reads;
mod saga;
mod second_factor;
mod secret;
mod security_log;
mod session;
mod sign_in;
mod sign_up;
mod ssh_key;
mod support;
mod team;
mod tidy;
mod totp;
mod view;
