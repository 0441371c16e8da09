//! Renders documents as docx, in the layout of GB/T 9704-2012: the standard's measures, faces and
//! order of parts. What a document says is decided by whoever builds its model.

#![forbid(unsafe_code)]

mod body;
mod finish;
mod foot;
mod head;
pub mod measure;
pub mod model;
mod page;
mod render;
mod style;
mod table;

pub use render::render;
