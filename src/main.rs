//! The program: runs a command, and ends with its exit code.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    // An isolated plugin runs in this same program, started again.
    if let Some(code) = registrar_host::runtime::native::serve_if_child() {
        return code;
    }
    ExitCode::from(cli::main())
}
