//! Files drawn by chance go through the importers: nothing brings them down, and each row that is there is
//! taken, known, refused or left out with a word.
//!
//! `REGISTRAR_FUZZ=600 cargo test --release --test suite -- importers --nocapture` draws for so many seconds
//! each, from another beginning each time, and prints it.

use crate::cli::sheets::REGISTERS;
use jiff::civil::date;
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use registrar_contract::OFFICE;
use registrar_domain::{Actor, Store};
use registrar_host::{Engine, EngineConfig, Host, HostConfig};
use registrar_kernel::{
    ImportOptions, Office, RecordImport,
    import::{Imported, ReadRows, Together},
    table::{ReadOptions, RegisterColumns},
};
use registrar_store::{Database, SqliteStore};
use rust_xlsxwriter::Workbook;
use std::{
    env, fs,
    sync::Arc,
    time::{Duration, Instant},
};

/// How long each test draws where nothing else is said.
const SECONDS: u64 = 3;

struct Bench {
    office: Office,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let scripts = folder.path().join("scripts");
        fs::create_dir(&scripts).unwrap();
        fs::write(scripts.join("registers.lua"), REGISTERS).unwrap();
        let store = Arc::new(SqliteStore::open(&folder.path().join("data")).unwrap());
        let key = store.open_office("default").unwrap();
        let engine = Engine::start(EngineConfig { workers: 1, ..EngineConfig::default() }).unwrap();
        let mut config = HostConfig::new(vec![scripts]);
        config.load_budget_ms = 2000;
        let host = Host::new(engine, &OFFICE, config, store.host_store(key));
        let office = Office::open_at("default", store, host.clone(), Arc::new(|| date(2023, 3, 31))).unwrap();
        host.set_embedder(office.embedder(|_| {}));
        let report = host.reload();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        let lines = r#"{"id":"d1","register":"$directory","record":"jia","action":"unit","on":"2020-01-01","fields":{"title":"甲县"}}
{"id":"d2","register":"$directory","record":"fang","action":"person","on":"2020-01-01","fields":{"name":"王芳"}}
"#;
        office.import_events(lines.as_bytes(), ImportOptions::default(), &mut |_| {}).unwrap();
        Bench { office, _folder: folder }
    }

    fn take(&self, register: &str, read: &ReadRows, together: Together) -> Imported {
        let how = RecordImport {
            register,
            action: "submit",
            by: Actor::Operator,
            file: "drawn",
            together,
            ..RecordImport::default()
        };
        self.office.import_records(&how, &read.rows, &mut |_| {}).unwrap()
    }

    fn table(&self, register: &str, bytes: &[u8], format: &str) -> Result<ReadRows, String> {
        let rows = workbook::parse::parse(bytes, format, None).map_err(|why| why.to_string())?;
        let registers = self.office.registers();
        let register = registers.find(register).unwrap();
        let columns =
            RegisterColumns::new(register, Some("submit"), &self.office.directory(), self.office.today());
        let rows = workbook::parse::to_value(rows);
        ReadRows::of_table(&columns, &ReadOptions::default(), rows.items(), true)
    }
}

/// How many rows are accounted for.
fn told(read: &ReadRows, done: &Imported, failed: bool) -> usize {
    let taken = if failed { 0 } else { usize::try_from(done.taken).unwrap() };
    taken + done.known.len() + done.changed.len() + done.refused.len() + read.skipped.len()
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(vec![
            "一", "甲县", "王芳", "2023-1-5", "2023年1月5日", "1,234.50", "¥12", "12%", "是", "✔", "甲类", "", "", " ", "\u{3000}",
            "合计", "小计", "注：", "填表人：王芳", "序号", "标题", "报送单位", "事项", "金额", "1", "007", "3.3E+17", "-", "/", "无",
            "王芳、王芳", "王芳/李强", "张三", "\u{200b}", "x\ny", "a,b", "\"", "=1+1", "2023-13-40", "[1,2]", "{\"a\":1}", "😀",
        ]).prop_map(str::to_owned),
        1 => "[ -~]{0,12}",
        1 => "\\PC{0,12}",
    ]
}

