//! `serve`: runs all offices, watches their plugins, answers other commands.

use super::{Commands, DONE, output::Output};
use anyhow::Result;
use registrar_app::{App, command::CommandRunner, config::Config, maintenance};
use std::sync::Arc;

/// Runs until the process is ended.
pub fn run(config: Config, output: &mut Output<'_>) -> Result<u8> {
    let app = Arc::new(App::open(config)?);
    let mut desks = vec![app.desk(None)?];
    for name in app.names()? {
        let desk = app.desk(Some(&name))?;
        if !desks.iter().any(|known| Arc::ptr_eq(known, &desk)) {
            desks.push(desk);
        }
    }
    let commands: Arc<dyn CommandRunner> = Arc::new(Commands);
    maintenance::run(app, &desks, &[], &commands, output.sink)?;
    Ok(DONE)
}
