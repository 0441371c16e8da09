//! Reports by the real program: built by one plugin, rendered by another, written where the person is.

use crate::program::Program;
use serde_json::json;
use std::fs;

// A format in a few lines of Lua: what is rendered is only asked for by its name.
const PLAIN: &str = r#"
host.on("report.render", { format = "txt" }, function(model)
  local lines = { model.title }
  for _, section in model.sections do
    for _, block in section.blocks do
      table.insert(lines, block.text or block.kind)
    end
  end
  return table.concat(lines, "\n") .. "\n"
end)
"#;

const BULLETIN: [&str; 6] = ["report", "bulletin", "--period", "2023-Q1", "--param", "date=2023-04-04"];

fn bulletin(program: &Program, more: &[&str]) -> crate::program::Ran {
    program.run(&[&BULLETIN, more].concat())
}

#[test]
fn a_report_is_rendered_by_any_handler_of_the_format_and_written_once() {
    let program = Program::with_quarter();
    program.write("scripts/plain.lua", PLAIN);
    let list = program.run(&["report", "--json"]).ok().json();
    assert_eq!(list["formats"], json!(["json", "txt"]));
    let names: Vec<_> =
        list["reports"].as_array().unwrap().iter().map(|r| r["name"].as_str().unwrap()).collect();
    assert!(
        names.is_sorted() && ["bulletin", "issue", "standings"].iter().all(|name| names.contains(name)),
        "{names:?}"
    );

    bulletin(&program, &["--format", "txt", "--out", "b.txt"]).ok().shows("b.txt");
    let text = fs::read_to_string(program.path("b.txt")).unwrap();
    assert!(text.starts_with("关于2023年第一季度信息报送采用情况的通报\n"), "{text}");
    assert!(text.contains("共报送信息149条，采用5条，采用率3.36%。"), "{text}");
    // Never over a file that is there, unless it is said.
    program.write("b.txt", "mine");
    bulletin(&program, &["--out", "b.txt"]).ended(2).says("--force");
    assert_eq!(fs::read_to_string(program.path("b.txt")).unwrap(), "mine");
    bulletin(&program, &["--out", "b.txt", "--force", "--json"]).ok().shows("\"format\": \"txt\"");
    assert_eq!(fs::read_to_string(program.path("b.txt")).unwrap(), text);
    let left: Vec<_> = fs::read_dir(program.path(".")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with(".registrar-")), "{left:?}");
}

#[test]
fn figures_are_those_of_the_ledger() {
    let program = Program::with_quarter();
    let model = program.run(&["report", "standings", "--period", "2023-Q1"]).ok().json();
    let rows = model["sections"][0]["blocks"][0]["rows"].as_array().unwrap();
    let figures: Vec<_> = rows.iter().map(|r| (r[2].clone(), r[3].clone(), r[4].clone())).collect();
    let published = [(35, 3, 205), (36, 0, 180), (27, 1, 145), (25, 1, 135), (26, 0, 130)];
    assert_eq!(figures, published.map(|(s, a, p)| (json!(s), json!(a), json!(p))));
}

#[test]
fn what_is_not_there_is_answered_with_what_is() {
    let program = Program::with_quarter();
    bulletin(&program, &["--format", "pdf", "--out", "b.pdf"]).ended(2).says("there are: json");
    program.run(&["report", "bulletn"]).ended(2).says("did you mean `bulletin`");
    program.run(&["report", "bulletin", "--period", "Q1"]).ended(2).says("Q1");
    program.run(&["report", "bulletin", "--param", "date"]).ended(2).says("name=value");
    // A plugin's own words, with the place.
    program.run(&["report", "bulletin"]).ended(1).says("std/periods.lua").says("2023-Q1");
    program.write("scripts/plain.lua", PLAIN);
    bulletin(&program, &["--format", "txt"]).ended(2).says("--out");
    bulletin(&program, &["--out", "nowhere/b.txt"]).ended(1).says("nowhere/b.txt");
}

#[test]
fn a_running_office_writes_into_the_folder_of_who_asks() {
    let program = Program::with_quarter();
    program.write("scripts/plain.lua", PLAIN);
    fs::create_dir(program.path("mine")).unwrap();
    let _serving = program.serve();
    let data = program.path("data");
    let mut command =
        program.command(&[&BULLETIN[..], &["--out", "b.txt", "--data", data.to_str().unwrap()]].concat());
    let ran: crate::program::Ran = command.current_dir(program.path("mine")).output().unwrap().into();
    ran.ok();
    assert!(program.path("mine/b.txt").exists());
}

