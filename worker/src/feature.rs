//! A feature, as the rest of the server sees it.

use crate::{
    http::route::Route,
    object::{Handler, TimerHandler},
};

/// What a feature adds: the commands and timers of its files, and its routes.
pub struct Feature {
    pub commands: &'static [&'static [Handler]],
    pub timers: &'static [&'static [TimerHandler]],
    pub routes: fn() -> Vec<Route>,
}
