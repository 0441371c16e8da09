//! Hosts over scripts of a benchmark's own, and the arguments that an office gives `score.post`.

use registrar_contract::OFFICE;
use registrar_host::{Engine, EngineConfig, Host, HostConfig, MemoryStore};
use registrar_sdk::Value;
use std::{fs, path::Path, sync::Arc};
use tempfile::TempDir;

/// A folder on the disk that the program is built on: some systems keep /tmp in memory.
pub fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder")
}

/// Writes files, with the folders they need.
pub fn write(folder: &Path, files: &[(String, String)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
}

/// A host with the office's contract over these files, and their folder.
pub fn host(files: &[(String, String)]) -> (Host, TempDir) {
    let folder = folder();
    write(folder.path(), files);
    let engine = Engine::start(EngineConfig::default()).expect("workers");
    let config = HostConfig::new(vec![folder.path().to_owned()]);
    let host = Host::new(engine, &OFFICE, config, Arc::new(MemoryStore::default()));
    let report = host.reload();
    assert!(report.faults.is_empty(), "{:#?}", report.faults);
    (host, folder)
}

/// The shipped scripts' folder.
pub fn shipped() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts")
}

/// An adoption and its record, the `n`th of a year: eight fields each, and the form's two.
pub fn adoption(n: usize) -> Vec<Value> {
    const KINDS: [&str; 4] = ["dynamic", "routine", "research", "voice"];
    const LEVELS: [&str; 4] = ["district", "city", "province", "state"];
    const CARRIERS: [&str; 3] = ["journal", "brief", "daily"];
    let text = |s: String| Value::text(s);
    let record = format!("2023-{:04}", n % 500);
    let form = Value::map([("carrier", Value::text(CARRIERS[n % 3])), ("level", Value::text(LEVELS[n % 4]))]);
    let event = Value::map([
        ("id", text(format!("{record}-adopt-{n}"))),
        ("seq", Value::Int(n as i64 + 1)),
        ("register", Value::text("information")),
        ("record", Value::text(&record)),
        ("action", Value::text("adopt")),
        ("on", text(format!("2023-{:02}-{:02}", n % 12 + 1, n % 28 + 1))),
        ("by", Value::text("editor-1")),
        ("nth", Value::Int((n % 2) as i64 + 1)),
        ("fields", form),
    ]);
    let state = Value::map([
        ("id", Value::text(&record)),
        ("register", Value::text("information")),
        ("stage", Value::text("adopted")),
        ("number", text(format!("〔2023〕{} 号", n % 500))),
        ("title", text(format!("关于第 {} 号建议办理情况的信息", n % 500))),
        ("kind", Value::text(KINDS[n % 4])),
        ("unit", text(format!("unit-{}", n % 40))),
        ("urgent", Value::Bool(n.is_multiple_of(5))),
    ]);
    vec![event, state]
}
