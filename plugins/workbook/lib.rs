//! Reads and writes workbooks: `import.parse` for xlsx, xls and csv, `report.render` for xlsx and
//! csv. Knows sheets, headings and cells; which field a heading means is the caller's business.

#![forbid(unsafe_code)]

pub mod cell_place;
pub mod parse;
pub mod problem;
pub mod render;

use registrar_sdk::{
    Value,
    native::{Bytes, Plugin},
};

registrar_sdk::plugin! { manifest: "plugin.toml", load: load }

fn load(plugin: &mut Plugin<'_>) -> Result<(), String> {
    for format in parse::FORMATS {
        plugin.on("import.parse", Value::map([("format", format.into())]), move |_, args| {
            let bytes = args.first().and_then(|bytes| bytes.as_bytes()).unwrap_or_default();
            let sheet = args.get(2).map(|wanted| wanted.get("sheet"));
            let sheet = sheet.as_ref().and_then(|sheet| sheet.as_str());
            let rows = parse::parse(bytes, format, sheet).map_err(|why| why.to_string())?;
            Ok(parse::to_value(rows))
        })?;
    }
    for format in render::FORMATS {
        plugin.on("report.render", Value::map([("format", format.into())]), move |_, args| {
            let document = args.first().map(|document| document.to_value()).unwrap_or_default();
            render::render(&document, format).map(Bytes).map_err(|why| why.to_string())
        })?;
    }
    Ok(())
}
