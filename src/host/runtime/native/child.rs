//! The child's side: the same program, started again under a hidden word, confines itself, loads
//! one library and answers calls to it until the host is gone.

use crate::runtime::native::{
    confine,
    frame::{self, FrameHead, kind},
    lane::ROOM,
    limits::ProcessLimits,
    loader,
};
use registrar_sdk::{
    Image, Value,
    abi::{Arena, CallFailure, HostCalls, LoadedLibrary},
};
use rustix::{
    net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg},
    process::setpriority_process,
};
use std::{
    io::{self, BufReader, IoSliceMut, PipeReader, PipeWriter, Write},
    mem::MaybeUninit,
    os::fd::AsFd,
    os::unix::net::UnixStream,
    sync::Arc,
    thread,
};

/// The word after a program's name that makes it a child. See [`crate::runtime::native::serve_if_child`].
pub const WORD: &str = "__registrar-isolated-plugin";

/// How much a child stands back behind the host when the machine is busy.
const BEHIND: i32 = 5;

/// How a child says that a call went; further ones are the border's own.
pub(crate) mod status {
    pub const OK: i64 = 0;
    pub const FAILED: i64 = 1;
    pub const PANICKED: i64 = 2;
    pub const BAD: i64 = 3;
}

/// Runs the child; its standard input is the channel to the host.
pub(crate) fn run() -> Result<(), String> {
    let told = |e: io::Error| e.to_string();
    // A file that the host was started with is not a library's to read.
    loader::close_inherited().map_err(|e| format!("what was inherited can't be closed: {e}"))?;
    let control = io::stdin().as_fd().try_clone_to_owned().map(UnixStream::from).map_err(told)?;
    let mut image = Image::default();
    let head = frame::receive(&mut &control, &mut image).map_err(told)?;
    if head.kind != kind::LOAD {
        return Err("this word is for the host's own use".into());
    }
    // Whoever waits for the host comes first; threads inherit it.
    let _ = setpriority_process(None, BEHIND);
    let mut reply = FrameHead::default();
    let instance = match load(&image) {
        Ok((instance, values)) => {
            reply.kind = kind::LOADED;
            frame::send(&control, reply, values.iter(), &mut image).map_err(told)?;
            Arc::new(instance)
        }
        Err(problem) => {
            reply.kind = kind::REFUSED;
            let problem = Value::text(problem);
            return frame::send(&control, reply, [problem].iter(), &mut image).map_err(told);
        }
    };
    // Until the host closes its end.
    while let Some(lane) = next_lane(&control).map_err(told)? {
        let instance = instance.clone();
        // A lane that cannot be served is closed, which the host sees.
        let _ = thread::Builder::new().name("lane".into()).stack_size(4 << 20).spawn(move || {
            // The host is gone or gave up the lane.
            let _ = serve(lane, &instance);
        });
    }
    Ok(())
}

fn load(image: &Image) -> Result<(LoadedLibrary, Vec<Value>), String> {
    let value = |at| image.value(at).map_err(|e| e.to_string());
    let (path, settings, limits) = (value(0)?, value(1)?, value(2)?);
    // Once it is confined there is no folder that it was started in.
    let path = std::path::absolute(path.as_str().unwrap_or("")).map_err(|e| e.to_string())?;
    let path = path.as_path();
    let mut confined = ProcessLimits::default();
    let number = |key: &str| limits.get(key).as_int().and_then(|n| u64::try_from(n).ok());
    confined.memory = number("memory").unwrap_or(confined.memory);
    let confined = confine::confine(&confined, path)?;
    let door = loader::open(path, usize::MAX)?;
    let instance = door.load(&settings, Box::new(log))?;
    confine::lift_cpu()?;
    let registered = instance.handlers().iter();
    let registered: Vec<Value> = registered
        .map(|r| Value::map([("point", Value::text(&r.point)), ("options", r.options.clone())]))
        .collect();
    Ok((instance, vec![Value::List(registered), Value::text(confined.to_string())]))
}

