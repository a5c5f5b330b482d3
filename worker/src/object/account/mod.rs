//! The account object: the only writer of an account, its sessions and its links to teams. Making a
//! team and joining one are sagas: each step commits, and what was cut short is healed by a timer.

mod deactivation;
mod email;
mod erasure;
mod passkey;
mod profile;
mod take_back;
mod team;
