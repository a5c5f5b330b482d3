//! Offers to join a team: sent, pending, and one's own.

use crate::api::{
    Failure,
    call::{Abort, Call},
};
use guildhall_shared::{
    InvitationId,
    auth::Token,
    invitation::{AccountInvitation, Invitation, InvitationAccept, InvitationCreate, InvitationPreview},
    member::TeamMember,
    path,
};

pub async fn list(team: String, abort: Abort) -> Result<Vec<Invitation>, Failure> {
    Call::get(path::team_invitations(team)).abort(&abort).value().await
}

pub async fn create(team: &str, body: InvitationCreate) -> Result<Vec<Invitation>, Failure> {
    Call::create(path::team_invitations(team)).body(&body).value().await
}

/// Sends the mail again; its link replaces the one before.
pub async fn resend(team: &str, invitation: InvitationId) -> Result<(), Failure> {
    Call::post(path::team_invitation_resend(team, invitation)).done().await
}

pub async fn cancel(team: &str, invitation: InvitationId) -> Result<(), Failure> {
    Call::delete(path::team_invitation(team, invitation)).done().await
}

pub async fn mine(abort: Abort) -> Result<Vec<AccountInvitation>, Failure> {
    Call::get(path::ACCOUNT_INVITATIONS).abort(&abort).value().await
}

pub async fn accept(body: InvitationAccept) -> Result<TeamMember, Failure> {
    Call::post(path::INVITATIONS_ACCEPT).body(&body).value().await
}

/// What the token of a mail offers, signed in or not.
pub async fn preview(token: String, abort: Abort) -> Result<InvitationPreview, Failure> {
    Call::post(path::INVITATIONS_PREVIEW).body(&Token { token }).abort(&abort).value().await
}

pub async fn decline(body: InvitationAccept) -> Result<(), Failure> {
    Call::post(path::INVITATIONS_DECLINE).body(&body).done().await
}
