//! Renders documents as docx, in the layout of GB/T 9704-2012: the standard's measures, faces and
//! order of parts. What a document says is decided by whoever builds its model.

#![forbid(unsafe_code)]

use registrar_sdk::{
    Value,
    native::{Bytes, Plugin},
};

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

registrar_sdk::plugin! { manifest: "plugin.toml", examples: "examples.jsonl", load: load }

fn load(plugin: &mut Plugin<'_>) -> Result<(), String> {
    let options = Value::map([("format", "docx".into())]);
    plugin.on("report.render", options, |_, args| render(&args[0].to_value()).map(Bytes))
}
