//! Events that a plugin makes up, page by page, so that a log of any size can be filled with them.
//!
//! The plugin reads pages at `import.parse` under a format of its own: what it is given is not a file
//! but says which page is meant (`… records=1000 from=1 to=500`), and the fields of each row are an
//! event as `import-events` takes it.

use anyhow::{Context, Result, bail};
use registrar_app::OpenOffice;
use registrar_contract::payload::point;
use registrar_kernel::ImportOptions;
use registrar_sdk::Value;
use registrar_sdk::native::Typed;
use serde::Deserialize;

/// Records in a page.
const PAGE: u64 = 500;

/// Where a sample comes from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// The format under which the plugin reads pages.
    format: String,
    /// What comes before all pages, in this order.
    once: Vec<String>,
    /// How pages are asked for.
    paged: String,
}

/// Fills an office's log with a sample of so many records; what is there already is left alone.
/// `progress` hears of records done.
///
/// # Errors
/// No plugin makes the sample, it failed, or what it made can't be imported.
pub fn fill(opened: &OpenOffice, sample: &Sample, records: u64, progress: &mut dyn FnMut(u64)) -> Result<()> {
    for page in &sample.once {
        import(opened, &sample.format, page)?;
    }
    let mut from = 1;
    while from <= records {
        let to = (from + PAGE - 1).min(records);
        import(opened, &sample.format, &format!("{} records={records} from={from} to={to}", sample.paged))?;
        progress(to);
        from = to + 1;
    }
    Ok(())
}

fn import(opened: &OpenOffice, format: &str, page: &str) -> Result<()> {
    let args = vec![Value::Bytes(page.as_bytes().into()), Value::text(format)];
    let rows = opened
        .office
        .as_operator()
        .ask(point::ImportParse::ID, args)
        .with_context(|| format!("the sample, {page}"))?
        .value;
    if rows.is_nil() {
        bail!("no plugin makes the sample: none reads the format \"{format}\"");
    }
    let mut lines = String::new();
    for row in rows.items() {
        lines.push_str(&row.get("fields").to_json().to_string());
        lines.push('\n');
    }
    opened
        .office
        .import_events(lines.as_bytes(), ImportOptions::default(), &mut |_| {})
        .with_context(|| format!("the sample, {page}"))?;
    Ok(())
}
