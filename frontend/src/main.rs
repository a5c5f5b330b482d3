//! The console: pages in the browser over the same API that programs use.

mod api;
mod app;
mod blocks;
mod browser;
mod clock;
mod crash;
mod features;
mod link;
mod parts;
mod shell;
mod state;
mod ui;

fn main() {
    crash::install();
    leptos::mount::mount_to_body(app::App);
}
