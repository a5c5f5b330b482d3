//! Invitations to a team, and what becomes of them.

pub mod feature;
pub mod http;
pub mod invitation;
pub mod invitation_answer;
pub mod inviting;
pub mod record;
pub mod saga;
