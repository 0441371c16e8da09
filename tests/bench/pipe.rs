//! The bare limit of a call into another process: two pipes, and a child that reads so many bytes
//! and writes so many.

use std::{
    io::{PipeReader, PipeWriter, Read, Write, pipe, stdin, stdout},
    process::{Child, Command},
};

/// Makes this program the child.
pub const WORD: &str = "--echo";

/// The child: told the sizes first, it answers each message with one.
pub fn echo() {
    let (mut from, mut to) = (stdin().lock(), stdout().lock());
    let mut sizes = [0u8; 16];
    from.read_exact(&mut sizes).expect("the sizes");
    let size = |at: usize| u64::from_le_bytes(sizes[at..at + 8].try_into().expect("eight bytes")) as usize;
    let (mut there, back) = (vec![0u8; size(0)], vec![1u8; size(8)]);
    while from.read_exact(&mut there).is_ok() {
        to.write_all(&back).and_then(|()| to.flush()).expect("a parent");
    }
}

/// A child that echoes.
pub struct Bare {
    child: Child,
    to: Option<PipeWriter>,
    from: PipeReader,
    there: Vec<u8>,
    back: Vec<u8>,
}

impl Bare {
    /// For messages of these sizes.
    pub fn start(there: usize, back: usize) -> Bare {
        let (theirs, mut to) = pipe().expect("a pipe");
        let (from, out) = pipe().expect("a pipe");
        let program = std::env::current_exe().expect("this program");
        let child = Command::new(program).arg(WORD).stdin(theirs).stdout(out).spawn().expect("a child");
        to.write_all(&[(there as u64).to_le_bytes(), (back as u64).to_le_bytes()].concat())
            .expect("the sizes");
        Bare { child, to: Some(to), from, there: vec![2; there], back: vec![0; back] }
    }

    /// There and back once.
    pub fn round(&mut self) {
        self.to.as_mut().expect("a pipe").write_all(&self.there).expect("a child");
        self.from.read_exact(&mut self.back).expect("an answer");
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        // It ends when nothing more can come.
        self.to = None;
        let _ = self.child.wait();
    }
}
