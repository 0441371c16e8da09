//! The office's contract as one value, [`OFFICE`], and everything derived from it.
//!
//! Points are declared in [`points`], what they take and answer in [`model`], host calls in
//! [`calls`]. Schemas, Lua stubs, the reference page and the Rust types of [`payload`] come from
//! [`mod@derive`], never from a hand.

pub mod calls;
pub mod derive;
pub mod model;
pub mod options;
// Generated: kept as `derive` writes it.
#[rustfmt::skip]
pub mod payload;
pub mod points;
pub mod refine;

use registrar_sdk::Contract;

/// What an office's host offers its plugins.
pub static OFFICE: Contract = Contract {
    name: "office",
    revision: 1,
    points: points::ALL,
    calls: calls::ALL,
    options: options::ALL,
    group_by: Some("register"),
};