/// A table: titles above, one or two rows of headings, rows of whatever length.
#[derive(Clone, Debug)]
struct Drawn {
    above: Vec<Vec<String>>,
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let heading = prop::sample::select(vec![
        "标题",
        "*标题",
        "报送单位",
        "报送单位（必填）",
        "报送期限",
        "正文",
        "撰稿人",
        "序号",
        "事项",
        "金额（元）",
        "数量",
        "比例",
        "已付",
        "证号",
        "类别",
        "日期",
        "记录号",
        "发生日期",
        "阶段",
        "",
        "别的",
    ]);
    let above = prop::collection::vec(prop::collection::vec(cell(), 1..3), 0..3);
    let headings = prop::collection::vec(heading.prop_map(str::to_owned), 1..7);
    let rows = prop::collection::vec(prop::collection::vec(cell(), 0..9), 0..12);
    (above, headings, rows).prop_map(|(above, headings, rows)| Drawn { above, headings, rows })
}

impl Drawn {
    fn lines(&self) -> Vec<Vec<String>> {
        self.above.iter().chain([&self.headings]).chain(&self.rows).cloned().collect()
    }

    /// How many of its lines show something.
    fn filled(&self) -> usize {
        let blank = |text: &String| registrar_domain::normalization::is_blank(text);
        self.lines().iter().filter(|line| !line.iter().all(blank)).count()
    }

    fn csv(&self) -> String {
        let quoted = |text: &String| format!("\"{}\"", text.replace('"', "\"\""));
        let line = |cells: &Vec<String>| cells.iter().map(quoted).collect::<Vec<_>>().join(",");
        self.lines().iter().map(line).collect::<Vec<_>>().join("\r\n")
    }

    fn xlsx(&self) -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (row, cells) in (0..).zip(self.lines()) {
            for (column, text) in (0..).zip(cells) {
                match text.parse::<f64>() {
                    Ok(number) if number.abs() < 1e12 && column % 2 == 1 => {
                        sheet.write_number(row, column, number).unwrap()
                    }
                    _ => sheet.write_string(row, column, text).unwrap(),
                };
            }
        }
        book.save_to_buffer().unwrap()
    }
}

/// Draws for as long as is said, and hands on each.
fn draw<T: std::fmt::Debug>(strategy: impl Strategy<Value = T>, mut check: impl FnMut(T, &mut TestRng)) {
    let seconds = env::var("REGISTRAR_FUZZ").ok().and_then(|said| said.parse().ok());
    let mut seed = [7; 32];
    if seconds.is_some() {
        let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        seed[..16].copy_from_slice(&clock.as_nanos().to_le_bytes());
        println!("begun with {seed:?}");
    }
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, rng);
    let (began, mut count) = (Instant::now(), 0_u64);
    while began.elapsed() < Duration::from_secs(seconds.unwrap_or(SECONDS)) {
        let one = strategy.new_tree(&mut runner).unwrap().current();
        check(one, &mut runner.new_rng());
        count += 1;
    }
    println!("{count} drawn");
    assert!(count > 20);
}

