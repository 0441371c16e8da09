//! Pages of offices in a browser: signing in, and what registers declare as lists, records and forms.
//!
//! Plain HTML that works without scripts. Who may see and do what is decided in the kernel's
//! `access`, for a page as for everything else; this crate finds out who asks, and draws. It knows
//! neither how offices are stored nor how the program is put together: whoever does hands it
//! [`Offices`].

mod act;
mod field;
mod form;
mod headers;
mod home;
mod invitation;
mod lang;
mod layout;
mod list;
mod offices;
mod password;
mod people;
mod problem;
mod record;
mod server;
mod session;
mod set_up;
mod sign_in;
mod visitor;

pub use invitation::{Invitation, Invitations, Invited};
pub use offices::{Offices, Seat};
pub use server::{Config, Web};
