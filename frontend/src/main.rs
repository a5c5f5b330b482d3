//! The console: pages in the browser over the same API that programs use.

mod api;
mod app;
mod browser;
mod clock;
mod crash;
mod forms;
mod layout;
mod link;
mod pages;
mod parts;
mod state;
mod ui;
mod webauthn;

fn main() {
    crash::install();
    leptos::mount::mount_to_body(app::App);
}