// One line on the standard error output, which the host reads; a level goes before the text.
fn log(level: u32, text: &str) {
    let line = format!("\u{1}{} {}\n", level.min(3), text.replace('\n', "\\n"));
    // Nobody else could be told.
    let _ = io::stderr().write_all(line.as_bytes());
}

// Where a lane is read, and where it is answered.
type ChildLane = (PipeReader, PipeWriter);

fn next_lane(control: &UnixStream) -> io::Result<Option<ChildLane>> {
    let mut head = FrameHead::default();
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let mut room = [IoSliceMut::new(bytemuck::bytes_of_mut(&mut head))];
    let got = loop {
        match recvmsg(control, &mut room, &mut ancillary, RecvFlags::CMSG_CLOEXEC) {
            Err(rustix::io::Errno::INTR) => {}
            got => break got?,
        }
    };
    if got.bytes == 0 {
        return Ok(None);
    }
    let descriptors = ancillary.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(rights) => Some(rights),
        _ => None,
    });
    let mut descriptors = descriptors.flatten();
    match (descriptors.next(), descriptors.next()) {
        (Some(from), Some(to)) => Ok(Some((from.into(), to.into()))),
        _ => Err(io::Error::other("no descriptors came")),
    }
}

fn serve((from, to): ChildLane, instance: &LoadedLibrary) -> io::Result<()> {
    let mut from = BufReader::with_capacity(ROOM, from);
    let (mut args, mut out) = (Image::default(), Image::default());
    let mut arena = Arena::default();
    let mut answers = Vec::new();
    loop {
        let head = frame::receive(&mut from, &mut args)?;
        let (count, each) = (head.count as usize, head.each as usize);
        answers.clear();
        for at in 0..count {
            let mut calls = ChildCalls { to: &to, from: &mut from, image: &mut out };
            let range = (at * each, each);
            let (status, value) =
                match instance.call_image(head.handler as usize, &mut args, range, &mut arena, &mut calls) {
                    Ok(value) => (status::OK, value),
                    Err(CallFailure::Panicked(text)) => (status::PANICKED, Value::text(text)),
                    Err(CallFailure::Failed(text)) => (status::FAILED, Value::text(text)),
                    Err(bad) => (status::BAD, Value::text(bad.to_string())),
                };
            answers.push(Value::Int(status));
            answers.push(value);
        }
        let reply = FrameHead { kind: kind::DONE, count: head.count, ..FrameHead::default() };
        if let Err(e) = frame::send(&to, reply, answers.iter(), &mut out) {
            if e.kind() != io::ErrorKind::Other {
                return Err(e);
            }
            // The answers together are more than crosses at once.
            let told = [Value::Int(status::BAD), Value::text(format!("answered {e}"))];
            answers.clear();
            (0..count).for_each(|_| answers.extend(told.iter().cloned()));
            frame::send(&to, reply, answers.iter(), &mut out)?;
        }
    }
}

// Host calls go over the lane of the call they belong to; the host answers before it asks anew.
struct ChildCalls<'a> {
    to: &'a PipeWriter,
    from: &'a mut BufReader<PipeReader>,
    image: &'a mut Image,
}

impl HostCalls for ChildCalls<'_> {
    fn call(&mut self, name: &str, args: Vec<Value>) -> Result<Value, String> {
        let lost = |e: io::Error| format!("the host does not answer: {e}");
        let values: Vec<Value> = [Value::text(name)].into_iter().chain(args).collect();
        let head = FrameHead { kind: kind::ASK, count: values.len() as u32 - 1, ..FrameHead::default() };
        frame::send(self.to, head, values.iter(), self.image).map_err(lost)?;
        let head = frame::receive(self.from, self.image).map_err(lost)?;
        let value = self.image.value(0).map_err(|e| e.to_string())?;
        match head.kind {
            kind::ANSWER => Ok(value),
            _ => Err(value.as_str().unwrap_or("the host call failed").to_owned()),
        }
    }
}
