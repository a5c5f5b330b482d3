//! What is outside the API: the console's pages, and what is not there. Files that are deployed are served by the
//! platform; the Worker gets what none of them is.

use crate::http::message::{header, text};
use guildhall_shared::{
    console::{self, PASSWORD_CHANGE},
    path,
};
use http::{HeaderMap, Method};

/// Where password managers look for the page that changes a password (W3C, "A Well-Known URL for Changing Passwords").
const CHANGE_PASSWORD: &str = "/.well-known/change-password";

/// The files of the console.
const ASSETS: &str = "/assets/";

/// Who answers a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The API, which answers what it does not know with 404 in JSON.
    Api,
    /// The console's page, under each of its paths.
    Console,
    /// The console's page as 404: it says that there is no such page.
    Missing,
    Elsewhere(&'static str),
}

/// Whose a path is, which has no query.
pub fn place(method: &Method, path: &str, headers: &HeaderMap) -> Place {
    if is_under(path, path::BASE) || is_under(path, path::PAGE_BASE) || !matches!(*method, Method::GET | Method::HEAD) {
        return Place::Api;
    }
    if path == CHANGE_PASSWORD {
        return Place::Elsewhere(PASSWORD_CHANGE);
    }
    if path.starts_with(ASSETS) || !wants_page(headers) {
        return Place::Api;
    }
    let is_page = console::has_page(path) || (cfg!(feature = "dev") && path == console::GALLERY);
    if is_page { Place::Console } else { Place::Missing }
}

fn is_under(path: &str, base: &str) -> bool {
    path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a browser asks, and no program: a program that has the wrong base asks for JSON, or comes with a key.
fn wants_page(headers: &HeaderMap) -> bool {
    let accept = text(headers, header::ACCEPT).unwrap_or_default().to_ascii_lowercase();
    accept.contains("text/html") || !(accept.contains("json") || headers.contains_key(header::AUTHORIZATION))
}

#[cfg(test)]
mod tests {
    use super::{Place, place};
    use crate::http::message;
    use http::{HeaderMap, Method};

    const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
    const ANYTHING: (&str, &str) = ("accept", "*/*");
    const JSON: (&str, &str) = ("accept", "application/json");
    const KEY: (&str, &str) = ("authorization", "Bearer ghk_x");

    fn at(path: &str, headers: &[(&str, &str)]) -> Place {
        place(&Method::GET, path, &message::headers(headers.iter().copied()))
    }

    #[test]
    fn a_browser_gets_the_console_for_its_pages_and_404_for_others() {
        for headers in [&[BROWSER][..], &[ANYTHING], &[], &[BROWSER, KEY]] {
            for path in ["/", "/teams", "/sign-in/", "/core/settings/members/u0/role"] {
                assert_eq!(at(path, headers), Place::Console, "{path} {headers:?}");
            }
            for path in ["/nothing/here", "/wp-login.php", "/.well-known/security.txt", "/v1x/teams", "//", "/.env"] {
                assert_eq!(at(path, headers), Place::Missing, "{path} {headers:?}");
            }
        }
    }

    #[test]
    fn a_program_with_a_wrong_base_hears_404_in_json() {
        for headers in [&[JSON][..], &[KEY], &[ANYTHING, KEY], &[("accept", "application/problem+json")]] {
            for path in ["/teams", "/auth/session", "/teams/core/secrets", "/api/v1/teams", "/"] {
                assert_eq!(at(path, headers), Place::Api, "{path} {headers:?}");
            }
        }
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
            assert_eq!(place(&method, "/teams", &HeaderMap::new()), Place::Api);
        }
    }

    #[test]
    fn the_api_is_never_a_page() {
        for path in
            ["/v1", "/v1/", "/v1/teams", "/v1/nothing", "/paperspace/v1", "/paperspace/v1/nothing", "/assets/x.js"]
        {
            assert_eq!(at(path, &[BROWSER]), Place::Api, "{path}");
        }
    }

    #[test]
    fn a_password_manager_finds_the_page_that_changes_a_password() {
        for headers in [&[][..], &[BROWSER], &[JSON]] {
            let page = Place::Elsewhere("/account/settings/security/password");
            assert_eq!(at("/.well-known/change-password", headers), page);
            assert_ne!(at("/.well-known/change-password/x", headers), page);
        }
    }
}
