//! The plugin's side of the border, for plugins in Rust: registering closures, answering, making
//! host calls. Panics stop at each edge.

use super::{
    Node, View,
    host::view_of,
    tables::{CallHandle, FAILED, HostTable, LoadHandle, MAJOR, MINOR, OK, PANICKED, PluginTable},
    tag,
};
use crate::{
    Value,
    native::{Answer, LogLevel, Typed},
};
use std::{
    any::Any,
    cell::RefCell,
    ffi::{c_char, c_void},
    marker::PhantomData,
    panic::{self, AssertUnwindSafe, catch_unwind},
    ptr,
    sync::{Arc, Once, RwLock},
};

/// What the declaring macro writes down of a plugin.
pub trait Define {
    /// Registers its handlers.
    ///
    /// # Errors
    /// Why it cannot be loaded.
    fn load(plugin: &mut Plugin<'_>) -> Result<(), String>;
}

/// The table of a plugin in Rust.
pub const fn table<D: Define>() -> PluginTable {
    PluginTable {
        size: size_of::<PluginTable>() as u32,
        major: MAJOR,
        minor: MINOR,
        node_size: size_of::<Node>() as u32,
        load: Some(load::<D>),
        unload: Some(unload),
    }
}

type Boxed = Box<dyn Fn(&Call<'_>, &[View<'_>]) -> Result<Node, String> + Send + Sync>;

// What `load` makes and `unload` drops.
#[derive(Default)]
struct PluginInstance {
    // Boxed twice: a handler's data is one thin pointer, which stays where it is.
    #[expect(clippy::vec_box, reason = "the address of each is handed to the host")]
    handlers: Vec<Box<Boxed>>,
    farewells: Vec<Box<dyn FnOnce() + Send>>,
    logger: Option<Logger>,
}

/// A plugin while it is loaded.
pub struct Plugin<'a> {
    handle: *mut LoadHandle,
    settings: Value,
    made: PluginInstance,
    borrowed: PhantomData<&'a ()>,
}

impl Plugin<'_> {
    /// Its settings in effect, by name.
    pub fn settings(&self) -> &Value {
        &self.settings
    }

    /// Registers a handler at a point, with options as Lua's `host.on` takes them (a map, or nil).
    /// Several threads may call it at once.
    ///
    /// # Errors
    /// What is wrong with the registration.
    pub fn on<A: Answer>(
        &mut self,
        point: &str,
        options: impl Into<Value>,
        handler: impl Fn(&Call<'_>, &[View<'_>]) -> Result<A, String> + Send + Sync + 'static,
    ) -> Result<(), String> {
        let boxed: Boxed = Box::new(move |call, args| handler(call, args)?.give(call));
        let boxed = Box::new(boxed);
        let options = match options.into() {
            Value::Nil => String::new(),
            given => given.to_json().to_string(),
        };
        let data = ptr::from_ref::<Boxed>(&boxed).cast_mut().cast::<c_void>();
        let (point_len, options_len) = (point.len() as u32, options.len() as u32);
        // SAFETY: the handle is valid during load, the texts during the call; the data lives until
        // `unload`, which the host calls last.
        let status = unsafe {
            let on = (*(*self.handle).host).on;
            let options = options.as_ptr().cast::<c_char>();
            on(self.handle, point.as_ptr().cast(), point_len, options, options_len, Some(handle), data)
        };
        self.made.handlers.push(boxed);
        // The host knows the reason and prefers it to this one.
        if status == OK { Ok(()) } else { Err(format!("the registration at `{point}` was refused")) }
    }

    /// Registers a handler at a point of a contract, with its arguments and answer in their types.
    ///
    /// # Errors
    /// What is wrong with the registration.
    pub fn at<P: Typed>(
        &mut self,
        _point: P,
        options: impl Into<Value>,
        handler: impl Fn(&Call<'_>, P::Args<'_>) -> Result<P::Answer, String> + Send + Sync + 'static,
    ) -> Result<(), String> {
        self.on(P::ID, options, move |call, args| handler(call, P::args(args)))
    }

    /// Has `farewell` run when the plugin is unloaded: it ends the plugin's own threads.
    pub fn at_unload(&mut self, farewell: impl FnOnce() + Send + 'static) {
        self.made.farewells.push(Box::new(farewell));
    }

    /// Logs from any thread.
    pub fn logger(&mut self) -> Logger {
        // SAFETY: the handle is valid during load.
        let host = unsafe { (*self.handle).host };
        let make = || Logger { host: Arc::new(RwLock::new(Some(HostPointer(host)))) };
        self.made.logger.get_or_insert_with(make).clone()
    }
}

