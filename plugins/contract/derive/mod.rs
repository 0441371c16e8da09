//! What is derived from a contract: schemas, stubs, the reference page, Rust types. Any contract will do.

mod payload;
mod reference;
mod schema;
mod stubs;
mod walk;

pub use payload::payload;
pub use reference::{point_reference, reference};
pub use schema::{point_schema, schema};
pub use stubs::stubs;
pub use walk::structs;
