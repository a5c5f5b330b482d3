//! Emails: who holds one, confirming it, changing it.

pub mod claim_saga;
pub mod confirmation;
pub mod confirmation_rules;
pub mod email;
pub mod email_change;
pub mod feature;
pub mod http;
pub mod record;
pub mod saga;
