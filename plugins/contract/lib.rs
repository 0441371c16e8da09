//! The office's contract as one value, [`OFFICE`], and everything derived from it.
//!
//! Points are declared in [`points`], what they take and answer in [`model`], host calls in
//! [`calls`]. Schemas, Lua stubs, the reference page and the Rust types of [`payload`] come from
//! [`mod@derive`], never from a hand.
//!
//! A native plugin names a point by its type, and has arguments and answer in theirs:
//!
//! ```
//! use registrar_contract::payload::{answer::{Finding, FindingLevel}, point};
//! use registrar_sdk::native::Plugin;
//!
//! fn load(plugin: &mut Plugin<'_>) -> Result<(), String> {
//!     plugin.at(point::RecordCheck, (), |_, args| match args.draft.field("title").as_str() {
//!         Some(_) => Ok(vec![]),
//!         None => Ok(vec![Finding {
//!             field: Some("title".into()),
//!             ..Finding::new(FindingLevel::Error, "give a title")
//!         }]),
//!     })
//! }
//! ```

pub mod calls;
pub mod derive;
pub mod model;
pub mod options;
// Generated: kept as `derive` writes it.
#[rustfmt::skip]
pub mod payload;
pub mod period;
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
