//! Host tests: rules and routes on the real router, over the memory store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod member;
mod support;
