//! The one writer of a file: who takes it has it until it is given back, and others wait. Unlike a
//! lock's guard it can go to another thread.

use super::held;
use rusqlite::Connection;
use std::sync::{Condvar, Mutex};

pub(super) struct Turn {
    writer: Mutex<Option<Connection>>,
    free: Condvar,
}

impl Turn {
    pub fn new(writer: Connection) -> Turn {
        Turn { writer: Mutex::new(Some(writer)), free: Condvar::new() }
    }

    /// Waits for the writer and takes it.
    pub fn take(&self) -> Connection {
        let mut writer = held(&self.writer);
        loop {
            match writer.take() {
                Some(writer) => return writer,
                None => writer = self.free.wait(writer).unwrap_or_else(|poisoned| poisoned.into_inner()),
            }
        }
    }

    pub fn give_back(&self, connection: Connection) {
        *held(&self.writer) = Some(connection);
        self.free.notify_one();
    }
}
