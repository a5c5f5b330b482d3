//! What the product has, one folder each: everything that the server knows of it.

pub mod accounts;
pub mod api_keys;
pub mod audit;
pub mod deactivation;
pub mod emails;
pub mod erasure;
pub mod installation;
pub mod invitations;
pub mod limits;
pub mod members;
pub mod passkeys;
pub mod passwords;
pub mod second_factor;
pub mod secrets;
pub mod security_log;
pub mod sessions;
pub mod sign_in;
pub mod sign_up;
pub mod ssh_keys;
pub mod take_back;
pub mod teams;
pub mod totp;

use crate::feature::Feature;

/// Every feature, in the order of the API document.
pub const FEATURES: &[&Feature] = &[
    &sessions::feature::FEATURE,
    &members::feature::FEATURE,
    &secrets::feature::FEATURE,
    &sign_up::feature::FEATURE,
    &sign_in::feature::FEATURE,
    &passkeys::feature::FEATURE,
    &passwords::feature::FEATURE,
    &emails::feature::FEATURE,
    &take_back::feature::FEATURE,
    &deactivation::feature::FEATURE,
    &accounts::feature::FEATURE,
    &second_factor::feature::FEATURE,
    &totp::feature::FEATURE,
    &security_log::feature::FEATURE,
    &ssh_keys::feature::FEATURE,
    &invitations::feature::FEATURE,
    &teams::feature::FEATURE,
    &api_keys::feature::FEATURE,
    &audit::feature::FEATURE,
    &erasure::feature::FEATURE,
    &limits::feature::FEATURE,
    &installation::feature::FEATURE,
];
