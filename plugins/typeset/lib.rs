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

use registrar_sdk::{
    Value,
    native::{Bytes, LogLevel, Plugin},
};

registrar_sdk::plugin! { manifest: "plugin.toml", examples: "examples.jsonl", load: load }

fn load(plugin: &mut Plugin<'_>) -> Result<(), String> {
    let typesetter = Typesetter::new(plugin.settings())?;
    plugin.on("report.render", Value::map([("format", "pdf".into())]), move |call, args| {
        let (bytes, faces) = typesetter.pdf(&args[0].to_value())?;
        let stand_ins: Vec<_> =
            faces.iter().filter(|face| face.contains("(stands in)")).map(String::as_str).collect();
        if !stand_ins.is_empty() {
            call.log(LogLevel::Info, &format!("Faces stood in: {}.", stand_ins.join("; ")));
        }
        Ok(Bytes(bytes))
    })
}
