//! `new plugin`: a native plugin to start from, which builds, passes its test and answers.

use anyhow::Result;
use registrar_app::command::WrongUse;
use std::path::{Path, PathBuf};

/// The files of a plugin called `name`, and how it is built.
pub struct PluginSkeleton {
    /// Paths and texts.
    pub files: Vec<(PathBuf, String)>,
    /// The folder they are in.
    pub folder: PathBuf,
    /// The command that builds it and where the library is then.
    pub next: String,
}

const LIB: &str = include_str!("templates/lib.rs");
const MANIFEST: &str = include_str!("templates/plugin.toml");
const EXAMPLES: &str = include_str!("templates/examples.jsonl");

/// Plans a plugin: in this project beside the others, or anywhere with the SDK's folder named.
///
/// # Errors
/// If no SDK is found.
pub fn plan(name: &str, sdk: Option<&Path>) -> Result<PluginSkeleton> {
    let inside = sdk.is_none() && Path::new("plugins/sdk/Cargo.toml").exists();
    let library = format!("lib{}.so", name.replace('-', "_"));
    let (folder, cargo, next) = if inside {
        let next =
            format!("cargo test -p {name}, then cargo build --release -p {name}: target/release/{library}");
        (Path::new("plugins").join(name), in_project(name), next)
    } else {
        let Some(sdk) =
            sdk.map(|sdk| sdk.canonicalize()).and_then(Result::ok).filter(|s| s.join("registrar.h").exists())
        else {
            return Err(WrongUse(
                "the SDK is not here: run this in a checkout of Registrar, or name its folder plugins/sdk with --sdk".into(),
            )
            .into());
        };
        let next = format!("cd {name}; cargo test, then cargo build --release: target/release/{library}");
        (PathBuf::from(name), standing_alone(name, &sdk), next)
    };
    let texts = [
        ("Cargo.toml", cargo.as_str()),
        ("lib.rs", LIB),
        ("plugin.toml", MANIFEST),
        ("examples.jsonl", EXAMPLES),
    ];
    let files = texts.map(|(file, text)| (folder.join(file), text.replace("NAME", name))).into();
    Ok(PluginSkeleton { files, folder, next })
}

// A member of the workspace: `plugins/*` are.
fn in_project(name: &str) -> String {
    format!(
        r#"[package]
name = "{name}"
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
publish.workspace = true

[lib]
path = "lib.rs"
crate-type = ["cdylib", "rlib"]

[dependencies]
registrar-sdk.workspace = true

[lints]
workspace = true
"#
    )
}

fn standing_alone(name: &str, sdk: &Path) -> String {
    let sdk = toml::Value::String(sdk.display().to_string());
    format!(
        r#"[package]
name = "{name}"
version = "0.1.0"
edition = "2024"
publish = false

[lib]
path = "lib.rs"
crate-type = ["cdylib", "rlib"]

[dependencies]
registrar-sdk = {{ path = {sdk} }}

[workspace]
"#
    )
}
