//! What features add to the shell. The root provides it as context, so that the shell names no feature.

use crate::{state::workspace::Workspace, ui::icon::Icon};
use leptos::prelude::*;

/// Where an entry or an action leads.
#[derive(Clone, Copy)]
pub enum To {
    /// A page of the account.
    Account(&'static str),
    /// A page of a workspace, by its namespace.
    Workspace(fn(&str) -> String),
    /// As `Workspace`, for pages that a private workspace does not have.
    Team(fn(&str) -> String),
}

impl To {
    /// The URL, with `here` as the current workspace; `None` if there is no such page.
    pub fn href(self, here: Option<&Workspace>) -> Option<String> {
        match (self, here) {
            (Self::Account(path), _) => Some(path.to_owned()),
            (Self::Workspace(page), Some(here)) => Some(page(&here.namespace)),
            (Self::Team(page), Some(here)) if !here.is_private => Some(page(&here.namespace)),
            (Self::Workspace(_) | Self::Team(_), _) => None,
        }
    }
}

/// A page in the side bar.
#[derive(Clone, Copy)]
pub struct Entry {
    pub label: &'static str,
    pub icon: Icon,
    pub to: To,
}

/// An action of the palette.
#[derive(Clone, Copy)]
pub struct Shortcut {
    pub label: &'static str,
    pub to: To,
}

#[derive(Clone, Copy)]
pub struct Added {
    /// The side bar, from top to bottom.
    pub of_workspace: &'static [Entry],
    pub of_account: &'static [Entry],
    /// Notices above the pages of people who are signed in.
    pub banners: fn() -> AnyView,
    /// The content of the palette, which is fetched when it opens.
    pub palette: fn() -> AnyView,
}

impl Added {
    /// For the root.
    pub fn provide(self) {
        provide_context(self);
    }

    pub fn around() -> Self {
        let nothing = || ().into_any();
        use_context().unwrap_or(Self { of_workspace: &[], of_account: &[], banners: nothing, palette: nothing })
    }
}

#[cfg(test)]
mod tests {
    use super::To;
    use crate::state::workspace::Workspace;

    #[test]
    fn a_page_of_a_team_is_in_no_private_workspace_and_nowhere_without_one() {
        let own = Workspace { namespace: "ana".to_owned(), is_private: true, ..Workspace::default() };
        let team = Workspace { namespace: "core".to_owned(), is_private: false, ..own.clone() };
        let keys = To::Workspace(|namespace| format!("/{namespace}/keys"));
        let people = To::Team(|namespace| format!("/{namespace}/people"));
        let hrefs = |to: To| [None, Some(&own), Some(&team)].map(|here| to.href(here));
        assert_eq!(hrefs(To::Account("/account")), ["/account"; 3].map(|path| Some(path.to_owned())));
        assert_eq!(hrefs(keys), [None, Some("/ana/keys".to_owned()), Some("/core/keys".to_owned())]);
        assert_eq!(hrefs(people), [None, None, Some("/core/people".to_owned())]);
    }
}