struct HostPointer(*const HostTable);
// SAFETY: only the log function is reached through it, which any thread may call.
unsafe impl Send for HostPointer {}
// SAFETY: as above.
unsafe impl Sync for HostPointer {}

/// Logs from any thread, as long as the plugin is loaded; nothing afterwards.
#[derive(Clone)]
pub struct Logger {
    host: Arc<RwLock<Option<HostPointer>>>,
}

impl Logger {
    /// Logs one sentence.
    pub fn log(&self, level: LogLevel, text: &str) {
        // Nothing can panic while the lock is held.
        let host = self.host.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(HostPointer(host)) = &*host {
            // SAFETY: the table is valid until `unload` returns, which empties this first.
            unsafe { ((**host).log)(*host, level as u32, text.as_ptr().cast(), text.len() as u32) };
        }
    }
}

/// A call while it runs.
pub struct Call<'a> {
    handle: *mut CallHandle,
    borrowed: PhantomData<&'a ()>,
}

impl Call<'_> {
    /// Makes a host call by name, with arguments as in Lua.
    ///
    /// # Errors
    /// What the host says: what was wrong and what to do.
    pub fn host(&self, name: &str, args: &[Value]) -> Result<Value, String> {
        let nodes: Vec<Node> = args.iter().map(|arg| arg.clone().give(self)).collect::<Result<_, _>>()?;
        let mut result = Node::default();
        // SAFETY: handle, texts, nodes and result are valid during the call, on its thread: a
        // `Call` cannot leave it.
        let (status, view) = unsafe {
            let call = (*(*self.handle).host).call;
            let name_len = name.len() as u32;
            let status = call(
                self.handle,
                name.as_ptr().cast(),
                name_len,
                nodes.as_ptr(),
                nodes.len() as u32,
                &raw mut result,
            );
            (status, View::new(result))
        };
        match status {
            OK => Ok(view.to_value()),
            _ => Err(view.as_str().unwrap_or("the host call failed and gave no reason").to_owned()),
        }
    }

    /// Changes what the plugin keeps under a key: `change` gets the value and answers the new one;
    /// it may run again if another call was faster.
    ///
    /// # Errors
    /// What the host says, or `change`.
    pub fn state_update(
        &self,
        key: &str,
        mut change: impl FnMut(&Value) -> Result<Value, String>,
    ) -> Result<Value, String> {
        const MOST_TRIES: usize = 100;
        for _ in 0..MOST_TRIES {
            let old = self.host("state.get", &[Value::text(key)])?;
            let new = change(&old)?;
            let swapped = self.host("state.swap", &[Value::text(key), old, new.clone()])?;
            if swapped.as_bool() == Some(true) {
                return Ok(new);
            }
        }
        Err(format!("state.update: `{key}` was changed by others {MOST_TRIES} times in a row"))
    }

    /// Logs one sentence.
    pub fn log(&self, level: LogLevel, text: &str) {
        // SAFETY: the handle is valid during the call; the text during this one.
        unsafe {
            let host = (*self.handle).host;
            ((*host).log)(host, level as u32, text.as_ptr().cast(), text.len() as u32);
        }
    }

    /// Text for an answer, copied into the call's memory.
    ///
    /// # Errors
    /// If it is more than a call may hold.
    pub fn text(&self, text: &str) -> Result<Node, String> {
        self.copy(tag::TEXT, text.as_bytes(), text.len())
    }

    /// Bytes for an answer, copied into the call's memory.
    ///
    /// # Errors
    /// If they are more than a call may hold.
    pub fn bytes(&self, bytes: &[u8]) -> Result<Node, String> {
        self.copy(tag::BYTES, bytes, bytes.len())
    }

    /// A list of what was made before.
    ///
    /// # Errors
    /// If it is more than a call may hold.
    pub fn list(&self, items: &[Node]) -> Result<Node, String> {
        self.copy(tag::LIST, bytemuck::cast_slice(items), items.len())
    }

    /// A map of what was made before: keys (text, ascending) and values in turn.
    ///
    /// # Errors
    /// If it is more than a call may hold.
    pub fn map(&self, pairs: &[Node]) -> Result<Node, String> {
        self.copy(tag::MAP, bytemuck::cast_slice(pairs), pairs.len() / 2)
    }

    fn copy(&self, tag: u32, bytes: &[u8], len: usize) -> Result<Node, String> {
        if bytes.is_empty() {
            return Ok(Node { tag, len: 0, scalar: 0 });
        }
        // SAFETY: the handle is valid during the call, on its thread.
        let room = unsafe { ((*(*self.handle).host).alloc)(self.handle, bytes.len() as u64) };
        let len = u32::try_from(len).ok().filter(|_| !room.is_null());
        let len = len.ok_or("the answer is more than a call may hold")?;
        // SAFETY: the host gave room for so many bytes, and nobody else knows of it.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), room.cast::<u8>(), bytes.len()) };
        Ok(Node { tag, len, scalar: room as u64 })
    }
}

