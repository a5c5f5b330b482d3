//! Every page of the console, by the pattern of its path. The Worker answers the page of the console for these paths
//! and for no other, and nobody gets a name that one of them begins with. The routes of
//! the console are the same list, nested by what stands around a page: a test compares them.

use crate::name::Namespace;

/// Parts in braces stand for a name or an id.
pub const PAGES: &[&str] = &[
    "/",
    "/sign-in",
    "/sign-up",
    "/confirm-email",
    "/email-undo",
    "/forgot-password",
    "/reset-password",
    "/take-back",
    "/unlock",
    "/come-back",
    "/deactivated",
    "/invitations/accept",
    "/teams",
    "/teams/new",
    "/account",
    "/account/settings/profile",
    "/account/settings/profile/deactivate",
    "/account/settings/profile/deactivate/confirm",
    "/account/settings/security",
    PASSWORD_CHANGE,
    "/account/settings/security/password/remove",
    "/account/settings/security/passkeys/new",
    "/account/settings/security/passkeys/{passkey}/name",
    "/account/settings/security/passkeys/{passkey}/remove",
    "/account/settings/security/authenticator",
    "/account/settings/security/authenticator/off",
    "/account/settings/security/recovery-codes",
    "/account/settings/sessions",
    "/account/settings/sessions/end-others",
    "/account/settings/sessions/{session}/end",
    "/account/settings/ssh-keys",
    "/account/settings/ssh-keys/new",
    "/account/settings/ssh-keys/{key}/remove",
    "/{namespace}",
    "/{namespace}/settings/profile",
    "/{namespace}/settings/profile/leave",
    "/{namespace}/settings/members",
    "/{namespace}/settings/members/invite",
    "/{namespace}/settings/members/{user}/role",
    "/{namespace}/settings/members/{user}/remove",
    "/{namespace}/settings/members/invitations/{invitation}/cancel",
    "/{namespace}/settings/api-keys",
    "/{namespace}/settings/api-keys/new",
    "/{namespace}/settings/api-keys/{key}/revoke",
    "/{namespace}/settings/secrets",
    "/{namespace}/settings/secrets/new",
    "/{namespace}/settings/secrets/{name}/value",
    "/{namespace}/settings/secrets/{name}/delete",
    "/{namespace}/settings/audit",
    "/{namespace}/settings/audit/{line}",
];

/// Where `/.well-known/change-password` leads.
pub const PASSWORD_CHANGE: &str = "/account/settings/security/password";
/// The page of all components, which a build for development has as well.
pub const GALLERY: &str = "/gallery";

/// The first parts of the pages' paths, which nobody may have as a name.
pub fn first_parts() -> impl Iterator<Item = &'static str> {
    let firsts = PAGES.iter().chain([&GALLERY]).filter_map(|page| page.split('/').nth(1));
    firsts.filter(|first| !first.is_empty() && !first.starts_with('{'))
}

/// Whether the console has a page at this path, which has no query. Whether a workspace of that name exists is asked
/// by the page itself.
pub fn has_page(path: &str) -> bool {
    let path = path.strip_suffix('/').filter(|path| path.len() > 1).unwrap_or(path);
    PAGES.iter().any(|page| fits(page, path))
}

fn fits(page: &str, path: &str) -> bool {
    let (mut names, mut parts) = (page.split('/'), path.split('/'));
    loop {
        match (names.next(), parts.next()) {
            (None, None) => return true,
            (Some("{namespace}"), Some(part)) if Namespace::parse(part).is_ok() => {}
            (Some(name), Some(part)) if name.starts_with('{') && name != "{namespace}" && !part.is_empty() => {}
            (Some(name), Some(part)) if name == part => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PAGES, first_parts, has_page};

    #[test]
    fn every_page_is_found_with_names_in_its_braces() {
        for page in PAGES {
            let path = page.replace("{namespace}", "core").replace(['{', '}'], "");
            assert!(has_page(&path), "{path}");
            assert!(path == "/" || has_page(&format!("{path}/")), "{path}/");
        }
    }

    #[test]
    fn what_is_no_page_is_not_found() {
        for path in [
            "",
            "//",
            "/wp-login.php",
            "/.well-known/change-password",
            "/core/settings",
            "/core/settings/nothing",
            "/core/settings/members/u0/role/x",
            "/core//settings/members",
            "/core/settings/members//role",
            "/Core",
            "/auth/session",
            "/teams/core",
            "/teams/core/secrets",
            "/account/settings",
            "/teams/settings/profile",
            "/sign-in//",
            "/assets/app.js",
        ] {
            assert!(!has_page(path), "{path}");
        }
    }

    #[test]
    fn the_first_parts_are_names_that_somebody_could_want() {
        let firsts: Vec<&str> = first_parts().collect();
        assert!(firsts.contains(&"come-back") && firsts.contains(&"account") && firsts.contains(&"gallery"));
        assert!(firsts.iter().all(|first| !first.contains(['{', '/'])));
    }
}
