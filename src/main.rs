//! The program: parses, runs, prints the error.

mod app;
mod cli;

use std::{io::IsTerminal, process::ExitCode};
use tracing_subscriber::{EnvFilter, fmt};

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("REGISTRAR_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let colours = std::io::stderr().is_terminal();
    fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).with_target(false).init();
    ExitCode::from(cli::main())
}
