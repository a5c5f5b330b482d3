//! The console's routes are the pages that the server knows, and every link leads to one of them.

use super::root;
use guildhall_shared::{
    console::{GALLERY, PAGES, has_page},
    name::Namespace,
    path,
};
use guildhall_worker::http::router::ROUTES;
use std::{collections::BTreeSet, fs};

/// `app`, with the routes of each feature in place of the tag that names them.
fn routes() -> Vec<String> {
    paths(&expanded(&fs::read_to_string(root().join("frontend/src/app.rs")).unwrap()))
}

fn expanded(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let tag = line.trim().strip_prefix('<').and_then(|line| line.strip_suffix(" />"));
        match tag.filter(|tag| !tag.contains(' ')).and_then(|tag| tag.split_once("::")) {
            Some((feature, component)) => out.push_str(&expanded(&routes_of(feature, component))),
            None => out.push_str(line),
        }
        out.push('\n');
    }
    out
}

/// What a component of a feature's `mod` says between its braces.
fn routes_of(feature: &str, component: &str) -> String {
    let path = root().join("frontend/src/features").join(feature).join("mod.rs");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let head = format!("pub fn {component}() -> impl leptos_router::MatchNestedRoutes + Clone {{");
    let (_, body) = text.split_once(&head).unwrap_or_else(|| panic!("{feature} has no {component}"));
    body.split("\n}").next().unwrap().to_owned()
}

/// The paths of the routes, nested as the tags are.
fn paths(text: &str) -> Vec<String> {
    let mut above: Vec<&str> = vec![];
    let mut found = vec![];
    for line in text.lines().map(str::trim) {
        if line == "</ParentRoute>" {
            above.pop().expect("a parent that is closed was opened");
        }
        let Some((tag, rest)) = line.split_once(" path=path!(\"") else { continue };
        let part = rest.split('"').next().expect("a path ends");
        match tag.trim_start_matches("view! { ") {
            "<ParentRoute" => above.push(part),
            "<Route" => {
                let parts = above.iter().copied().chain([part]).flat_map(|path| path.split('/'));
                let parts = parts.filter(|part| !part.is_empty()).map(|part| match part.strip_prefix(':') {
                    Some(name) => format!("/{{{name}}}"),
                    None => format!("/{part}"),
                });
                let path: String = parts.collect();
                found.push(if path.is_empty() { "/".to_owned() } else { path });
            }
            other => panic!("{other} has a path and is no route"),
        }
    }
    assert!(above.is_empty());
    found
}

#[test]
fn the_routes_of_the_console_are_the_pages_of_the_list() {
    let routes = routes();
    let set: BTreeSet<&str> = routes.iter().map(String::as_str).collect();
    assert_eq!(set.len(), routes.len(), "a route stands twice");
    let pages: BTreeSet<&str> = PAGES.iter().copied().chain([GALLERY]).collect();
    assert_eq!(set, pages);
}

/// What stands in quotes and is a path.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2).filter(|text| text.starts_with('/'))
}

#[test]
fn every_link_of_the_console_leads_to_a_page() {
    let links = fs::read_to_string(root().join("frontend/src/link.rs")).unwrap();
    let mut seen = 0;
    for link in quoted(&links) {
        let path = link.split(['?', '#']).next().unwrap();
        // The pages of a workspace's settings are put together out of their names.
        if path == "/" || path == "//" || path == "/{namespace}/settings/{page}" {
            continue;
        }
        seen += 1;
        assert!(has_page(&path.replace("{namespace}", "core")), "{link}");
    }
    assert!(seen > 10);
    for page in links.split("settings(namespace, ").skip(1) {
        let Some(page) = page.strip_prefix("&format!(").unwrap_or(page).strip_prefix('"') else { continue };
        let page = page.split(['"', '?', '{']).next().unwrap();
        let known = PAGES.iter().filter_map(|known| known.strip_prefix("/{namespace}/settings/"));
        assert!(known.into_iter().any(|known| known.starts_with(page)), "{page}");
    }
}

#[test]
fn nobody_gets_a_name_that_a_page_or_a_route_begins_with() {
    let first = |path: &str| path.split('/').nth(1).unwrap_or_default().to_owned();
    let mut parts: BTreeSet<String> = [path::BASE, path::PAGE_BASE].map(first).into();
    for route in ROUTES.iter() {
        parts.insert(first(&route.pattern));
        parts.extend(route.pattern.strip_prefix(path::BASE).map(first));
    }
    parts.extend(routes().iter().map(|page| first(page)));
    parts.retain(|part| !part.is_empty() && !part.starts_with('{'));
    assert!(parts.len() > 15, "{parts:?}");
    for part in parts {
        assert!(Namespace::parse(&part).is_err(), "{part} is a path, and could be somebody's name");
    }
}
