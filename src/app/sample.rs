//! Events that a plugin makes up, page by page, so that a log of any size can be filled with them.
//!
//! The plugin reads pages at `import.parse` under a format of its own: what it is given is not a file
//! but says which page is meant (`… records=1000 from=1 to=500`), and the fields of each row are an
//! event as `import-events` takes it.

use crate::OpenOffice;
use anyhow::{Context, Result, bail};
use registrar_contract::payload::point;
use registrar_kernel::ImportOptions;
use registrar_sdk::Value;
use registrar_sdk::native::Typed;
use serde::Deserialize;
use std::{sync::mpsc::sync_channel, thread};

/// Records in a page.
const PAGE: u64 = 500;

/// Where a sample comes from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// The format under which the plugin reads pages.
    pub format: String,
    /// What comes before all pages, in this order.
    pub once: Vec<String>,
    /// How pages are asked for.
    pub paged: String,
}

impl Sample {
    /// What is asked of the plugin for so many records, one request after the other; each with how many records are
    /// done once it is in.
    pub fn requests(&self, records: u64) -> impl Iterator<Item = (String, u64)> + '_ {
        let paged = move |from: u64| {
            let to = (from + PAGE - 1).min(records);
            (format!("{} records={records} from={from} to={to}", self.paged), to)
        };
        let pages = (0..records.div_ceil(PAGE)).map(move |page| paged(page * PAGE + 1));
        self.once.iter().map(|part| (part.clone(), 0)).chain(pages)
    }

    /// What the plugin answers to a request: lines as `import-events` takes them.
    ///
    /// # Errors
    /// No plugin makes the sample, or it failed.
    pub fn lines(&self, opened: &OpenOffice, request: &str) -> Result<String> {
        let args = vec![Value::Bytes(request.as_bytes().into()), Value::text(&self.format)];
        let answer = opened.office.as_operator().ask(point::ImportParse::ID, args);
        let rows = answer.with_context(|| format!("the sample, {request}"))?.value;
        if rows.is_nil() {
            bail!("no plugin makes the sample: none reads the format \"{}\"", self.format);
        }
        let mut lines = String::new();
        for row in rows.items() {
            lines.push_str(&row.get("fields").to_json().to_string());
            lines.push('\n');
        }
        Ok(lines)
    }
}

/// Pages that are made up before they are imported.
const AHEAD: usize = 2;

/// Fills an office's log with a sample of so many records; what is there already is left alone. The next page is made
/// up while one is imported. `progress` hears of records done.
///
/// # Errors
/// No plugin makes the sample, it failed, or what it made can't be imported.
pub fn fill(opened: &OpenOffice, sample: &Sample, records: u64, progress: &mut dyn FnMut(u64)) -> Result<()> {
    thread::scope(|scope| {
        let (hand_over, handed) = sync_channel(AHEAD);
        scope.spawn(move || {
            for (request, done) in sample.requests(records) {
                let lines = sample.lines(opened, &request);
                let failed = lines.is_err();
                // Nobody takes any more where an import failed.
                if hand_over.send((request, done, lines)).is_err() || failed {
                    return;
                }
            }
        });
        for (request, done, lines) in handed {
            opened
                .office
                .import_events(lines?.as_bytes(), ImportOptions::default(), &mut |_| {})
                .with_context(|| format!("the sample, {request}"))?;
            if done > 0 {
                progress(done);
            }
        }
        Ok(())
    })
}
