//! Pages of offices in a browser: signing in, and what registers declare as lists, records and forms.
//!
//! Plain HTML that works without scripts. Who may see and do what is decided in the kernel's
//! `access`, for a page as for everything else; this crate finds out who asks, and draws. It knows
//! neither how offices are stored nor how the program is put together: whoever does hands it
//! [`Offices`].

mod act;
mod assets;
mod board;
mod calendar;
mod client;
mod crowd;
mod directory;
mod document;
mod export;
mod field;
mod figures;
mod form;
mod headers;
mod home;
mod invitation;
mod lang;
mod layout;
mod list;
mod live;
mod log;
mod many;
mod offices;
mod packages;
mod panels;
mod password;
mod people;
mod plugins;
mod problem;
mod record;
mod reports;
mod rule_figures;
mod rules;
mod server;
mod session;
mod set_up;
mod sign_in;
mod similar;
mod versions;
mod visitor;

pub use client::Proxies;
pub use invitation::{Invitation, Invitations, Invited};
pub use offices::{Offices, Seat};
pub use server::{Config, Web};
