//! The host's side of the border: opens a library's door, loads it, calls its handlers.

use super::{
    Arena, BadTree, Node, View,
    functions::{self, Frame, Loading, thread_mark},
    tables::{CallHandle, FAILED, HandlerFn, HostTable, LoadHandle, MAJOR, OK, PANICKED, PluginTable},
    tag,
};
use crate::{Image, Value, decode::decode};
use std::{ffi::c_void, ptr};

/// Answers the host calls of a handler while it runs.
pub trait HostCalls {
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
pub enum CallFailure {
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
pub type EntryFn = extern "C" fn() -> *const PluginTable;

impl Door {
    /// Calls the entry and checks its table.
    ///
    /// # Errors
    /// The field that differs, and the remedy.
    ///
    /// # Safety
    /// `entry` is a plugin's entry, and what its table points to stays loaded while the door or
    /// anything made through it is used.
    pub unsafe fn open(entry: EntryFn) -> Result<Door, String> {
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
    pub fn linked(entry: EntryFn) -> Result<Door, String> {
        // SAFETY: what is linked in stays, and the declaring macro made the entry.
        unsafe { Door::open(entry) }
    }

    /// Loads the plugin: has it register its handlers.
    ///
    /// # Errors
    /// What the plugin says, or what was wrong with a registration.
    pub fn load(&self, settings: &Value, log: Log) -> Result<LoadedLibrary, String> {
        let log = Box::into_raw(Box::new(log));
        let host = Box::new(functions::table(log));
        let mut instance = LoadedLibrary { host, log, table: self.table, made: None, handlers: Vec::new() };
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
pub struct LoadedLibrary {
    host: Box<HostTable>,
    log: *mut Log,
    table: PluginTable,
    made: Option<*mut c_void>,
    handlers: Vec<RegisteredHandler>,
}

// SAFETY: the border's rules: handlers may be called from several threads at once, the log from
// any; the other pointers are only handed on.
unsafe impl Send for LoadedLibrary {}
// SAFETY: as above.
unsafe impl Sync for LoadedLibrary {}

impl Drop for LoadedLibrary {
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
pub struct RegisteredHandler {
    /// The point it named.
    pub point: String,
    /// Its options; a map, or nil.
    pub options: Value,
    pub(super) handler: HandlerFn,
    pub(super) data: *mut c_void,
}

impl LoadedLibrary {
    /// What it registered, in order.
    pub fn handlers(&self) -> &[RegisteredHandler] {
        &self.handlers
    }

    /// Calls the handler at `index`. With an arena that was used before, arguments and answers of
    /// the usual size take no memory from the system.
    ///
    /// # Errors
    /// [`CallFailure`].
    pub fn call(
        &self,
        index: usize,
        args: &[Value],
        arena: &mut Arena,
        calls: &mut dyn HostCalls,
    ) -> Result<Value, CallFailure> {
        arena.reset();
        let nodes = arena.lay_out_all(args);
        if nodes.is_null() {
            return Err(CallFailure::TooMuch);
        }
        let frame = Frame { arena, calls, args, kept: Vec::new(), image: [(0, 0); 2], thread: thread_mark() };
        self.run(index, nodes, args.len(), frame)
    }

    /// Calls it with `count` values of an image, from the value at `from` on; for the child, whose
    /// arguments come as bytes.
    ///
    /// # Errors
    /// [`CallFailure`].
    pub fn call_image(
        &self,
        index: usize,
        image: &mut Image,
        (from, count): (usize, usize),
        arena: &mut Arena,
        calls: &mut dyn HostCalls,
    ) -> Result<Value, CallFailure> {
        arena.reset();
        let (nodes, ranges) = image.pin().map_err(|_| CallFailure::TooMuch)?;
        let Some(nodes) = nodes.get(from..from + count) else { return Err(CallFailure::TooMuch) };
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
        calls: &'a mut dyn HostCalls,
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
    ) -> Result<Value, CallFailure> {
        let Some(registered) = self.handlers.get(index) else {
            return Err(CallFailure::Failed(format!("has no handler {index}")));
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
                Ok(decode(&bounds, answer, 0)?)
            }
            FAILED | PANICKED => {
                let bounds = frame.bounds();
                let text = match decode(&bounds, answer, 0) {
                    Ok(Value::Text(text)) => text.to_string(),
                    Ok(_) => "failed and gave no reason".into(),
                    Err(bad) => format!("failed, and its reason is {bad}"),
                };
                Err(if status == PANICKED { CallFailure::Panicked(text) } else { CallFailure::Failed(text) })
            }
            other => Err(CallFailure::Status(other)),
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
