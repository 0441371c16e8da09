//! An item's whole way: submitted, returned, mended, adopted, instructed on, answered late; and what it
//! does to the figures.

use super::Office;
use std::{fs, process::Command};

/// What the demo's own item says, copied with a word changed.
const COPIED: &str = "河东街道人大工委在辖区建立代表联络站月度接待制度，每月十五日由两名市人大代表到站接待群众，当场登记意见，七个工作日内答复办理进展。运行半年来共接待群众二百二十人次。";

#[test]
fn an_office_works_in_a_browser() {
    whole_work(true);
}

#[test]
fn an_office_works_in_a_browser_without_scripts() {
    whole_work(false);
}

fn whole_work(scripts: bool) {
    let office = Office::open();
    let wang = office.sign_in("wang", "王小芳", scripts);
    let li = office.enter("李编辑", scripts);
    let chen = office.enter("陈主任", scripts);
    // What the leader looks at while others work.
    chen.open("/r/information/standings");
    let before = points(&chen.of("table"), "河东街道");

    // The reporter submits, and is shown what resembles it first.
    wang.press("报送");
    wang.fill("title", "代表联络站月度接待制度的经验");
    wang.fill("body", COPIED);
    if scripts {
        wang.until("#advice", "检查通过");
        let count = COPIED.chars().count().to_string();
        wang.until("#field-body-count", &count);
        assert_eq!(wang.at(), "/r/information/new/submit", "nothing was sent yet");
    } else {
        wang.press("先检查");
        wang.until("#advice", "检查通过");
    }
    let advice = wang.of("#advice");
    assert!(advice.contains("建立代表联络站月度接待制度") && advice.contains("检查通过"), "{advice}");
    // Another unit's copy is not theirs to see.
    assert!(!advice.contains("见成效"), "{advice}");
    wang.press("报送");
    wang.shows("已报送");
    let record = wang.at();

    // The editor sees both, side by side, and returns it.
    li.open(&format!("{record}/similar"));
    li.shows("见成效");
    assert!(li.count("mark") > 1);
    li.open(&record);
    li.press("退回");
    li.shows("退回原因");
    li.fill("reason", "请写明办结率");
    li.press("退回");
    li.shows("已退回");

    // The reporter is told, and mends it.
    wang.open("/");
    wang.shows("信息 · 已退回");
    wang.open(&record);
    wang.shows("请写明办结率");
    wang.press("报送");
    wang.fill("body", &format!("{COPIED}办结率百分之八十六。"));
    wang.press("报送");
    wang.shows("已报送");
    wang.shows("办结率百分之八十六");

    // The editor adopts it with another one into an issue, and looks at the issue as it is printed.
    li.open("/r/information?stage=submitted&q=%E4%BB%A3%E8%A1%A8%E8%81%94%E7%BB%9C%E7%AB%99");
    let id = record.rsplit('/').next().unwrap();
    li.click(&format!("input[name='i'][value='{id}']"));
    li.click("input[name='i'][value='demo-item-2']");
    li.press("采用");
    li.shows("2 条");
    li.choose("carrier", "journal");
    li.fill("issue", "21");
    li.press("采用");
    li.open("/r/information?stage=adopted");
    li.shows("代表联络站月度接待制度的经验");
    li.shows("代表联络站月度接待制度见成效");
    li.open("/reports/issue?period=2026&carrier=journal&issue=21");
    li.shows("第21期");
    li.shows("办结率百分之八十六");

    // The standings moved while they were looked at: five points for the submission, ten for the adoption.
    let after = before + 15.0;
    chen.comes("table", &format!("{after:.2}"));
    assert_eq!(points(&chen.of("table"), "河东街道"), after);

    // The leader writes an instruction for two units: each has its own to answer.
    chen.open(&record);
    chen.press("批示");
    chen.choose("level", "city");
    chen.fill("leader", "陈主任");
    chen.fill("text", "请两街道交流做法");
    chen.choose("targets", "unit-1");
    chen.choose("targets", "unit-2");
    chen.press("批示");
    chen.open("/r/instructions/board");
    chen.shows("代表联络站月度接待制度的经验");
    let board = chen.of("main");
    assert_eq!(board.matches("代表联络站月度接待制度的经验").count(), 2, "{board}");

    // One is overdue: it is red, the editor urges, and the unit answers late.
    chen.counts(".slip.over", 1);
    assert!(chen.count(".slip.soon") >= 1 && chen.count(".slip.calm") >= 1);
    li.open("/r/instructions/board");
    li.press("关于河东街道夜间照明问题的批示");
    li.shows("超期");
    li.press("催办");
    li.fill("urging", "已超期，请三日内反馈");
    li.press("催办");
    wang.open("/");
    wang.shows("超期");
    wang.open("/r/instructions/i/demo-task-1");
    wang.shows("已超期，请三日内反馈");
    wang.press("反馈");
    wang.fill("reply", "路灯已全部修复并移交管护");
    wang.press("反馈");
    wang.shows("已反馈");
    wang.shows("超期");
    chen.open("/r/instructions/board");
    chen.counts(".slip.over", 0);

    // Why: down to the event, and to its record.
    chen.open("/r/information/standings");
    chen.press(&format!("{after:.2}"));
    chen.shows("采用一条信息计 10 分");
    chen.shows("采用 · 代表联络站月度接待制度的经验");
    chen.click(&format!(".tree a[href$='/i/{id}']"));
    chen.shows("办结率百分之八十六");

    // The bulletin is looked at, taken as a file, and opens.
    li.open("/reports");
    li.press("通报");
    li.fill("period", "2023-Q1");
    li.press("生成");
    li.shows("关于2023年第一季度信息报送采用情况的通报");
    li.press("下载 docx");
    let file = office.driver.saved("docx");
    fs::copy(&file, office.program.path("b.docx")).unwrap();
    let profile = format!("-env:UserInstallation=file://{}", office.program.path("profile").display());
    let opened = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "b.docx"])
        .current_dir(office.program.path("."))
        .output()
        .unwrap_or_else(|e| panic!("soffice: {e}; tests/install.sh installs it"));
    assert!(opened.status.success(), "{opened:?}");
    let text = fs::read_to_string(office.program.path("b.txt")).unwrap();
    // A title is set in lines of a good shape.
    let joined = text.replace(['\n', '\r'], "");
    assert!(
        joined.contains("关于2023年第一季度信息报送采用情况的通报") && joined.contains("河东街道"),
        "{text}"
    );

    // Units without an officer are named, and words are those of the office's code tables.
    li.open("/directory");
    li.shows("没有信息员的单位");
    assert!(li.of("main .warning").contains("兴华镇") && !li.of("main .warning").contains("河东街道"));
    li.shows("乡镇（街道）");
    dropped_in(&office, scripts);
}