#[test]
fn every_row_of_a_table_is_told() {
    let bench = Bench::new();
    let togethers = [Together::Each, Together::Rehearsed, Together::AllOrNothing];
    draw((drawn(), any::<bool>(), 0..3_usize, 0..3_u8), |(drawn, items, together, form), _| {
        let register = if items { "items" } else { "payments" };
        let read = match form {
            0 => bench.table(register, &drawn.xlsx(), "xlsx"),
            1 => bench.table(register, format!("\u{feff}{}", drawn.csv()).as_bytes(), "csv"),
            _ => {
                let text = drawn.csv();
                let (bytes, _, lost) = encoding_rs::GB18030.encode(&text);
                if lost {
                    return;
                };
                bench.table(register, &bytes, "csv")
            }
        };
        match read {
            Err(why) => assert!(!why.trim().is_empty()),
            Ok(read) => {
                let done = bench.take(register, &read, togethers[together]);
                let failed = togethers[together] == Together::AllOrNothing && !done.refused.is_empty();
                // In all or nothing, rows that were not refused either are not taken, and that is said.
                let rows = read.rows.len() + read.skipped.len();
                if !failed {
                    assert_eq!(told(&read, &done, failed), rows, "{drawn:?}");
                }
                // All lines but those that hold the headings, up to three.
                let headings = drawn.filled() - rows;
                assert!((1..=3).contains(&headings), "{headings} lines of headings: {drawn:?} {read:?}");
            }
        }
    });
}

#[test]
fn every_line_of_json_is_told() {
    let bench = Bench::new();
    let value = prop_oneof![
        3 => cell().prop_map(|text| serde_json::json!(text)),
        1 => any::<i64>().prop_map(|n| serde_json::json!(n)),
        1 => Just(serde_json::json!(null)),
        1 => prop::collection::vec(cell(), 0..3).prop_map(|items| serde_json::json!(items)),
    ];
    let name = prop::sample::select(vec![
        "title", "unit", "due", "record", "id", "on", "register", "stage", "number", "authors", "x",
    ]);
    let object = prop::collection::vec((name, value), 0..6).prop_map(|pairs| {
        serde_json::Value::Object(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()).to_string()
    });
    let line = prop_oneof![6 => object, 1 => "[ -~]{0,20}", 1 => "\\PC{0,20}"];
    draw(prop::collection::vec(line, 0..12), |lines, _| {
        let lines: Vec<String> = lines.into_iter().map(|line| line.replace(['\n', '\r'], " ")).collect();
        let registers = bench.office.registers();
        let read = ReadRows::of_lines(registers.find("items").unwrap(), lines.join("\n").as_bytes(), true);
        let done = bench.take("items", &read, Together::Each);
        let filled = lines.iter().filter(|line| !line.trim().is_empty()).count();
        assert_eq!(told(&read, &done, false), filled, "{lines:?} {done:?}");
    });
}

#[test]
fn no_bytes_bring_an_importer_down() {
    let bench = Bench::new();
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12);
    let cut = prop::option::of(any::<prop::sample::Index>());
    draw((drawn(), changes, cut, 0..4_u8), |(drawn, changes, cut, form), _| {
        let mut bytes = match form {
            0 => drawn.xlsx(),
            1 => drawn.csv().into_bytes(),
            2 => drawn.csv().encode_utf16().flat_map(u16::to_le_bytes).collect(),
            _ => format!("{{\"title\":{:?}}}\n", drawn.csv()).into_bytes(),
        };
        for (at, byte) in &changes {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
        }
        if let Some(cut) = cut.filter(|_| !bytes.is_empty()) {
            bytes.truncate(cut.index(bytes.len()));
        }
        for format in ["xlsx", "xls", "csv"] {
            match bench.table("items", &bytes, format) {
                Ok(read) => drop(bench.take("items", &read, Together::Rehearsed)),
                Err(why) => assert!(!why.trim().is_empty()),
            }
        }
        let registers = bench.office.registers();
        let read = ReadRows::of_lines(registers.find("items").unwrap(), &bytes[..], true);
        bench.take("items", &read, Together::Rehearsed);
        let _ = bench.office.import_events(&bytes[..], ImportOptions::default(), &mut |_| {});
        if let Ok(text) = std::str::from_utf8(&bytes) {
            assert!(bench.office.accept(text).is_err());
        }
    });
    let all = bench.office.as_operator().imports().unwrap();
    assert!(all.iter().all(|import| import.rows > 0), "{all:?}");
}
