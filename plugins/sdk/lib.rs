//! What plugins and host share: values, types, and the vocabulary in which a contract is declared.
//!
//! Business-neutral: an office's points are declared in `plugins/contract`, another program's in
//! that program. Plugins in Rust are written with [`native`]; the C border below it is in [`abi`],
//! the only room here with `unsafe`.

pub mod abi;
pub mod amount;
pub mod bilingual;
pub mod conform;
pub mod contract;
mod decode;
pub mod from_value;
pub mod header;
pub mod image;
pub mod native;
pub mod suggest;
pub mod term;
pub mod types;
pub mod value;

pub use amount::Amount;
pub use bilingual::BilingualText;
pub use conform::Mismatch;
pub use contract::{
    AnsweredBy, Append, Combine, Contract, Failure, Filter, HostCall, Lifecycle, OpenOrder, OptionDecl,
    Param, Phase, Point, Refine, Where,
};
pub use from_value::FromValue;
pub use image::Image;
pub use term::Term;
pub use types::{Field, Method, Struct, Type};
pub use value::{Key, Map, Value};
