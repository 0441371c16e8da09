//! Messages between the host and a child: a head of fixed size, then an image. One write sends one,
//! so that a message in the usual size costs a single crossing.

use bytemuck::{Pod, Zeroable, bytes_of, bytes_of_mut};
use registrar_sdk::{Image, Value};
use std::{
    io::{self, IoSlice, Read, Write},
    time::Instant,
};

/// What a message is.
pub(crate) mod kind {
    /// To the child: load the library. Values: path, settings, limits.
    pub const LOAD: u32 = 1;
    /// From the child: it is loaded. Values: one a registration, and a note on its confinement.
    pub const LOADED: u32 = 2;
    /// From the child: it cannot be loaded. Value: why.
    pub const REFUSED: u32 = 3;
    /// To the child: a descriptor comes with this byte, for calls of its own.
    pub const LANE: u32 = 4;
    /// To the child: call a handler, `count` times with `each` arguments.
    pub const CALL: u32 = 5;
    /// From the child: two values a call, a status and the answer or the reason.
    pub const DONE: u32 = 6;
    /// From the child: a host call. Values: its name, its arguments.
    pub const ASK: u32 = 7;
    /// To the child: the host call's answer.
    pub const ANSWER: u32 = 8;
    /// To the child: the host call failed. Value: why.
    pub const FAILED: u32 = 9;
}

/// The head of a message.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
pub(crate) struct FrameHead {
    pub kind: u32,
    /// Of a call: the handler.
    pub handler: u32,
    /// Of a call: how many calls this is. Of a host call: how many arguments it has.
    pub count: u32,
    /// Of a call: how many arguments each has.
    pub each: u32,
    /// Nodes of the image.
    pub nodes: u32,
    /// Bytes of text of the image.
    pub texts: u32,
}

/// A connection that nobody can hold up by taking or giving a byte at a time: every part must come
/// by one moment. How long a single part may take is the connection's own limit.
pub(crate) struct DeadlineStream<S> {
    pub stream: S,
    pub moment: Instant,
}

impl<S> DeadlineStream<S> {
    fn check(&self) -> io::Result<()> {
        if Instant::now() > self.moment { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) }
    }
}

impl<S: Read> Read for DeadlineStream<S> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.check()?;
        self.stream.read(room)
    }
}

impl<S: Write> Write for DeadlineStream<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.check()?;
        self.stream.write(bytes)
    }
    fn write_vectored(&mut self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        self.check()?;
        self.stream.write_vectored(parts)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// Sends `values`; `image` is only memory to use.
pub(crate) fn send<'a>(
    mut to: impl Write,
    mut head: FrameHead,
    values: impl ExactSizeIterator<Item = &'a Value>,
    image: &mut Image,
) -> io::Result<()> {
    image.hold(values).map_err(io::Error::other)?;
    (head.nodes, head.texts) = image.size();
    let (nodes, texts) = image.parts();
    let mut parts = [IoSlice::new(bytes_of(&head)), IoSlice::new(nodes), IoSlice::new(texts)];
    let mut left = &mut parts[..];
    while !left.is_empty() {
        match to.write_vectored(left) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(sent) => IoSlice::advance_slices(&mut left, sent),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// Receives a message into `image`. An error of the kind `UnexpectedEof` means that nobody is there.
pub(crate) fn receive(from: &mut impl Read, image: &mut Image) -> io::Result<FrameHead> {
    let mut head = FrameHead::default();
    from.read_exact(bytes_of_mut(&mut head))?;
    let (nodes, texts) = image.receive(head.nodes, head.texts).map_err(io::Error::other)?;
    from.read_exact(nodes)?;
    from.read_exact(texts)?;
    Ok(head)
}
