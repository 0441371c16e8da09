//! `stubs`: the Lua declarations that editors read.

use super::{DONE, output::Output};
use anyhow::{Context, Result};
use registrar_app::config::Config;
use registrar_contract::{OFFICE, derive};
use std::path::{Path, PathBuf};

/// Runs the command.
pub fn run(config: &Config, file: Option<&Path>, output: &mut Output<'_>) -> Result<u8> {
    let default = || {
        config
            .scripts()
            .first()
            .cloned()
            .unwrap_or_else(|| PathBuf::from("scripts"))
            .join("types/registrar.lua")
    };
    let file = file.map_or_else(default, Path::to_owned);
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    std::fs::write(&file, derive::stubs(&OFFICE))
        .with_context(|| format!("{} cannot be written", file.display()))?;
    output.line(format!("{} is up to date.", file.display()));
    Ok(DONE)
}
