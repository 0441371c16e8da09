//! The Lua side: a sandboxed Luau VM a plugin and worker, and values across its border.

mod api;
mod api_state;
mod argument_builder;
pub(crate) mod conversion;
mod error;
mod figures;
pub mod interrupt;
mod methods;
mod modules;
pub(crate) mod purity;
mod register;
pub(crate) mod rows;
mod sandbox;
pub mod vm;

pub use sandbox::{Speed, compiler, open as open_sandbox};
