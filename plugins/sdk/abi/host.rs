//! The host's side of the border: opens a library's door, loads it, calls its handlers.

use super::{
    Arena, BadTree, Node, View,
    read::{Bounds, Reader},
    tables::{CallHandle, FAILED, Handler, HostTable, LoadHandle, MAJOR, MINOR, OK, PANICKED, PluginTable},
    tag,
};
use crate::{Image, Value};
use std::{
    ffi::{c_char, c_void},
    mem::offset_of,
    ptr, slice,
};

/// Answers the host calls of a handler while it runs.
pub trait Calls {
    /// Answers one call.
    ///
    /// # Errors
    /// What the plugin should read.
    fn call(&mut self, name: &str, args: Vec<Value>) -> Result<Value, String>;
}

/// Where a plugin's log lines go: level (0 to 3) and text. Called from any thread.
pub type Log = Box<dyn Fn(u32, &str) + Send + Sync>;

/// Why a handler gave no answer.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum Failure {
    /// It said so.
    #[error("{0}")]
    Failed(String),
    /// It panicked; what it left behind is anybody's guess.
    #[error("{0}")]
    Panicked(String),
    /// What it answered is no value.
    #[error("answered {0}")]
    Bad(#[from] BadTree),
    /// It returned a status that this version does not know.
    #[error("returned the status {0}; expected 0 (done), 1 (failed) or 2 (panicked)")]
    Status(i32),
    /// The arguments are more than a call may hold.
    #[error("the arguments are more than a call may hold")]
    TooMuch,
}

/// An entry whose table fits this host.
#[derive(Clone, Copy)]
pub struct Door {
    table: PluginTable,
}

/// The type of a library's entry, `registrar_plugin`.
pub type Entry = extern "C" fn() -> *const PluginTable;

impl Door {
    /// Calls the entry and checks its table.
    ///
    /// # Errors
    /// The field that differs, and the remedy.
    ///
    /// # Safety
    /// `entry` is a plugin's entry, and what its table points to stays loaded while the door or
    /// anything made through it is used.
    pub unsafe fn open(entry: Entry) -> Result<Door, String> {
        let table = entry();
        if table.is_null() {
            return Err("its entry answers null instead of a table".into());
        }
        // SAFETY: a table begins with four numbers in every version.
        let [size, major, minor, node_size] = unsafe { table.cast::<[u32; 4]>().read_unaligned() };
        let rebuild = "rebuild it with this host's SDK or registrar.h";
        if major != MAJOR {
            return Err(format!(
                "major is {major} in its table (minor {minor}); this host has {MAJOR}: {rebuild}"
            ));
        }
        if node_size as usize != size_of::<Node>() {
            return Err(format!("node_size is {node_size}; this host has {}: {rebuild}", size_of::<Node>()));
        }
        if (size as usize) < size_of::<PluginTable>() {
            return Err(format!("size is {size}; this host needs {}: {rebuild}", size_of::<PluginTable>()));
        }
        // SAFETY: the table is as long as this version's.
        let table = unsafe { table.read_unaligned() };
        match table.load {
            Some(_) => Ok(Door { table }),
            None => Err(format!("load is null in its table; {rebuild}")),
        }
    }

    /// The door of a plugin that is linked into this very program, as in its unit tests.
    ///
    /// # Errors
    /// As [`Door::open`].
    pub fn linked(entry: Entry) -> Result<Door, String> {
        // SAFETY: what is linked in stays, and the declaring macro made the entry.
        unsafe { Door::open(entry) }
    }

    /// Loads the plugin: has it register its handlers.
    ///
    /// # Errors
    /// What the plugin says, or what was wrong with a registration.
    pub fn load(&self, settings: &Value, log: Log) -> Result<Instance, String> {
        let log = Box::into_raw(Box::new(log));
        let host = Box::new(HostTable {
            size: size_of::<HostTable>() as u32,
            major: MAJOR,
            minor: MINOR,
            node_size: size_of::<Node>() as u32,
            on,
            settings: settings_of,
            refuse,
            log: log_line,
            alloc,
            call,
            context: log.cast_const().cast(),
        });
        let mut instance = Instance { host, log, table: self.table, made: None, handlers: Vec::new() };
        let mut arena = Arena::default();
        let settings = arena.lay_out(settings).ok_or("its settings are more than a call may hold")?;
        let mut state = Loading { settings, registered: Vec::new(), problem: None };
        let mut handle = LoadHandle { host: &raw const *instance.host, context: (&raw mut state).cast() };
        let mut made = ptr::null_mut();
        // `open` saw that it is there.
        let Some(load) = self.table.load else { return Err("load is null in its table".into()) };
        // SAFETY: handle, tables and `made` outlive the call; the door's library is loaded.
        let status = unsafe { load(&raw mut handle, &raw mut made) };
        match (status, state.problem) {
            (OK, None) => {
                instance.made = Some(made);
                instance.handlers = state.registered;
                Ok(instance)
            }
            (OK, Some(problem)) => {
                instance.made = Some(made);
                Err(problem)
            }
            (_, Some(problem)) => Err(problem),
            (status, None) => Err(format!("load returned {status} and gave no reason")),
        }
    }
}

