//! The Lua side: a sandboxed Luau VM a plugin and worker, and values across its border.

mod api;
mod api_state;
mod argument_builder;
pub(crate) mod conversion;
mod error;
mod examples;
mod figures;
mod luau;
mod methods;
mod modules;
pub(crate) mod purity;
mod register;
pub(crate) mod rows;
mod rules;
mod sandbox;
mod sealed_table;
pub mod vm;
mod vm_shared;

pub(crate) use crate::runtime::lua::luau::{Luau, open};
pub use crate::runtime::lua::sandbox::{Speed, compiler, open as open_sandbox};
