//! Tables in and out: by a script's handlers at the two points, and by the workbook that ships.

use super::headed;
use crate::program::Program;
use serde_json::{Value, json};
use std::{fs, path::Path};

/// A format of its own: cells between bars, headings first.
const BARS: &str = r#"
local function split(line)
  local cells = {}
  for cell in string.gmatch(line, "[^|]+") do table.insert(cells, cell) end
  return cells
end

host.on("import.parse", { format = "bars" }, function(bytes)
  local headings, rows = nil, {}
  local number = 0
  for line in string.gmatch(buffer.tostring(bytes), "[^\n]+") do
    number += 1
    local cells = split(line)
    if headings == nil then
      headings = cells
    else
      local fields = {}
      for at, heading in headings do
        if cells[at] ~= "-" then fields[heading] = cells[at] end
      end
      table.insert(rows, { line = number, fields = fields })
    end
  end
  return rows
end)

host.on("report.render", { format = "bars", kind = "table" }, function(model)
  local lines = {}
  for _, block in model.sections[1].blocks do
    local titles = {}
    for _, column in block.columns do table.insert(titles, column.title) end
    table.insert(lines, table.concat(titles, "|"))
    for _, row in block.rows do
      local cells = {}
      for at = 1, #titles do
        local cell = row[at]
        table.insert(cells, if cell == nil or cell == host.null then "-" else tostring(cell))
      end
      table.insert(lines, table.concat(cells, "|"))
    end
  end
  return buffer.fromstring(table.concat(lines, "\n") .. "\n")
end)
"#;

fn with_bars() -> Program {
    let program = Program::with_quarter();
    program.write("scripts/bars.lua", BARS);
    program
}

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

