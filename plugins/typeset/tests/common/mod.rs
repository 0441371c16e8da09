//! What the tests share: the plugin's own settings, documents, and a pdf's words with their boxes.
#![allow(dead_code, reason = "each test file uses its part")]

pub mod glyphs;

use registrar_sdk::Value;
use std::{path::PathBuf, process::Command, sync::LazyLock};
use typeset::Typesetter;

/// The plugin with the settings that `plugin.toml` gives when nobody changes them.
pub static PLAIN: LazyLock<Typesetter> =
    LazyLock::new(|| Typesetter::new(&settings(&[])).expect("fonts-noto-cjk"));

/// The manifest's defaults, with these changed.
pub fn settings(changes: &[(&str, Value)]) -> Value {
    let manifest: toml::Table = include_str!("../../plugin.toml").parse().unwrap();
    let declared = manifest["settings"].as_table().unwrap();
    let defaults = declared.iter().map(|(name, setting)| {
        let default = serde_json::to_value(&setting["default"]).unwrap();
        (name.as_str(), Value::from_json(default))
    });
    Value::map(defaults.chain(changes.iter().cloned()).collect::<Vec<_>>())
}

/// A bulletin with everything that an official document can have.
pub fn bulletin() -> Value {
    document(include_str!("bulletin.json"))
}

/// A document from JSON.
pub fn document(json: &str) -> Value {
    Value::from_json(serde_json::from_str(json).unwrap())
}

/// A document of one section with these paragraphs, and no masthead.
pub fn paragraphs(texts: &[&str]) -> Value {
    let blocks =
        texts.iter().map(|text| Value::map([("kind", "paragraph".into()), ("text", Value::text(text))]));
    Value::map([
        ("title", "标题".into()),
        ("sections", Value::List(vec![Value::map([("blocks", Value::List(blocks.collect()))])])),
    ])
}

/// A pdf in a file of its own, gone when dropped.
pub struct Pdf(PathBuf);

impl Pdf {
    /// Renders a document.
    pub fn of(document: &Value) -> Pdf {
        let (bytes, _) = PLAIN.pdf(document).unwrap();
        static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("typeset-{}-{number}.pdf", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        Pdf(path)
    }

    /// What a poppler tool says about it.
    pub fn poppler(&self, tool: &str, options: &[&str]) -> String {
        let out =
            Command::new(tool).args(options).arg(&self.0).args((tool == "pdftotext").then_some("-")).output();
        let out = out.unwrap_or_else(|e| {
            panic!("{tool} does not start ({e}): install poppler-utils, tests/install.sh")
        });
        assert!(out.status.success(), "{tool}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    }

    /// Its text, with the page's arrangement.
    pub fn text(&self) -> String {
        self.poppler("pdftotext", &["-layout"])
    }
}

impl Drop for Pdf {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).ok();
    }
}
