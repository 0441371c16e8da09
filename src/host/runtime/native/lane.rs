//! A way to a child for one call at a time, and back: two pipes, which cost less than a socket does.
//! Nobody at the other end can hold it up, not by taking or giving a byte at a time either.

use crate::runtime::native::frame::{self, FrameHead};
use registrar_sdk::{Image, Value};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::{Errno, ioctl_fionbio},
    pipe::fcntl_setpipe_size,
};
use std::{
    io::{self, BufReader, PipeReader, PipeWriter, Read, Write},
    os::fd::{AsFd, BorrowedFd},
    time::{Duration, Instant},
};

/// Bytes that a reader takes at once.
pub(crate) const ROOM: usize = 64 << 10;
// Bytes that may be on their way: a large batch should not stop on it.
const ON_ITS_WAY: usize = 1 << 20;
// A child that takes nothing for so long will not take the rest.
const SENDING: Duration = Duration::from_secs(10);

/// See the module.
pub(crate) struct Lane {
    from: BufReader<DeadlinePipe<PipeReader>>,
    to: DeadlinePipe<PipeWriter>,
    /// What was received last.
    pub image: Image,
    patience: Duration,
}

impl Lane {
    /// A lane, and the ends of it that the child gets: where it reads, where it writes.
    pub fn open() -> io::Result<(Lane, (PipeReader, PipeWriter))> {
        let (theirs, to) = io::pipe()?;
        let (from, back) = io::pipe()?;
        // A user who has many pipes gets smaller ones; these carry everything, too.
        let _ = fcntl_setpipe_size(&to, ON_ITS_WAY);
        let _ = fcntl_setpipe_size(&from, ON_ITS_WAY);
        ioctl_fionbio(&to, true)?;
        let moment = Instant::now();
        let lane = Lane {
            from: BufReader::with_capacity(ROOM, DeadlinePipe { end: from, moment }),
            to: DeadlinePipe { end: to, moment },
            image: Image::default(),
            patience: Duration::ZERO,
        };
        Ok((lane, (theirs, back)))
    }

    /// How long the next answer may take.
    pub fn within(&mut self, patience: Duration) {
        self.patience = patience.max(Duration::from_millis(1));
    }

    /// Sends a message.
    pub fn send<'a>(
        &mut self,
        head: FrameHead,
        values: impl ExactSizeIterator<Item = &'a Value>,
    ) -> io::Result<()> {
        self.to.moment = Instant::now() + SENDING;
        frame::send(&mut self.to, head, values, &mut self.image)
    }

    /// Waits for the other end to say something; whether it has.
    pub fn is_told(&mut self, patience: Duration) -> io::Result<bool> {
        if !self.from.buffer().is_empty() {
            return Ok(true);
        }
        let end = self.from.get_mut();
        end.moment = Instant::now() + patience;
        match end.wait(PollFlags::IN) {
            Err(e) if e.kind() == io::ErrorKind::TimedOut => Ok(false),
            waited => waited.map(|()| true),
        }
    }

    /// Receives one; its values are in `image`.
    pub fn receive(&mut self) -> io::Result<FrameHead> {
        self.from.get_mut().moment = Instant::now() + self.patience;
        frame::receive(&mut self.from, &mut self.image)
    }
}

/// An end of a pipe of which every part must come, or go, by one moment.
struct DeadlinePipe<P> {
    end: P,
    moment: Instant,
}

impl<P: AsFd> DeadlinePipe<P> {
    fn wait(&self, flags: PollFlags) -> io::Result<()> {
        loop {
            let left = self.moment.saturating_duration_since(Instant::now());
            let left = Timespec::try_from(left).map_err(io::Error::other)?;
            let end: BorrowedFd<'_> = self.end.as_fd();
            match poll(&mut [PollFd::from_borrowed_fd(end, flags)], Some(&left)) {
                Ok(0) => return Err(io::ErrorKind::TimedOut.into()),
                Err(Errno::INTR) => {}
                other => return other.map(drop).map_err(io::Error::from),
            }
        }
    }
}

impl Read for DeadlinePipe<PipeReader> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.wait(PollFlags::IN)?;
        self.end.read(room)
    }
}

impl DeadlinePipe<PipeWriter> {
    // The end does not block, so that a child that reads no more is noticed.
    fn patiently(&mut self, write: impl Fn(&mut PipeWriter) -> io::Result<usize>) -> io::Result<usize> {
        loop {
            match write(&mut self.end) {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => self.wait(PollFlags::OUT)?,
                other => return other,
            }
        }
    }
}

impl Write for DeadlinePipe<PipeWriter> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.patiently(|end| end.write(bytes))
    }
    fn write_vectored(&mut self, parts: &[io::IoSlice<'_>]) -> io::Result<usize> {
        self.patiently(|end| end.write_vectored(parts))
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::runtime::native::{frame::kind, lane::*};

    #[test]
    fn a_message_goes_there_and_comes_back() {
        let (mut lane, (theirs, mut back)) = Lane::open().unwrap();
        let value = Value::List(vec![Value::text("中".repeat(400_000)), Value::Int(1)]);
        let own = value.clone();
        let child = std::thread::spawn(move || {
            let (mut from, mut image) = (BufReader::new(theirs), Image::default());
            let head = frame::receive(&mut from, &mut image).unwrap();
            assert_eq!((head.kind, image.value(0)), (kind::CALL, Ok(own.clone())));
            frame::send(&mut back, FrameHead { kind: kind::DONE, ..head }, [own].iter(), &mut image).unwrap();
        });
        lane.within(Duration::from_secs(10));
        lane.send(FrameHead { kind: kind::CALL, ..FrameHead::default() }, [value.clone()].iter()).unwrap();
        assert_eq!(lane.receive().unwrap().kind, kind::DONE);
        assert_eq!(lane.image.value(0), Ok(value));
        child.join().unwrap();
        assert_eq!(lane.receive().unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn nobody_is_waited_for_longer_than_allowed() {
        let (mut lane, (_theirs, mut back)) = Lane::open().unwrap();
        lane.within(Duration::from_millis(30));
        let began = Instant::now();
        assert_eq!(lane.receive().unwrap_err().kind(), io::ErrorKind::TimedOut);
        // A byte now and then is no answer.
        let drip = std::thread::spawn(move || {
            for _ in 0..200 {
                std::thread::sleep(Duration::from_millis(10));
                if back.write_all(b"x").is_err() {
                    break;
                }
            }
        });
        lane.within(Duration::from_millis(60));
        assert_eq!(lane.receive().unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
        drop(lane);
        drip.join().unwrap();
    }
}
