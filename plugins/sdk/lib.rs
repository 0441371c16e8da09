//! What plugins and host share: values, types, and the vocabulary in which a contract is declared.
//!
//! Business-neutral: an office's points are declared in `plugins/contract`, another program's in
//! that program. The C layout of a value tree is in [`abi`], the only file here with `unsafe`.

pub mod abi;
pub mod amount;
pub mod conform;
pub mod contract;
pub mod types;
pub mod value;

pub use amount::Amount;
pub use conform::Mismatch;
pub use contract::{
    Call, Combine, Contract, Failure, Filter, Lifecycle, OptionDecl, Param, Phase, Place, Point, Refine,
    Where,
};
pub use types::{Field, Method, Struct, Type};
pub use value::{Key, Map, Value};
