//! Renders documents as pdf, in the layout of GB/T 9704-2012. The measures are in `document.typ`; no text of a
//! document is ever read as markup. Which reports there are, and what they say, is not decided here.

#![forbid(unsafe_code)]

pub mod fonts;
pub mod letters;
pub mod model;
pub mod render;
pub mod roles;
mod table;
mod words;
pub mod world;

pub use render::Typesetter;
