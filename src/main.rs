//! The program: runs a command, and ends with its exit code.

mod app;
mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(cli::main())
}
