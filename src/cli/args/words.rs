//! What a command can be told to do, by a word.

use clap::Subcommand;

/// What `new` writes.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewKind {
    /// A single-file script.
    Script,
    /// A register with its manifest.
    Register,
    /// A rule set with its manifest.
    Rules,
    /// A native plugin in Rust.
    Plugin,
}

/// What `user` does.
#[derive(Subcommand, Debug)]
pub enum UserCommand {
    /// Give a person of the directory a password, read from standard input
    Password {
        /// Their id
        person: String,
    },
    /// Take a person's password away and sign them out
    Remove {
        /// Their id
        person: String,
    },
}

/// What `parked` does.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParkedAction {
    /// Try them all again.
    Retry,
}
