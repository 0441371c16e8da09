//! Hosts over scripts of a benchmark's own, and the arguments that an office gives `score.post`.

use jiff::civil::date;
use registrar_contract::OFFICE;
use registrar_domain::{Event, Record};
use registrar_host::{Engine, EngineConfig, Host, HostConfig, MemoryStore};
use registrar_sdk::{Map, Value};
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

/// Copies a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).expect("a copy")),
        }
    }
}

/// The shipped scripts' folder.
pub fn shipped() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts")
}

/// An adoption and its record, the `n`th of a year, as an office hands them to `score.post`: eight
/// fields each, and the form's two.
pub fn adoption(n: usize) -> Vec<Value> {
    const KINDS: [&str; 4] = ["dynamic", "routine", "research", "voice"];
    const LEVELS: [&str; 4] = ["district", "city", "province", "state"];
    const CARRIERS: [&str; 3] = ["journal", "brief", "daily"];
    let id = format!("2023-{:04}", n % 500);
    let text = |text: &str| Value::text(text);
    let event = Event {
        action: "adopt".into(),
        by: registrar_domain::Actor::person("editor-1"),
        cause: None,
        fields: Map::from([("carrier".into(), text(CARRIERS[n % 3])), ("level".into(), text(LEVELS[n % 4]))]),
        id: format!("{id}-adopt-{n}"),
        on: date(2023, (n % 12) as i8 + 1, (n % 28) as i8 + 1),
        personal: Default::default(),
        record: id.clone(),
        register: "information".into(),
        schema: None,
        seq: n as u64 + 1,
        dead: false,
    };
    let record = Record {
        register: "information".into(),
        stage: "adopted".into(),
        number: Some(format!("〔2023〕{} 号", n % 500)),
        fields: Map::from([
            ("kind".into(), text(KINDS[n % 4])),
            ("title".into(), Value::text(format!("关于第 {} 号建议办理情况的信息", n % 500))),
            ("unit".into(), Value::text(format!("unit-{}", n % 40))),
            ("urgent".into(), Value::Bool(n.is_multiple_of(5))),
        ]),
        created: n as u64,
        touched: n as u64 + 1,
        id,
    };
    vec![event.to_value(n as u64 % 2 + 1), record.to_value()]
}