/// The exported records, by id.
fn records(program: &Program) -> Vec<Value> {
    let out = program.run(&["export", "information"]).ok().out;
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn record(program: &Program, id: &str) -> Value {
    records(program).into_iter().find(|record| record["id"] == id).unwrap_or(Value::Null)
}

#[test]
fn a_table_comes_in_by_labels_names_and_titles_with_all_checks() {
    let program = with_bars();
    program.write(
        "items.bars",
        "记录号|发生日期|标题|Unit|kind|联合报送单位|紧急信息\n\
         in-1|2023/4/3|第一|向阳街道|routine|兴华镇、unit-1|是\n\
         in-2|2023-04-03|第二|没有街道|dynamic|-|-\n\
         in-3|昨天|第三|unit-1|dynamic|-|-\n",
    );
    let import = words("import information items.bars");
    program
        .run(&import)
        .ended(1)
        .shows("1 taken, 2 refused")
        .says("items.bars:3: column \"Unit\": there is no unit \"没有街道\"")
        .says("items.bars:4: column \"发生日期\": \"昨天\" is no date");
    let one = record(&program, "in-1");
    assert_eq!(
        (&one["title"], &one["kind"], &one["urgent"]),
        (&json!("第一"), &json!("routine"), &json!(true))
    );
    let unit = one["unit"].as_str().unwrap().to_owned();
    assert!(unit.starts_with("unit-"), "{one}");
    assert_eq!(one["joint"].as_array().unwrap().len(), 2);
    // What stands for no field is said before anything is stored.
    program.write("items.bars", "标提|单位|kind\nneu|unit-1|dynamic\n");
    program
        .run(&import)
        .ended(1)
        .says("column \"标提\": the register \"information\" has no such field; did you mean")
        .says("nothing was imported");
    program.write("items.bars", "标题|title\na|b\n");
    program.run(&import).ended(1).says("stands for the same as");
}

#[test]
fn a_dry_run_checks_and_stores_nothing() {
    let program = with_bars();
    program.write(
        "items.bars",
        "record|on|title|unit\nin-1|2023-04-03|第一|unit-1\nin-2|2023-04-03|第二|unit-77\n",
    );
    let before = records(&program).len();
    program
        .run(&words("import information items.bars --dry-run"))
        .ended(1)
        .shows("1 would be taken, 1 refused")
        .says("items.bars:3: column \"unit\"");
    assert_eq!(records(&program).len(), before);
    program.run(&["verify"]).ok();
}

#[test]
fn tables_go_out_alone_and_through_a_running_office() {
    let program = with_bars();
    let all = || {
        program.run(&words("export information --out out.bars")).ok().shows("out.bars: 149 rows.");
        let standings = words("standings information --period 2023-Q1 --format bars");
        (fs::read_to_string(program.path("out.bars")).unwrap(), program.run(&standings).ok().out)
    };
    let (table, standings) = all();
    let mut lines = table.lines();
    // What other plugins add to the register comes after its own fields.
    let own = "记录号|文号|阶段|发生日期|标题|类别|报送单位|联合报送单位|撰稿人|正文|附件|紧急信息|约稿|报送期限|合并的信息";
    let heading = lines.next().unwrap();
    assert!(heading.starts_with(own), "{heading}");
    let first = lines.next().unwrap();
    assert!(first.starts_with("2023-0001|-|已报送|2023-"), "{first}");
    assert!(standings.starts_with("名次|单位|得分|不参加排名|未计分\n1|河东街道|205|-|-\n"), "{standings}");
    fs::remove_file(program.path("out.bars")).unwrap();
    let _serving = program.serve();
    assert_eq!(all(), (table, standings));
    // The file is the caller's to read: the running office is handed its bytes.
    program.write("items.bars", "record|on|title|unit\nin-1|2023-04-03|第一|unit-1\n");
    program.run(&words("import information items.bars")).ok().shows("1 taken");
    assert_eq!(record(&program, "in-1")["title"], "第一");
    program.run(&words("export information --out none/out.bars")).ended(1).says("out.bars cannot be written");
}

#[test]
fn an_unknown_format_says_which_there_are() {
    let program = with_bars();
    program.write("items.bar", "x");
    let refused = "no plugin here has \"bar\" among the formats that can be";
    for (line, what) in
        [("import information items.bar", "read"), ("export information --format bar", "written")]
    {
        program
            .run(&words(line))
            .ended(2)
            .says(&format!("{refused} {what}; did you mean"))
            .says("`registrar formats` lists them");
    }
    let formats = program.run(&["formats", "--json"]).ok().json();
    let one = |format: &str| formats.as_array().unwrap().iter().find(|f| f["format"] == format).cloned();
    assert_eq!(one("bars"), Some(json!({ "format": "bars", "read": ["bars"], "written": ["bars"] })));
    assert_eq!(
        one("jsonl"),
        Some(json!({ "format": "jsonl", "read": ["registrar"], "written": ["registrar"] }))
    );
    program.run(&["formats"]).ok().shows("bars");
}

/// A library that ships, in a folder of its own.
fn library(program: &Program, name: &str) {
    let built = Path::new(env!("CARGO_BIN_EXE_registrar")).parent().unwrap().join("deps").join(name);
    fs::create_dir_all(program.path("plugins")).unwrap();
    fs::copy(built, program.path("plugins").join(name)).unwrap();
}

const CELLS: &str = r#"
host.register("cells", {
  title = "Cells",
  fields = {
    text = { type = "text", order = 1, label = { zh = "文本", en = "Text" } },
    long = { type = "longtext", order = 2, label = "长文" },
    whole = { type = "integer", order = 3, label = "整数" },
    number = { type = "number", order = 4, label = "小数" },
    fee = { type = "amount", order = 5, label = "金额" },
    day = { type = "date", order = 6, label = "日期" },
    yes = { type = "bool", order = 7, label = "是否" },
    kind = { type = "choice", order = 8, label = "类别",
      of = { { id = "a", label = { zh = "甲类", en = "A" } }, { id = "b", label = { zh = "乙类", en = "B" } } } },
    many = { type = "text", many = true, order = 9, label = "多项" },
  },
  actions = { submit = { create = true } },
})
"#;

#[test]
fn a_workbook_comes_in_and_goes_out_with_every_cell() {
    let program = Program::new();
    program.write("scripts/cells.lua", CELLS);
    library(&program, "libworkbook.so");
    let run = |line: &str| program.run(&[&words(line)[..], &["--plugins", "plugins"]].concat());
    let rows = json!([
        ["0007", "一\n二, \"三\"", -12, 0.1, 12.34, "2023-02-14", true, "甲类", "x、y\nz"],
        ["=1+1", "'=2", 999_999_999_999_999_i64, -2.5, 0.000001, "1999-12-31", false, "乙类", "[1]"],
        ["😀珺昇堃翀", null, 0, null, -1, null, null, null, null],
        [" 空格 ", "长".repeat(32_767), null, 1e-7, null, "2024-02-29", null, "甲类", "一项"],
    ]);
    let titles = ["文本", "长文", "整数", "小数", "金额", "日期", "是否", "类别", "多项"];
    let mut columns: Vec<Value> = titles.iter().map(|title| json!({ "title": title })).collect();
    columns.insert(0, json!({ "title": "记录号" }));
    let numbered: Vec<Value> = (1..)
        .zip(rows.as_array().unwrap())
        .map(|(n, row)| {
            Value::from([vec![json!(format!("r-{n}"))], row.as_array().unwrap().clone()].concat())
        })
        .collect();
    for format in ["xlsx", "csv"] {
        let first = render(format, &columns, &numbered);
        let file = format!("first.{format}");
        fs::write(program.path(&file), first).unwrap();
        let _ = fs::remove_dir_all(program.path("data"));
        run(&format!("import cells {file}")).ok().shows("4 taken, 0 refused");
        run(&format!("export cells --out second.{format}")).ok().shows("4 rows");
        let (before, after) =
            (parse(&program, &file, format), parse(&program, &format!("second.{format}"), format));
        assert_eq!(before.len(), 4);
        for (before, after) in before.iter().zip(after) {
            // The day on which it came in is another thing that an export says.
            let mut after = after;
            after.as_object_mut().unwrap().remove("发生日期").unwrap();
            assert_eq!(*before, after, "{format}");
        }
    }
}

/// A table as a file, straight from the library's own function.
fn render(format: &str, columns: &[Value], rows: &[Value]) -> Vec<u8> {
    let document = json!({ "title": "Cells", "sections": [{ "blocks": [
        { "kind": "table", "columns": columns, "rows": rows } ] }] });
    workbook::render::render(&serde_json::from_value(document).unwrap(), format).unwrap()
}

/// The cells of a file's rows.
fn parse(program: &Program, file: &str, format: &str) -> Vec<Value> {
    headed(&fs::read(program.path(file)).unwrap(), format)
}

#[test]
fn the_exported_log_is_the_same_log_in_another_office() {
    let program = Program::with_quarter();
    program.run(&["act", "information", "2023-0001", "rekind", "new_kind=research"]).ok();
    program.run(&["act", "information", "-", "submit", "title=新报的信息", "unit=unit-1", "body=正文"]).ok();
    program.run(&["export-events", "--out", "log.jsonl"]).ok().shows("rows");
    program.run(&["office", "copy"]).ok();
    let there = program.run(&["import-events", "log.jsonl", "--office", "copy", "--json"]).ok().json();
    assert_eq!(there["skipped"], 0);
    // What the copy decides for itself, such as to count by its rules, comes on top.
    let told = |log: &str| {
        log.lines().filter(|line| !line.contains("\"$office\"")).map(str::to_owned).collect::<Vec<_>>()
    };
    let copied = told(&program.run(&["export-events", "--office", "copy"]).ok().out);
    let original = told(&fs::read_to_string(program.path("log.jsonl")).unwrap());
    assert_eq!(copied.len(), original.len());
    let differ = copied.iter().zip(&original).find(|(copied, original)| copied != original);
    assert_eq!(differ, None);
    let records = |office: &str| program.run(&["export", "information", "--office", office]).ok().out;
    assert_eq!(records("copy"), records("default"));
    program.run(&["verify", "--office", "copy"]).ok();
}
