//! `serve`: runs all offices, watches their plugins, answers other commands.

use super::{Commands, DONE, output::Output};
use anyhow::Result;
use registrar_app::{App, command::CommandRunner, config::Config, maintenance};
use std::sync::Arc;

/// Runs until the process is ended.
pub fn run(config: Config, output: &mut Output<'_>) -> Result<u8> {
    let app = Arc::new(App::open(config)?);
    let mut offices = vec![app.office(None)?];
    for name in app.names()? {
        let opened = app.office(Some(&name))?;
        if !offices.iter().any(|known| Arc::ptr_eq(known, &opened)) {
            offices.push(opened);
        }
    }
    let commands: Arc<dyn CommandRunner> = Arc::new(Commands);
    maintenance::run(app, &offices, &[], &commands, output.sink)?;
    Ok(DONE)
}