/// A loaded plugin; unloaded when dropped, which must be after the last call has returned.
pub struct Instance {
    host: Box<HostTable>,
    log: *mut Log,
    table: PluginTable,
    made: Option<*mut c_void>,
    handlers: Vec<Registered>,
}

// SAFETY: the border's rules: handlers may be called from several threads at once, the log from
// any; the other pointers are only handed on.
unsafe impl Send for Instance {}
// SAFETY: as above.
unsafe impl Sync for Instance {}

impl Drop for Instance {
    fn drop(&mut self) {
        if let (Some(made), Some(unload)) = (self.made, self.table.unload) {
            // SAFETY: load answered `made`; whoever drops the instance has no call running in it.
            unsafe { unload(made) };
        }
        // SAFETY: `load` took it from a box; the plugin's threads have ended with `unload`.
        drop(unsafe { Box::from_raw(self.log) });
    }
}

/// A handler that a plugin registered.
pub struct Registered {
    /// The point it named.
    pub point: String,
    /// Its options; a map, or nil.
    pub options: Value,
    handler: Handler,
    data: *mut c_void,
}

struct Loading {
    settings: Node,
    registered: Vec<Registered>,
    problem: Option<String>,
}

/// A call while it runs.
struct Frame<'a> {
    arena: &'a mut Arena,
    calls: &'a mut dyn Calls,
    args: &'a [Value],
    // Results of host calls: their texts are borrowed until the handler returns.
    #[expect(clippy::vec_box, reason = "a value must stay where it is when the next one comes")]
    kept: Vec<Box<Value>>,
    image: [(u64, u64); 2],
    thread: usize,
}

impl Frame<'_> {
    fn bounds(&self) -> Bounds<'_> {
        Bounds { arena: self.arena, args: self.args, kept: &self.kept, image: self.image }
    }
}

impl Instance {
    /// What it registered, in order.
    pub fn handlers(&self) -> &[Registered] {
        &self.handlers
    }

