//! The invitations that a team has sent and that nobody has answered.

use super::api;
use crate::{
    api::Answer,
    state::{
        resource_list::{Resource, ResourceList},
        workspace::Here,
    },
};
use guildhall_shared::{Action, InvitationId, invitation::Invitation};

impl Resource for Invitation {
    type Key = InvitationId;

    fn key(&self) -> InvitationId {
        self.id
    }
}

/// The pending invitations, for those who may see them.
pub fn invitations(here: Here) -> ResourceList<Invitation> {
    ResourceList::new(
        move || here.may(Action::ReadInvitations).then(|| here.id()),
        |team, abort| async move {
            let value = match team {
                Some(team) => api::list(team, abort).await?,
                None => vec![],
            };
            Ok(Answer { value, etag: None, next: None })
        },
    )
}

/// Puts new invitations in. One to the same address takes the place of the old one.
pub fn add_invitations(list: ResourceList<Invitation>, new: Vec<Invitation>) {
    let emails: Vec<String> = new.iter().map(|invitation| invitation.email.clone()).collect();
    list.add_in_place_of(new, |old| emails.iter().any(|email| email.eq_ignore_ascii_case(&old.email)));
}
