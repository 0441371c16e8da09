//! What a plugin in Rust is written with: [`crate::plugin!`] declares it, its `load` function
//! registers handlers on a [`Plugin`], handlers get [`View`]s and a [`Call`] and return an
//! [`Answer`]. No `unsafe` in a plugin: all of it is in [`crate::abi`].

mod answer;
mod fake;
mod typed;

pub use crate::abi::{
    View,
    plugin::{Call, Logger, Plugin},
};
pub use answer::{Answer, Bytes};
pub use fake::Fake;
pub use typed::{FromView, Items, Typed};

/// How much a log line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u32)]
pub enum LogLevel {
    /// A detail.
    Debug = 0,
    /// Worth knowing.
    Info = 1,
    /// To look at.
    Warn = 2,
    /// Something went wrong.
    Error = 3,
}

/// Declares a plugin: its entry, and its manifest and examples, which the host reads from the file
/// before anything of it runs.
///
/// ```
/// # fn main() {}
/// registrar_sdk::plugin! { manifest: "tests/hello.toml", load: load }
///
/// fn load(plugin: &mut registrar_sdk::native::Plugin<'_>) -> Result<(), String> {
///     plugin.on("guest.greet", (), |_, args| Ok(format!("Hello, {}!", args[0].as_str().unwrap_or("guest"))))
/// }
/// ```
#[macro_export]
macro_rules! plugin {
    (manifest: $manifest:literal, $(examples: $examples:literal,)? load: $load:path $(,)?) => {
        /// The library's entry, for the host.
        #[unsafe(no_mangle)]
        pub extern "C" fn registrar_plugin() -> *const $crate::abi::PluginTable {
            struct Entry;
            impl $crate::abi::plugin::Define for Entry {
                fn load(plugin: &mut $crate::native::Plugin<'_>) -> ::std::result::Result<(), ::std::string::String> {
                    $load(plugin)
                }
            }
            static TABLE: $crate::abi::PluginTable = $crate::abi::plugin::table::<Entry>();
            #[used]
            #[unsafe(link_section = ".registrar.manifest")]
            static MANIFEST: [u8; include_bytes!($manifest).len()] = *include_bytes!($manifest);
            // A linker keeps what something refers to.
            ::std::hint::black_box(&MANIFEST);
            $(
                #[used]
                #[unsafe(link_section = ".registrar.examples")]
                static EXAMPLES: [u8; include_bytes!($examples).len()] = *include_bytes!($examples);
                ::std::hint::black_box(&EXAMPLES);
            )?
            &TABLE
        }
    };
}