// It was once written by the office's own process, with that one's rights.
#[test]
fn a_report_is_written_with_the_rights_of_who_asks() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let program = Program::with_quarter();
    program.write("scripts/plain.lua", PLAIN);
    let mine = program.path("mine");
    fs::create_dir(&mine).unwrap();
    fs::set_permissions(&mine, fs::Permissions::from_mode(0o700)).unwrap();
    let _serving = program.serve_unprivileged();
    let data = program.path("data");
    let run = |more: &[&str]| -> crate::program::Ran {
        let args = [&BULLETIN[..], &["--out", "b.txt", "--data", data.to_str().unwrap()], more].concat();
        program.command(&args).current_dir(&mine).output().unwrap().into()
    };
    run(&[]).ok();
    let own = fs::metadata("/proc/self").unwrap().uid();
    assert_eq!(fs::metadata(mine.join("b.txt")).unwrap().uid(), own);
    run(&[]).ended(2).says("--force");
    run(&["--force"]).ok();
}

#[test]
fn events_are_counted_by_a_fields_values_and_by_each_entry_of_a_list() {
    let program = Program::with_quarter();
    let act = ["act", "information", "-", "submit", "--on", "2023-03-01", "title=两地联合"];
    program.run(&[&act[..], &["unit=unit-1", "joint=[\"unit-2\",\"unit-3\"]"]].concat()).ok();
    let counts = |by: &str, more: &str| {
        let line = format!(
            "host.counts {{ register = \"information\", action = \"submit\", period = \"2023-Q1\", by = \"{by}\"{more} }}"
        );
        program.run(&["eval", &line, "--json"]).ok().json()
    };
    assert_eq!(counts("joint", ""), json!({ "unit-2": 1, "unit-3": 1 }));
    assert_eq!(counts("unit", "")["unit-1"], 36);
    assert_eq!(counts("unit", ", match = { title = \"两地联合\" }"), json!({ "unit-1": 1 }));
    // An empty table of undeclared type is printed as a list.
    assert_eq!(counts("nothing", ""), json!([]));
    // The joint item is in both units' rows, and once in the total.
    let model =
        program.run(&["report", "bulletin", "--period", "2023-Q1", "-p", "date=2023-04-04"]).ok().json();
    let text = model["sections"][0]["blocks"][0]["text"].as_str().unwrap();
    assert!(text.contains("共报送信息150条"), "{text}");
    let table = &model["appendices"][0]["blocks"][0]["rows"];
    let second = table.as_array().unwrap().iter().find(|row| row[1] == "向阳街道").unwrap();
    assert_eq!(second[2], 37);
}

#[test]
fn a_bulletin_becomes_pages_by_the_library_that_ships() {
    let program = Program::with_quarter();
    let deps = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    fs::create_dir_all(program.path("plugins")).unwrap();
    fs::copy(deps.join("liboffice_document.so"), program.path("plugins/liboffice_document.so")).unwrap();
    let plugins = program.run(&["plugins", "--json"]).ok().json();
    let row = plugins.as_array().unwrap().iter().find(|row| row["id"] == "office-document").unwrap();
    assert_eq!((&row["state"], &row["native"]["isolated"]), (&json!("live"), &json!(true)));

    bulletin(&program, &["--out", "b.docx"]).ok();
    let run = |name: &str, arguments: &[&str]| {
        let mut command = std::process::Command::new(name);
        let ran = command.args(arguments).current_dir(program.path(".")).output();
        let ran = ran.unwrap_or_else(|e| panic!("{name}: {e}; tests/install.sh installs it"));
        assert!(ran.status.success(), "{name}: {}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).unwrap()
    };
    let profile = format!("-env:UserInstallation=file://{}", program.path("profile").display());
    run("soffice", &[&profile, "--headless", "--convert-to", "pdf", "b.docx"]);
    let text = run("pdftotext", &["-layout", "b.pdf", "-"]);
    for wanted in ["信息报送采用情况的通报", "河东街道", "附件", "名次", "205"] {
        assert!(text.contains(wanted), "{wanted} in {text}");
    }
    // What the model lacks is said by the library, through the host, with its place.
    program.write("scripts/bare.lua", "host.on(\"report.build\", { name = \"bare\" }, function() return { title = \" \", sections = {} } end)\n");
    program.run(&["report", "bare", "--out", "bare.docx"]).ended(1).says("title: a document needs a title");
    assert!(!program.path("bare.docx").exists());
}

#[test]
fn every_report_that_ships_builds_for_a_period() {
    let program = Program::with_quarter();
    program.write("registrar.toml", "[office.default]\nrules = [\"zhalantun\", \"fees\"]\n");
    let list = program.run(&["report", "--json"]).ok().json();
    // Those of one record are built where there is one, in tests of their own.
    let needs = |report: &serde_json::Value| report["parameters"].to_string().contains('*');
    let reports = list["reports"].as_array().unwrap().iter().filter(|report| !needs(report));
    let names: Vec<String> = reports.map(|report| report["name"].as_str().unwrap().to_owned()).collect();
    assert!(names.len() >= 15, "{names:?}");
    for name in names {
        let more = match name.as_str() {
            "issue" => &["-p", "carrier=journal", "-p", "issue=2"][..],
            "distribution-list" | "urging-letter" => continue,
            _ => &[],
        };
        let model = program.run(&[&["report", &name, "--period", "2023-Q1"], more].concat()).ok().json();
        assert!(model["sections"].as_array().is_some_and(|sections| !sections.is_empty()), "{name}: {model}");
    }
}