    /// Calls the handler at `index`. With an arena that was used before, arguments and answers of
    /// the usual size take no memory from the system.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn call(
        &self,
        index: usize,
        args: &[Value],
        arena: &mut Arena,
        calls: &mut dyn Calls,
    ) -> Result<Value, Failure> {
        arena.reset();
        let nodes = arena.lay_out_all(args);
        if nodes.is_null() {
            return Err(Failure::TooMuch);
        }
        let frame = Frame { arena, calls, args, kept: Vec::new(), image: [(0, 0); 2], thread: thread_mark() };
        self.run(index, nodes, args.len(), frame)
    }

    /// Calls it with `count` values of an image, from the value at `from` on; for the child, whose
    /// arguments come as bytes.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn call_image(
        &self,
        index: usize,
        image: &mut Image,
        (from, count): (usize, usize),
        arena: &mut Arena,
        calls: &mut dyn Calls,
    ) -> Result<Value, Failure> {
        arena.reset();
        let (nodes, ranges) = image.pin().map_err(|_| Failure::TooMuch)?;
        let Some(nodes) = nodes.get(from..from + count) else { return Err(Failure::TooMuch) };
        let first = nodes.as_ptr();
        let frame = Frame { arena, calls, args: &[], kept: Vec::new(), image: ranges, thread: thread_mark() };
        self.run(index, first, count, frame)
    }

    /// The same call over and over on arguments that are laid out once, with nothing checked and
    /// nothing read back: the bare limit that benchmarks compare a call with. `None` if there is no
    /// such handler.
    pub fn bare<'a>(
        &'a self,
        index: usize,
        args: &'a [Value],
        arena: &'a mut Arena,
        calls: &'a mut dyn Calls,
    ) -> Option<impl FnMut() -> Node + use<'a>> {
        arena.reset();
        let nodes = arena.lay_out_all(args);
        let registered = self.handlers.get(index).filter(|_| !nodes.is_null())?;
        let mut frame =
            Frame { arena, calls, args, kept: Vec::new(), image: [(0, 0); 2], thread: thread_mark() };
        Some(move || {
            let mut handle = CallHandle { host: &raw const *self.host, context: (&raw mut frame).cast() };
            let mut answer = Node::default();
            // SAFETY: as in `run`.
            let _ = unsafe {
                let (data, count) = (registered.data, args.len() as u32);
                (registered.handler)(&raw mut handle, data, nodes, count, &raw mut answer)
            };
            answer
        })
    }

    fn run(
        &self,
        index: usize,
        nodes: *const Node,
        count: usize,
        mut frame: Frame<'_>,
    ) -> Result<Value, Failure> {
        let Some(registered) = self.handlers.get(index) else {
            return Err(Failure::Failed(format!("has no handler {index}")));
        };
        let mut handle = CallHandle { host: &raw const *self.host, context: (&raw mut frame).cast() };
        let mut answer = Node::default();
        // SAFETY: everything lives until the call returns; the frame is reached only through the
        // handle meanwhile. Whoever made the instance vouched that its library stays loaded.
        let status = unsafe {
            (registered.handler)(&raw mut handle, registered.data, nodes, count as u32, &raw mut answer)
        };
        match status {
            OK => {
                if let Some(scalar) = scalar(answer) {
                    return Ok(scalar);
                }
                let bounds = frame.bounds();
                Ok(Reader::new(&bounds).read(answer, 0)?)
            }
            FAILED | PANICKED => {
                let bounds = frame.bounds();
                let text = match Reader::new(&bounds).read(answer, 0) {
                    Ok(Value::Text(text)) => text.to_string(),
                    Ok(_) => "failed and gave no reason".into(),
                    Err(bad) => format!("failed, and its reason is {bad}"),
                };
                Err(if status == PANICKED { Failure::Panicked(text) } else { Failure::Failed(text) })
            }
            other => Err(Failure::Status(other)),
        }
    }
}

// The usual answer, without a walk.
#[inline]
fn scalar(node: Node) -> Option<Value> {
    match node.tag {
        tag::NIL => Some(Value::Nil),
        tag::INT => Some(Value::Int(node.scalar as i64)),
        tag::NUM => Some(Value::Num(f64::from_bits(node.scalar))),
        tag::AMOUNT => Some(Value::Amount(crate::Amount::from_micros(node.scalar as i64))),
        _ => None,
    }
}

// The address of a thread's own byte tells threads apart at the price of a look.
fn thread_mark() -> usize {
    thread_local! { static MARK: u8 = const { 0 }; }
    MARK.with(|mark| ptr::from_ref(mark) as usize)
}

// What a plugin says at load; more is no name and no option.
const LONGEST: u32 = 1 << 20;

// SAFETY: the caller vouches that `len` bytes lie at `text`, unless it is null.
unsafe fn given<'a>(text: *const c_char, len: u32) -> Result<&'a str, String> {
    if len == 0 {
        return Ok("");
    }
    if text.is_null() {
        return Err(BadTree::Null(len).to_string());
    }
    if len > LONGEST {
        return Err(format!("a text of {len} bytes; at most {LONGEST}"));
    }
    let bytes = unsafe { slice::from_raw_parts(text.cast::<u8>(), len as usize) };
    std::str::from_utf8(bytes).map_err(|_| BadTree::Utf8.to_string())
}

unsafe extern "C" fn on(
    load: *mut LoadHandle,
    point: *const c_char,
    point_len: u32,
    options: *const c_char,
    options_len: u32,
    handler: Option<Handler>,
    data: *mut c_void,
) -> i32 {
    // SAFETY: the handle is valid until `load` returns, and nobody else looks at its state.
    let state = unsafe { &mut *(*load).context.cast::<Loading>() };
    // SAFETY: the header asks for as many bytes as it says.
    let texts = unsafe { given(point, point_len).and_then(|p| given(options, options_len).map(|o| (p, o))) };
    let register = || -> Result<(), String> {
        let (point, options) = texts?;
        let handler = handler.ok_or_else(|| format!("the handler for `{point}` is null"))?;
        let options = match options {
            "" => Value::Nil,
            json => serde_json::from_str(json)
                .map_err(|e| format!("the options for `{point}` are no JSON object: {e}"))?,
        };
        if !matches!(options, Value::Nil | Value::Map(_)) {
            return Err(format!("the options for `{point}` are {}; expected an object", options.kind()));
        }
        let again = |r: &Registered| {
            r.point == point
                && r.options == options
                && r.data == data
                && r.handler as usize == handler as usize
        };
        if state.registered.iter().any(again) {
            return Err(format!("registers the same handler twice at `{point}`; drop one"));
        }
        state.registered.push(Registered { point: point.to_owned(), options, handler, data });
        Ok(())
    };
    match register() {
        Ok(()) => OK,
        Err(problem) => {
            state.problem.get_or_insert(problem);
            FAILED
        }
    }
}

