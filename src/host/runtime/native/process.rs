//! A child process that runs one library, as the host sees it: started, asked over lanes, ended.

use crate::{
    plugin::quota::Quota,
    runtime::{
        native::{
            child::WORD,
            confine,
            frame::{self, DeadlineStream, FrameHead, kind},
            lane::Lane,
            output,
        },
        processor::CpuClock,
    },
    sync::lock,
};
use registrar_sdk::{Image, Value};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};
use std::{
    ffi::OsString,
    io::{self, IoSlice},
    mem::MaybeUninit,
    os::{
        fd::AsFd,
        unix::{net::UnixStream, process::ExitStatusExt},
    },
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::*},
    },
    time::{Duration, Instant},
};

/// What is started, and within which bounds.
#[derive(Clone, Debug)]
pub(crate) struct Launch {
    /// The plugin's id, for the log.
    pub id: String,
    /// The program that becomes the child, with arguments before the hidden word.
    pub program: Vec<OsString>,
    /// The library's private copy.
    pub library: PathBuf,
    /// The library's file name, for messages.
    pub file: String,
    /// The plugin's settings.
    pub settings: Value,
    /// Bytes of address space.
    pub memory: u64,
    /// How long loading may take.
    pub patience: Duration,
    /// How long it stays without a call.
    pub idle: Duration,
    /// What it may keep and say.
    pub quota: Arc<Quota>,
}

/// A running child. Killed when dropped.
pub(crate) struct Process {
    control: UnixStream,
    child: Mutex<Child>,
    idle: Mutex<Vec<Lane>>,
    busy: AtomicUsize,
    calls: AtomicU64,
    gone: AtomicBool,
    // It was ended because it went on computing between calls.
    between: AtomicBool,
    clock: Option<CpuClock>,
}

// A child that takes nothing for so long will not take the rest.
const SENDING: Duration = Duration::from_secs(10);

impl Process {
    /// Starts a child and has it load the library. Gives what the library registered.
    pub fn start(launch: &Launch) -> Result<(Process, Value), String> {
        let told = |e: io::Error| format!("its process cannot be started: {e}");
        let (program, args) = launch.program.split_first().ok_or(
            "this host was not told which program runs isolated plugins; set `native.program` in its configuration",
        )?;
        let (control, theirs) = UnixStream::pair().map_err(told)?;
        let (lines, output) = io::pipe().map_err(told)?;
        let child = Command::new(program)
            .args(args)
            .arg(WORD)
            .env_clear()
            .envs(confine::ENVIRONMENT.iter().copied())
            .current_dir("/")
            .stdin(Stdio::from(std::os::fd::OwnedFd::from(theirs)))
            .stdout(output.try_clone().map_err(told)?)
            .stderr(output)
            .spawn()
            .map_err(told)?;
        output::log(launch.id.clone(), lines).map_err(told)?;
        let clock = CpuClock::of_process(child.id());
        let (idle, busy, calls, gone, between) = Default::default();
        let process = Process { control, child: Mutex::new(child), idle, busy, calls, gone, between, clock };
        let registered = process.load(launch)?;
        Ok((process, registered))
    }

    fn load(&self, launch: &Launch) -> Result<Value, String> {
        let mut image = Image::default();
        let memory = i64::try_from(launch.memory).unwrap_or(i64::MAX);
        let values = [
            Value::text(launch.library.to_string_lossy()),
            launch.settings.clone(),
            Value::map([("memory", Value::Int(memory))]),
        ];
        let began = Instant::now();
        let outcome = (|| {
            self.control.set_read_timeout(Some(launch.patience))?;
            self.control.set_write_timeout(Some(SENDING))?;
            frame::send(
                &self.control,
                FrameHead { kind: kind::LOAD, ..FrameHead::default() },
                values.iter(),
                &mut image,
            )?;
            frame::receive(
                &mut DeadlineStream { stream: &self.control, moment: began + launch.patience },
                &mut image,
            )
        })();
        let head = match outcome {
            Ok(head) => head,
            Err(e) if is_timeout(&e) => {
                self.end(true);
                return Err(format!(
                    "did not return from load within {} ms and was stopped",
                    launch.patience.as_millis()
                ));
            }
            Err(_) => return Err(format!("its process {} while it loaded", self.end(false))),
        };
        let first = image.value(0).map_err(|e| format!("its process answered {e}"))?;
        if head.kind == kind::LOADED {
            if let Ok(Value::Text(confined)) = image.value(1) {
                let ms = began.elapsed().as_millis();
                tracing::debug!(plugin = %launch.id, %confined, ms, "The plugin runs in a process of its own.");
            }
            return Ok(first);
        }
        Err(first.as_str().unwrap_or("refused and gave no reason").to_owned())
    }

