//! `backup` and `restore`.

use super::{DONE, output::Output};
use anyhow::Result;
use registrar_app::{
    App,
    backup::{self, BackupManifest},
};
use std::path::Path;

/// Takes a backup.
pub fn run(app: &App, folder: &Path, output: &mut Output<'_>) -> Result<u8> {
    let total = app.store_events()?;
    let sink = &mut *output.sink;
    let manifest = backup::take(app, folder, &mut |done| sink.progress("events", done, total))?;
    tell(&manifest, &format!("Backup in {}.", folder.display()), output)
}

/// Puts one back.
pub fn restore(from: &Path, data: &Path, output: &mut Output<'_>) -> Result<u8> {
    let sink = &mut *output.sink;
    let manifest = backup::restore(from, data, &mut |done| sink.progress("events", done, 0))?;
    tell(
        &manifest,
        &format!("Restored into {}; the ledgers are derived at the next start.", data.display()),
        output,
    )
}

fn tell(manifest: &BackupManifest, done: &str, output: &mut Output<'_>) -> Result<u8> {
    if output.json {
        output.value(manifest)?;
        return Ok(DONE);
    }
    for end in &manifest.offices {
        output.line(format!("{}: {} events, chain {}", end.office, end.events, end.head));
    }
    output.line(format!("{done} Taken {}.", manifest.made));
    Ok(DONE)
}
