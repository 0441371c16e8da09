//! What is derived from a contract: schemas, stubs, the reference page. Any contract will do.

mod reference;
mod schema;
mod stubs;
mod walk;

pub use reference::{point_reference, reference};
pub use schema::{point_schema, schema};
pub use stubs::stubs;
pub use walk::structs;