    /// Whether it ended, or must not be used any more.
    pub fn is_gone(&self) -> bool {
        self.gone.load(Acquire)
    }

    /// A lane that nobody uses.
    pub fn lane(&self) -> io::Result<Lane> {
        if let Some(lane) = lock(&self.idle).pop() {
            return Ok(lane);
        }
        let (lane, (theirs, back)) = Lane::open()?;
        let head = FrameHead { kind: kind::LANE, ..FrameHead::default() };
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        let descriptors = [theirs.as_fd(), back.as_fd()];
        ancillary.push(SendAncillaryMessage::ScmRights(&descriptors));
        let parts = [IoSlice::new(bytemuck::bytes_of(&head))];
        sendmsg(&self.control, &parts, &mut ancillary, SendFlags::NOSIGNAL)?;
        Ok(lane)
    }

    /// Gives a lane back whose call has ended.
    pub fn give_back(&self, lane: Lane) {
        lock(&self.idle).push(lane);
    }

    /// Counts a call in, until what is answered is dropped; `None` if it has ended, or is about to.
    pub fn enter(&self) -> Option<Busy<'_>> {
        // Either this sees that it is gone, or who ends it sees that it is busy.
        self.busy.fetch_add(1, SeqCst);
        let busy = Busy(&self.busy);
        if self.gone.load(SeqCst) {
            return None;
        }
        self.calls.fetch_add(1, AcqRel);
        Some(busy)
    }

    /// Ends it for want of calls, unless one came in; says whether it did.
    pub fn retire(&self) -> bool {
        self.gone.store(true, SeqCst);
        if self.busy.load(SeqCst) > 0 {
            self.gone.store(false, SeqCst);
            return false;
        }
        self.end(true);
        lock(&self.idle).clear();
        true
    }

    /// Whether a call is under way.
    pub fn is_busy(&self) -> bool {
        self.busy.load(Acquire) > 0
    }

    /// How many calls it was given.
    pub fn calls(&self) -> u64 {
        self.calls.load(Acquire)
    }

    /// The processor time that it has used with all its threads; `None` if that can't be had.
    pub fn used(&self) -> Option<Duration> {
        self.clock.as_ref()?.read()
    }

    /// Ends it for what it did between calls.
    pub fn end_between(&self) {
        self.between.store(true, Release);
        self.end(true);
    }

    /// Whether it was ended for that.
    pub fn was_ended_between(&self) -> bool {
        self.between.load(Acquire)
    }

    /// Waits until it has ended, and says how; `kill`s it first, or when it does not end by itself.
    pub fn end(&self, kill: bool) -> String {
        let mut child = lock(&self.child);
        self.gone.store(true, Release);
        if !kill {
            let patience = Instant::now() + Duration::from_millis(100);
            while Instant::now() < patience {
                match child.try_wait() {
                    Ok(Some(status)) => return describe(status),
                    Ok(None) => std::thread::sleep(Duration::from_micros(200)),
                    Err(e) => return format!("is lost: {e}"),
                }
            }
        }
        // It may have ended this very moment.
        let _ = child.kill();
        match child.wait() {
            Ok(_) if !kill => "closed its connection and was stopped".into(),
            Ok(status) => describe(status),
            Err(e) => format!("is lost: {e}"),
        }
    }
}

/// A call that is under way in a child.
pub(crate) struct Busy<'a>(&'a AtomicUsize);

impl Busy<'_> {
    /// Leaves it counted for good: whoever else was in a process that ended may look later.
    pub fn stay(self) -> bool {
        let others = self.0.load(Acquire) > 1;
        std::mem::forget(self);
        others
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, AcqRel);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end(true);
    }
}

/// Whether a read took longer than it was allowed to.
pub(crate) fn is_timeout(e: &io::Error) -> bool {
    matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

fn describe(status: ExitStatus) -> String {
    let name = |signal| match signal {
        4 => " (SIGILL, illegal code)",
        6 => " (SIGABRT, it aborted)",
        7 => " (SIGBUS, a bus error)",
        8 => " (SIGFPE, an arithmetic error)",
        9 => " (SIGKILL, it was stopped)",
        11 => " (SIGSEGV, a segmentation fault)",
        24 => " (SIGXCPU, out of computing time)",
        31 => " (SIGSYS, a forbidden system call)",
        _ => "",
    };
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exited with code {code}"),
        (_, Some(signal)) => format!("ended by signal {signal}{}", name(signal)),
        _ => format!("ended: {status}"),
    }
}
