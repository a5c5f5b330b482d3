//! The routes of every feature, and which of them a request is for.

use crate::{
    features::FEATURES,
    http::{call::Dialect, route::Route},
};
use http::Method;
use matchit::{Params, Router};
use std::{collections::HashMap, sync::LazyLock};

/// Every route.
pub static ROUTES: LazyLock<Vec<Route>> =
    LazyLock::new(|| FEATURES.iter().flat_map(|feature| (feature.routes)()).collect());

/// The table as a router for each method, which is made once.
static ROUTERS: LazyLock<HashMap<Method, Router<&Route>>> = LazyLock::new(|| {
    let mut routers: HashMap<Method, Router<&Route>> = HashMap::new();
    for route in ROUTES.iter() {
        let inserted = routers.entry(route.method.clone()).or_default().insert(&route.pattern, route);
        debug_assert!(inserted.is_ok(), "{}: {inserted:?}", route.pattern);
    }
    routers
});

/// The route of a request, with the parts of its path still percent-encoded. A fixed part of a pattern goes before one
/// that takes anything.
pub fn find<'p>(method: &Method, path: &'p str, dialect: Dialect) -> Option<(&'static Route, Params<'static, 'p>)> {
    let found = ROUTERS.get(method)?.at(path).ok()?;
    let is_served = dialect == Dialect::Contract || found.value.pages;
    is_served.then_some((*found.value, found.params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_found_by_a_path_of_its_own() {
        for route in ROUTES.iter() {
            let path = route.pattern.replace(['{', '}'], "");
            let (found, params) = find(&route.method, &path, Dialect::Contract).unwrap();
            assert_eq!((&found.method, &found.pattern), (&route.method, &route.pattern));
            assert_eq!(params.len(), route.pattern.matches('{').count());
            assert!(params.iter().all(|(name, value)| name == value), "{}", route.pattern);
            assert_eq!(find(&route.method, &path, Dialect::Page).is_some(), route.pages);
            for other in [format!("{path}/"), format!("/{path}"), format!("{path}/x/y/z"), path.to_uppercase()] {
                assert!(find(&route.method, &other, Dialect::Contract).is_none(), "{other}");
            }
        }
    }

    #[test]
    fn a_part_of_a_path_is_not_empty() {
        for path in ["/v1/teams/", "/v1/teams//users", "/v1/teams/core/secrets/", "", "/"] {
            for method in [Method::GET, Method::POST, Method::PATCH, Method::DELETE, Method::TRACE] {
                assert!(find(&method, path, Dialect::Contract).is_none(), "{path}");
            }
        }
    }
}
