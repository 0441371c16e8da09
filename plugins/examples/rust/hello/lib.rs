//! The smallest plugin in Rust: one panel.
#![forbid(unsafe_code)]

registrar_sdk::plugin! { manifest: "plugin.toml", load: load }

fn load(plugin: &mut registrar_sdk::native::Plugin<'_>) -> Result<(), String> {
    plugin.on("panel.show", (), |_, args| {
        let place = args[0].as_str().unwrap_or("?");
        let panel = [("id", "rust"), ("title", place), ("kind", "text"), ("value", "from Rust")];
        Ok(registrar_sdk::Value::map(panel.map(|(key, text)| (key, text.into()))))
    })
}
