//! The command line, by the real program: what is printed, what is refused, how it ends.

mod broken;
mod commands;
mod figures;
mod native;
mod refusals;
mod report;
mod settings;
mod tables;
