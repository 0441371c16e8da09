//! The functions of a host's table, and what they work on: a load and a call while they run.

use super::{
    Arena, BadTree, HostCalls, Log, MAJOR, MINOR, Node, RegisteredHandler,
    bounds::Bounds,
    tables::{CallHandle, FAILED, HandlerFn, HostTable, LoadHandle, OK},
};
use crate::{Value, decode::Decoder};
use std::{
    ffi::{c_char, c_void},
    mem::offset_of,
    ptr, slice,
};

/// The table that a plugin is handed; it logs through `log`.
pub(super) fn table(log: *mut Log) -> HostTable {
    HostTable {
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
    }
}

/// A load while it runs.
pub(super) struct Loading {
    pub(super) settings: Node,
    pub(super) registered: Vec<RegisteredHandler>,
    pub(super) problem: Option<String>,
}

/// A call while it runs.
pub(super) struct Frame<'a> {
    pub(super) arena: &'a mut Arena,
    pub(super) calls: &'a mut dyn HostCalls,
    pub(super) args: &'a [Value],
    // Results of host calls: their texts are borrowed until the handler returns.
    #[expect(clippy::vec_box, reason = "a value must stay where it is when the next one comes")]
    pub(super) kept: Vec<Box<Value>>,
    pub(super) image: [(u64, u64); 2],
    pub(super) thread: usize,
}

impl Frame<'_> {
    pub(super) fn bounds(&self) -> Bounds<'_> {
        Bounds { arena: self.arena, args: self.args, kept: &self.kept, image: self.image }
    }
}

// The address of a thread's own byte tells threads apart at the price of a look.
pub(super) fn thread_mark() -> usize {
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
    handler: Option<HandlerFn>,
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
        let again = |r: &RegisteredHandler| {
            r.point == point
                && r.options == options
                && r.data == data
                && r.handler as usize == handler as usize
        };
        if state.registered.iter().any(again) {
            return Err(format!("registers the same handler twice at `{point}`; drop one"));
        }
        state.registered.push(RegisteredHandler { point: point.to_owned(), options, handler, data });
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
        let mut decoder = Decoder::new(&bounds);
        let args: Result<Vec<Value>, _> = nodes.iter().map(|node| decoder.value(*node, 0)).collect();
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