thread_local! {
    // Where and why this thread panicked last: the payload alone does not know the place.
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

fn watch_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let place = info.location().map_or(String::new(), |l| format!(" at {}:{}", l.file(), l.line()));
            let text = format!("panicked{place}: {}", payload(info.payload()));
            LAST_PANIC.with(|last| last.try_borrow_mut().map(|mut last| *last = text).ok());
            before(info);
        }));
    });
}

fn payload(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("(no text)")
}

// Runs `work` and turns a panic into its text. A payload other than text is forgotten: dropping
// it could panic.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|thrown| {
        let text = LAST_PANIC.with(|last| last.try_borrow_mut().map(|mut l| std::mem::take(&mut *l)));
        let text = text.ok().filter(|t| !t.is_empty());
        let text = text.unwrap_or_else(|| format!("panicked: {}", payload(&*thrown)));
        if !thrown.is::<String>() && !thrown.is::<&str>() {
            std::mem::forget(thrown);
        }
        text
    })
}

unsafe extern "C" fn load<D: Define>(handle: *mut LoadHandle, instance: *mut *mut c_void) -> i32 {
    watch_panics();
    let outcome = guarded(|| {
        // SAFETY: the host's handle, table and settings are valid until this returns.
        let settings = unsafe { view_of(((*(*handle).host).settings)(handle)) }.to_value();
        let mut plugin = Plugin { handle, settings, made: PluginInstance::default(), borrowed: PhantomData };
        D::load(&mut plugin).map(|()| plugin.made)
    });
    let problem = match outcome {
        Ok(Ok(made)) => {
            // SAFETY: the host gave room for one pointer.
            unsafe { instance.write(Box::into_raw(Box::new(made)).cast()) };
            return OK;
        }
        Ok(Err(problem)) => problem,
        Err(panicked) => format!("load {panicked}"),
    };
    // SAFETY: the host's handle and table are valid until this returns.
    unsafe { ((*(*handle).host).refuse)(handle, problem.as_ptr().cast(), problem.len() as u32) };
    FAILED
}

unsafe extern "C" fn unload(instance: *mut c_void) {
    if instance.is_null() {
        return;
    }
    // SAFETY: `load` made it, and the host hands it back once.
    let made = unsafe { Box::from_raw(instance.cast::<PluginInstance>()) };
    // Nobody is left to be told.
    let _ = guarded(|| {
        let PluginInstance { handlers, farewells, logger } = *made;
        farewells.into_iter().for_each(|farewell| drop(guarded(farewell)));
        if let Some(logger) = logger {
            *logger.host.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = None;
        }
        drop(handlers);
    });
}

unsafe extern "C" fn handle(
    handle: *mut CallHandle,
    data: *mut c_void,
    args: *const Node,
    count: u32,
    answer: *mut Node,
) -> i32 {
    let call = Call { handle, borrowed: PhantomData };
    let outcome = guarded(|| {
        // SAFETY: `data` is what was registered, alive until unload; the arguments are the host's
        // and live until this returns.
        let (handler, args) = unsafe { (&*data.cast::<Boxed>(), View::slice(args, count as usize)) };
        handler(&call, args)
    });
    let (status, node) = match outcome {
        Ok(Ok(node)) => (OK, node),
        Ok(Err(problem)) => (FAILED, call.text(&problem).unwrap_or_default()),
        Err(panicked) => (PANICKED, call.text(&panicked).unwrap_or_default()),
    };
    // SAFETY: the host gave room for one node.
    unsafe { answer.write(node) };
    status
}
