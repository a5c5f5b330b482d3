//! Where the console may go by itself: to its own pages and nowhere else. A parser of URLs says what a text means: the
//! browser's own in the console, the `url` crate in the tests. Nothing here looks at the text.

use crate::console::has_page;

/// Pages that lead on to another one. Sign-in that leads to itself would never end.
const LEADING: [&str; 3] = ["/sign-in", "/sign-up", "/forgot-password"];

/// A parsed URL, each part as the URL standard gives it out: a query with its `?`, a fragment with its `#`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    pub origin: String,
    pub path: String,
    pub query: String,
    pub fragment: String,
}

impl Destination {
    /// The same place as an address within `origin`; `None` where it lies elsewhere. A path that begins with two
    /// slashes would name a host when the address is read again.
    pub fn within(&self, origin: &str) -> Option<String> {
        let Self { origin: here, path, query, fragment } = self;
        // What has no origin of its own, such as `javascript:`, says `null`.
        let is_own = here == origin && origin != "null" && path.starts_with('/') && !path.starts_with("//");
        is_own.then(|| format!("{path}{query}{fragment}"))
    }

    /// Where one may go on to after signing in or up: a page of the console that needs that.
    pub fn next(&self, origin: &str) -> Option<String> {
        let path = self.path.strip_suffix('/').unwrap_or(&self.path);
        self.within(origin).filter(|_| has_page(&self.path) && !LEADING.contains(&path))
    }
}

#[cfg(test)]
mod tests {
    use super::Destination;
    use url::Url;

    const ORIGIN: &str = "https://guildhall.test:8443";

    fn parsed(text: &str) -> Option<Destination> {
        let url = Url::parse(ORIGIN).unwrap().join(text).ok()?;
        let part = |mark: char, text: Option<&str>| match text {
            None | Some("") => String::new(),
            Some(text) => format!("{mark}{text}"),
        };
        Some(Destination {
            origin: url.origin().ascii_serialization(),
            path: url.path().to_owned(),
            query: part('?', url.query()),
            fragment: part('#', url.fragment()),
        })
    }

    fn next(text: &str) -> Option<String> {
        parsed(text)?.next(ORIGIN)
    }

    #[test]
    fn a_page_of_the_console_is_gone_on_to_with_its_query_and_fragment() {
        for page in [
            "/",
            "/teams",
            "/core/settings/api-keys?of=team",
            "/invitations/accept#token=abc",
            "/core/settings/members/u0aaaaaaaaaa/role?q=a%2Fb#c",
        ] {
            assert_eq!(next(page).as_deref(), Some(page));
        }
        let whole = format!("{ORIGIN}/teams");
        assert_eq!(next(&whole).as_deref(), Some("/teams"));
        // What a browser reads as the same page is that page: who signs in, and dots, are not part of it.
        assert_eq!(next("https://ana:hush@guildhall.test:8443/teams").as_deref(), Some("/teams"));
        assert_eq!(next("/nothing/..//teams"), None);
        assert_eq!(next("/nothing/../teams").as_deref(), Some("/teams"));
        assert_eq!(next("\t/te\nams\r").as_deref(), Some("/teams"));
    }

    #[test]
    fn nothing_leads_to_another_host_however_it_is_written() {
        for text in [
            "//evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/\r/evil.example",
            "\t//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "\\/evil.example",
            "///evil.example",
            "https:evil.example",
            "https:/evil.example/teams",
            "https:\\\\evil.example/teams",
            "https://evil.example/teams",
            "HTTPS://EVIL.EXAMPLE/teams",
            "http://guildhall.test:8443/teams",
            "https://guildhall.test/teams",
            "https://guildhall.test:84430/teams",
            "https://guildhall.test:8443@evil.example/teams",
            "https://guildhall.test:8443.evil.example/teams",
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "blob:https://guildhall.test:8443/teams",
            "mailto:ana@example.com",
            // On this host, but read as another one when it is an address again.
            "/.//evil.example",
            "/..//evil.example",
            "/.//teams",
            "/%2e//evil.example",
        ] {
            let within = parsed(text).and_then(|parsed| parsed.within(ORIGIN));
            assert!(within.as_deref().is_none_or(|path| !path.starts_with("//")), "{text}: {within:?}");
            assert_eq!(next(text), None, "{text}");
            // The address that comes out leads where it came in.
            if let Some(path) = within {
                assert_eq!(parsed(&path).and_then(|again| again.within(ORIGIN)), Some(path));
            }
        }
    }

    #[test]
    fn what_is_no_page_is_not_gone_on_to() {
        for text in [
            "/%2F%2Fevil.example",
            "/%09/evil.example",
            "/%5Cevil.example",
            "/v1/auth/session",
            "/assets/console.js",
            "/dev/mail",
            "/a/b/c/d",
            "//",
        ] {
            assert_eq!(next(text), None, "{text}");
        }
    }

    #[test]
    fn signing_in_does_not_lead_to_itself() {
        for text in ["", "/sign-in", "/sign-in/", "/sign-in#next=/sign-in", "/sign-up", "/forgot-password?x"] {
            assert!(next(text).is_none_or(|next| next == "/"), "{text}");
        }
    }
}