unsafe extern "C" fn settings_of(load: *mut LoadHandle) -> *const Node {
    // SAFETY: as in `on`.
    unsafe { &raw const (*(*load).context.cast::<Loading>()).settings }
}

unsafe extern "C" fn refuse(load: *mut LoadHandle, text: *const c_char, len: u32) {
    // SAFETY: as in `on`.
    let state = unsafe { &mut *(*load).context.cast::<Loading>() };
    // SAFETY: the header asks for as many bytes as it says.
    let text = unsafe { given(text, len) }.map_or_else(|bad| format!("its reason is {bad}"), str::to_owned);
    state.problem.get_or_insert(text);
}

unsafe extern "C" fn log_line(host: *const HostTable, level: u32, text: *const c_char, len: u32) {
    // SAFETY: the table and its log live until `unload` has returned.
    let log = unsafe { &*(*host).context.cast::<Log>() };
    // SAFETY: the header asks for as many bytes as it says.
    match unsafe { given(text, len) } {
        Ok(text) => log(level, text),
        Err(bad) => log(2, &format!("(a log line that is {bad})")),
    }
}

// SAFETY: the handle is valid until the handler returns; `None` on another thread than the call's.
unsafe fn frame<'a>(call: *mut CallHandle) -> Option<&'a mut Frame<'a>> {
    let frame = unsafe { (*call).context.cast::<Frame<'a>>() };
    let thread = unsafe { frame.cast::<u8>().add(offset_of!(Frame<'static>, thread)).cast::<usize>().read() };
    (thread == thread_mark()).then(|| unsafe { &mut *frame })
}

unsafe extern "C" fn alloc(call: *mut CallHandle, bytes: u64) -> *mut c_void {
    // SAFETY: as `frame` asks.
    match (unsafe { frame(call) }, usize::try_from(bytes)) {
        (Some(frame), Ok(bytes)) => frame.arena.take_bytes(bytes).cast(),
        _ => ptr::null_mut(),
    }
}

unsafe extern "C" fn call(
    call: *mut CallHandle,
    name: *const c_char,
    name_len: u32,
    args: *const Node,
    count: u32,
    result: *mut Node,
) -> i32 {
    // SAFETY: as `frame` asks.
    let Some(frame) = (unsafe { frame(call) }) else { return FAILED };
    // SAFETY: the header asks for as many bytes as it says.
    let asked = unsafe { given(name, name_len) }.and_then(|name| {
        let bounds = frame.bounds();
        // The arguments themselves may be the handler's own; what they point to is checked.
        let nodes = if count == 0 || args.is_null() {
            &[]
        } else {
            // SAFETY: the header asks for as many nodes as it says.
            unsafe { slice::from_raw_parts(args, count.min(64) as usize) }
        };
        let mut reader = Reader::new(&bounds);
        let args: Result<Vec<Value>, _> = nodes.iter().map(|node| reader.read(*node, 0)).collect();
        args.map(|args| (name, args)).map_err(|bad| format!("host call `{name}`: an argument is {bad}"))
    });
    let answered = asked.and_then(|(name, args)| frame.calls.call(name, args));
    let (status, value) = match answered {
        Ok(value) => (OK, value),
        Err(problem) => (FAILED, Value::text(problem)),
    };
    let value = Box::new(value);
    let node = frame.arena.lay_out(&value);
    frame.kept.push(value);
    // SAFETY: the header asks for room for one node.
    unsafe { result.write(node.unwrap_or_default()) };
    if node.is_some() { status } else { FAILED }
}

/// The settings of a load, as the plugin's side sees them.
///
/// # Safety
/// As for [`View`]: the node was laid out by a host.
pub(super) unsafe fn view_of<'a>(node: *const Node) -> View<'a> {
    if node.is_null() {
        return View::NIL;
    }
    // SAFETY: the caller's promise.
    unsafe { View::new(node.read()) }
}
