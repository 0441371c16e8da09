//! Answers the host calls that plugins make: reads and writes of the office's rows.

mod figures;
mod services;

pub(crate) use services::{Background, InTransaction, ReadCalls};