const VISITS: &str = r#"-- Visits.

host.register("visits", {
  title = { zh = "来访登记", en = "Visits" },
  fields = { title = { type = "text", required = true, label = { zh = "事由", en = "Reason" } } },
  stages = { "open" },
  actions = { note = { title = { zh = "登记", en = "Note" }, to = "open", by = "editor", create = true } },
})
"#;

/// A register that is dropped in is in the menu; broken, it is shown where and why, and the old one serves.
fn dropped_in(office: &Office, scripts: bool) {
    let li = office.enter("李编辑", scripts);
    let zhao = office.enter("赵主任", scripts);
    li.open("/calendar");
    zhao.open("/plugins");
    li.hides("来访登记");
    office.program.write("scripts/visits.lua", VISITS);
    li.comes("#menu", "来访登记");
    office.program.edit("scripts/visits.lua", "stages = { \"open\" },", "stages = \"open\" }},");
    zhao.comes("main", "visits.lua:6");
    zhao.shows("提供服务");
    zhao.press("visits");
    let code = zhao.of("pre.code");
    for line in ["title = { zh = \"来访登记\"", "stages = \"open\" }},", "actions ="] {
        assert!(code.contains(line), "{line} is not among the lines:\n{code}");
    }
    zhao.counts("pre.code .meant", 1);
    // The old one serves.
    li.open("/r/visits");
    li.press("登记");
    li.fill("title", "咨询办事流程");
    li.press("登记");
    li.shows("咨询办事流程");
    // Mended, it is as it should be; going back is a click.
    office.program.write("scripts/visits.lua", &VISITS.replace("来访登记", "来访接待"));
    zhao.open("/plugins/visits");
    zhao.comes("h1", "在用");
    li.open("/");
    li.comes("body", "来访接待");
    zhao.reload();
    zhao.press("回到这一版");
    zhao.shows("固定在");
    li.open("/");
    li.comes("body", "来访登记");
}

/// What stands in a table's row.
fn points(table: &str, unit: &str) -> f64 {
    let line =
        table.lines().find(|line| line.contains(unit)).unwrap_or_else(|| panic!("no {unit}:\n{table}"));
    line.split_whitespace().last().unwrap().parse().unwrap_or_else(|_| panic!("{line}"))
}
