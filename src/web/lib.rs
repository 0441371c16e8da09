//! Pages of offices in a browser: signing in, and what registers declare as lists, records and forms.
//!
//! Plain HTML that works without scripts. Who may see and do what is decided in the kernel's
//! `access`, for a page as for everything else; this crate finds out who asks, and draws. It knows
//! neither how offices are stored nor how the program is put together: whoever does hands it
//! [`Offices`].

mod act;
mod assets;
mod batch_action;
mod board;
mod calendar;
mod client;
mod concurrency;
mod directory;
mod document;
mod error_page;
mod export;
mod field;
mod figures;
mod form;
mod fragments;
mod headers;
mod home;
mod invitation;
mod language;
mod layout;
mod list;
mod live;
mod log;
mod packages;
mod page_error;
mod panels;
mod password;
mod people;
mod plugin_versions;
mod plugins;
mod record;
mod record_actions;
mod record_links;
mod reports;
mod router;
mod rule_figures;
mod rules;
mod screen;
mod served_office;
mod server;
mod session;
mod set_up;
mod sign_in;
mod similar;
mod state;
mod trials;
mod url;
mod visitor;

pub use crate::state::{PageConfig, Web};
pub use client::Proxies;
pub use invitation::{Invitation, Invitations, Invited};
pub use served_office::{Offices, ServedOffice};
