//! The console's own components, on the browser's native elements. They know neither the router nor the API.

pub mod avatar;
pub mod badge;
pub mod button;
pub mod choice;
pub mod confirm;
pub mod copy;
pub mod details;
pub mod dialog;
pub mod empty;
pub mod field;
pub mod icon;
pub mod left;
pub mod menu;
pub mod notice;
pub mod once;
pub mod qr;
pub mod rows;
pub mod select;
pub mod skeleton;
pub mod strength;
pub mod table;
pub mod tabs;
pub mod time;
pub mod width;
