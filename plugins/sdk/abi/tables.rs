//! The tables of functions that host and plugin hand each other, declared once: `registrar.h` is
//! generated from the same lines.

use super::Node;
use std::ffi::{c_char, c_void};

/// A plugin with another major version is refused.
pub const MAJOR: u32 = 1;

/// Rises with every function added at a table's end.
pub const MINOR: u32 = 0;

/// The call went well.
pub const OK: i32 = 0;

/// The call failed; the answer is a text that says why.
pub const FAILED: i32 = 1;

/// The handler panicked; what it left behind is anybody's guess.
pub const PANICKED: i32 = 2;

/// One member of a table, for the generated header.
pub struct TableMember {
    /// Its name in the table.
    pub name: &'static str,
    /// Its declaration in C.
    pub c: &'static str,
    /// Its documentation, one line an entry; of a function the first says who may call it when.
    pub doc: &'static [&'static str],
}

macro_rules! table {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[doc = $line:literal])* $field:ident: $ty:ty = $c:literal,)* }) => {
        $(#[doc = $doc])*
        #[repr(C)]
        #[derive(Clone, Copy)]
        pub struct $name { $($(#[doc = $line])* pub $field: $ty,)* }

        impl $name {
            /// What it is.
            pub const DOC: &[&str] = &[$($doc),*];
            /// Its members, in order.
            pub const MEMBERS: &[TableMember] =
                &[$(TableMember { name: stringify!($field), c: $c, doc: &[$($line),*] }),*];
        }
    };
}

/// A handler: answers one call at a point.
pub type HandlerFn = unsafe extern "C" fn(
    call: *mut CallHandle,
    data: *mut c_void,
    args: *const Node,
    count: u32,
    answer: *mut Node,
) -> i32;

table! {
    /// What the host offers a plugin. One table for each load of a plugin; valid until its `unload`
    /// has returned.
    HostTable {
        /// Bytes of this table: a function beyond it is not there.
        size: u32 = "uint32_t size",
        /// The host's major version.
        major: u32 = "uint32_t major",
        /// The host's minor version.
        minor: u32 = "uint32_t minor",
        /// Bytes of a node: 16.
        node_size: u32 = "uint32_t node_size",
        /// [in load] Registers `handler` at a point. `options` is a JSON object as text, as Lua's
        /// `host.on` takes one, or null. `data` is handed to each call. Texts are copied. Answers 0,
        /// or 1 if the registration is refused: then return 1 from `load`.
        on: unsafe extern "C" fn(*mut LoadHandle, *const c_char, u32, *const c_char, u32, Option<HandlerFn>, *mut c_void) -> i32
            = "int32_t (*on)(registrar_load *load, const char *point, uint32_t point_len, const char *options, uint32_t options_len, registrar_handler handler, void *data)",
        /// [in load] The plugin's settings in effect, a map; valid until `load` returns.
        settings: unsafe extern "C" fn(*mut LoadHandle) -> *const Node
            = "const registrar_node *(*settings)(registrar_load *load)",
        /// [in load] Says why `load` fails, before it returns 1. The text is copied.
        refuse: unsafe extern "C" fn(*mut LoadHandle, *const c_char, u32)
            = "void (*refuse)(registrar_load *load, const char *text, uint32_t len)",
        /// [any thread] Logs one sentence. Level 0 is debug, 1 info, 2 warning, 3 error.
        log: unsafe extern "C" fn(*const HostTable, u32, *const c_char, u32)
            = "void (*log)(const registrar_host *host, uint32_t level, const char *text, uint32_t len)",
        /// [in call, on the call's thread] Zeroed memory for the answer, aligned to 16 bytes, valid
        /// until the handler returns; null if it is more than a call may take.
        alloc: unsafe extern "C" fn(*mut CallHandle, u64) -> *mut c_void
            = "void *(*alloc)(registrar_call *call, uint64_t bytes)",
        /// [in call, on the call's thread] Makes a host call such as `records`. Arguments lie in
        /// memory from `alloc`, or are the handler's own. The result is valid until the handler
        /// returns. Answers 0, or 1 if the call fails: then `result` is a text that says why.
        call: unsafe extern "C" fn(*mut CallHandle, *const c_char, u32, *const Node, u32, *mut Node) -> i32
            = "int32_t (*call)(registrar_call *call, const char *name, uint32_t name_len, const registrar_node *args, uint32_t count, registrar_node *result)",
        /// The host's own; not for plugins.
        context: *const c_void = "const void *context",
    }
}

table! {
    /// What a plugin's entry answers. Static: it must stay valid for as long as the library is loaded.
    PluginTable {
        /// Bytes of this table.
        size: u32 = "uint32_t size",
        /// REGISTRAR_MAJOR.
        major: u32 = "uint32_t major",
        /// REGISTRAR_MINOR.
        minor: u32 = "uint32_t minor",
        /// sizeof(registrar_node).
        node_size: u32 = "uint32_t node_size",
        /// [once for each load, before any other call] Registers handlers. Whatever it leaves in
        /// `*instance` is handed to `unload`. Answers 0, or 1 to refuse.
        load: Option<unsafe extern "C" fn(*mut LoadHandle, *mut *mut c_void) -> i32>
            = "int32_t (*load)(registrar_load *load, void **instance)",
        /// [once for each load that answered 0, after the last call has returned] Ends the plugin's
        /// threads and frees what `load` made. May be null.
        unload: Option<unsafe extern "C" fn(*mut c_void)> = "void (*unload)(void *instance)",
    }
}

// SAFETY: a plugin's table holds numbers and addresses of functions, and never changes.
unsafe impl Sync for PluginTable {}

table! {
    /// Stands for a load; valid on its thread until `load` returns.
    LoadHandle {
        /// The host's functions.
        host: *const HostTable = "const registrar_host *host",
        /// The host's own; not for plugins.
        context: *mut c_void = "void *context",
    }
}

table! {
    /// Stands for a call; valid on its thread until the handler returns.
    CallHandle {
        /// The host's functions.
        host: *const HostTable = "const registrar_host *host",
        /// The host's own; not for plugins.
        context: *mut c_void = "void *context",
    }
}
