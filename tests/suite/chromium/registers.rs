//! The sister registers in a browser, each from entry to document, by the people whom it takes, in both languages.

use super::{Office, driver::Tab};
use std::{fs, path::PathBuf, process::Command};

/// A field that is filled in, or chosen in a list.
#[derive(Clone, Copy)]
enum Entry<'a> {
    Fill(&'a str, &'a str),
    Choose(&'a str, &'a str),
}
use Entry::{Choose, Fill};

/// Opens a form, fills it in, sends it by its button, and waits for what the page says then; where that is.
#[track_caller]
fn send(tab: &Tab, form: &str, button: &str, entries: &[Entry<'_>], shows: &str) -> String {
    tab.open(form);
    for entry in entries {
        match entry {
            Fill(name, text) => tab.fill(name, text),
            Choose(name, value) => tab.choose(name, value),
        }
    }
    tab.press(button);
    tab.shows(shows);
    tab.at().split('?').next().unwrap().to_owned()
}

/// Looks at a report as a page, takes it as a file, and gives the file's text; with `REGISTRAR_SHOTS` also a picture of it.
#[track_caller]
fn paper(office: &Office, tab: &Tab, report: &str, shows: &str) -> String {
    tab.open(&format!("/reports/{report}"));
    tab.shows(shows);
    tab.press("下载 docx");
    let file = office.driver.saved("docx");
    let name = report.split('?').next().unwrap();
    let at = office.program.path(&format!("{name}.docx"));
    fs::rename(&file, &at).unwrap();
    let profile = format!("-env:UserInstallation=file://{}", office.program.path("profile").display());
    let convert = |to: &str| {
        let made = Command::new("soffice")
            .args([&profile, "--headless", "--convert-to", to])
            .arg(&at)
            .current_dir(office.program.path("."))
            .output()
            .unwrap_or_else(|e| panic!("soffice: {e}; tests/install.sh installs it"));
        assert!(made.status.success(), "{made:?}");
    };
    convert("txt:Text (encoded):UTF8");
    if let Some(folder) = std::env::var_os("REGISTRAR_SHOTS").map(PathBuf::from) {
        convert("pdf");
        let pdf = office.program.path(&format!("{name}.pdf"));
        fs::create_dir_all(&folder).unwrap();
        let drawn =
            Command::new("pdftoppm").args(["-r", "60", "-png"]).arg(&pdf).arg(folder.join(name)).status();
        assert!(drawn.unwrap().success());
    }
    fs::read_to_string(office.program.path(&format!("{name}.txt"))).unwrap().replace(['\n', '\r'], "")
}

/// Takes a picture of what a tab shows, where pictures are asked for.
fn shot(tab: &Tab, name: &str) {
    if let Some(folder) = std::env::var_os("REGISTRAR_SHOTS").map(PathBuf::from) {
        fs::create_dir_all(&folder).unwrap();
        tab.resize(1280, (tab.height() + 160).min(4000));
        fs::write(folder.join(format!("{name}.png")), tab.picture()).unwrap();
    }
}

fn id_of(record: &str) -> &str {
    record.rsplit('/').next().unwrap()
}

/// The people of the city who take part.
struct People {
    clerk: Tab,
    teller: Tab,
    unit: Tab,
    deputy: Tab,
}

/// Holds the vote that a record of something names, as two people count it.
fn hold(people: &People, record: &str, entry: &str, shows: &str) -> String {
    let People { clerk, teller, .. } = people;
    clerk.open(record);
    clerk.click(".referrers a[href*='/r/votes/i/']");
    clerk.shows("草案");
    let vote = clerk.at();
    let room = [Fill("of_members", "45"), Fill("are_present", "42"), Fill("are_issued", "42")];
    send(clerk, &format!("{vote}/open"), "开始投票", &room, "投票中");
    let first = [Fill("were_returned", "42"), Fill("entry", entry)];
    send(teller, &format!("{vote}/count_first"), "计票（第一人）", &first, "已封存");
    // What differs is not taken, and it is said where.
    send(
        clerk,
        &format!("{vote}/count_second"),
        "计票（第二人）",
        &[Fill("entry", "42x 废")],
        "与第一次录入不一致",
    );
    send(clerk, &format!("{vote}/count_second"), "计票（第二人）", &[Fill("entry", entry)], "已复核");
    clerk.open(&format!("{vote}/screen"));
    clerk.hides("赞成 ");
    send(clerk, &format!("{vote}/close"), "公布结果", &[], shows);
    vote
}

#[test]
fn each_line_of_work_goes_from_entry_to_document() {
    let office = Office::open();
    let enter = |name: &str| office.enter_office("yunlan", name, true);
    let people = People {
        clerk: enter("方晓岚"),
        teller: enter("温知秋"),
        unit: enter("徐洁"),
        deputy: enter("白景行"),
    };
    suggestions(&office, &people);
    meetings_and_decisions(&office, &people);
    supervision(&office, &people);
    appointments_and_appraisals(&office, &people);
    projects(&office, &people);
    deputies(&office, &people);
    // What the sample brings is there in English too.
    people.clerk.open("/lang/en?back=/yunlan/");
    for (at, says) in [
        ("/r/suggestions/i/2023-s01", "Deadlines"),
        ("/r/meetings/i/2023-m01", "Named by"),
        ("/r/decisions/i/2023-d01", "Votes"),
        ("/r/votes/i/2023-v07", "to be voted again"),
        ("/r/votes/i/2023-v07/screen", "Candidate"),
        ("/r/special-reports", "Special reports"),
        ("/r/inspections/i/2023-i1", "7 findings, 2 open"),
        ("/r/inquiries", "Inquiries"),
        ("/r/appraisals/i/2023-e1", "Passed"),
        ("/r/appointments", "Appointments"),
        ("/r/projects/board", "Under way"),
        ("/r/activities/standings?period=2023", "Performance"),
        ("/r/petitions", "Petitions"),
        ("/r/tasks", "Tasks"),
        ("/r/suggestions/new/submit", "Seconded by"),
        ("/r/agenda/new/list", "Item"),
        ("/r/decisions/new/propose", "Matter"),
        ("/", "overdue"),
    ] {
        people.clerk.open(at);
        people.clerk.shows(says);
        assert_eq!(people.clerk.overflows(), 0, "{at} is wider than its window");
        shot(&people.clerk, &format!("en{}", at.replace(['/', '?', '='], "-")));
    }
}

fn suggestions(office: &Office, people: &People) {
    let People { clerk, unit, deputy, .. } = people;
    let entry = [
        Fill("title", "增设夜间公交"),
        Fill("text", "夜班工人下班后没有公交，建议增设夜间班次。"),
        Choose("deputy", "deputy-01"),
    ];
    let record = send(clerk, "/r/suggestions/new/submit", "登记", &entry, "待交办");
    send(
        clerk,
        &format!("{record}/assign"),
        "交办",
        &[Choose("main", "committee-03"), Choose("with_others", "county-01")],
        "待签收",
    );
    clerk.shows("3个月（办理办法）");
    clerk.shows("协办：增设夜间公交");
    send(unit, &format!("{record}/sign"), "签收", &[], "办理中");
    send(
        unit,
        &format!("{record}/answer"),
        "答复",
        &[Fill("said", "已增设两班。"), Choose("came_to", "A")],
        "已答复",
    );
    send(clerk, &format!("{record}/rate"), "代表评价", &[Choose("rating", "satisfied")], "已评价");
    send(clerk, &format!("{record}/close"), "办结", &[], "已办结");
    shot(clerk, "suggestion");
    deputy.open(&record);
    deputy.shows("已增设两班");
    let text = paper(
        office,
        clerk,
        &format!("suggestion-reply?suggestion={}", id_of(&record)),
        "关于“增设夜间公交”的答复",
    );
    assert!(text.contains("白景行代表") && text.contains("A 已解决"), "{text}");
    paper(office, clerk, "suggestions-year?period=2023", "2023年登记代表建议24件");
}

fn meetings_and_decisions(office: &Office, people: &People) {
    let People { clerk, unit, .. } = people;
    // The day is that of today: a date is typed otherwise in every browser.
    clerk.open("/r/meetings/i/2023-m07");
    clerk.shows("缺席");
    clerk.shows("报告信息化需求");
    shot(clerk, "meeting");
    let text = paper(office, clerk, "meeting-minutes?meeting=2023-m07", "全市人大信息工作会议纪要");
    assert!(text.contains("会议议定任务4项") && text.contains("缺席单位"), "{text}");
    paper(office, clerk, "meeting-notice?meeting=2023-m07", "关于召开全市人大信息工作会议的通知");
    // An item of the agenda, what is proposed on it, the vote, the resolution: a click a step.
    let item = [Fill("title", "城市绿化规划"), Fill("meeting", "2023-m06")];
    let agenda = send(clerk, "/r/agenda/new/list", "列入议程", &item, "已列入");
    let matter = [
        Fill("title", "城市绿化规划"),
        Fill("text", "关于城市绿化规划的议案。"),
        Fill("agenda", id_of(&agenda)),
        Choose("unit", "committee-03"),
    ];
    let decision = send(clerk, "/r/decisions/new/propose", "提出", &matter, "已提出");
    send(clerk, &format!("{decision}/deliberate"), "审议", &[Fill("said", "同意。")], "已审议");
    send(clerk, &format!("{decision}/resolve"), "作出决议", &[Fill("said", "批准。")], "没有表决记录");
    send(clerk, &format!("{decision}/put_to_vote"), "交付表决", &[], "表决中");
    let vote = hold(people, &decision, "38x +\n3x -\n1x o", "已公布");
    clerk.open(&format!("{vote}/screen"));
    clerk.shows("赞成 38，反对 3，弃权 1");
    assert_eq!(
        (clerk.count("header"), clerk.count("nav")),
        (0, 0),
        "a screen shows nothing of who signed in"
    );
    shot(clerk, "screen");
    send(
        clerk,
        &format!("{decision}/resolve"),
        "作出决议",
        &[Fill("said", "会议决定，批准城市绿化规划。")],
        "已决议",
    );
    send(clerk, &format!("{decision}/publish"), "公布", &[], "已公布");
    send(
        unit,
        &format!("{decision}/follow_up"),
        "报告落实情况",
        &[Fill("said", "已完成三成。")],
        "已完成三成",
    );
    clerk.open(&agenda);
    clerk.press("城市绿化规划");
    clerk.shows("决议〔");
    clerk.click(".referrers a[href*='/r/votes/i/']");
    clerk.shows("赞成 38");
    shot(clerk, "vote");
    let text = paper(office, clerk, &format!("vote-result?vote={}", id_of(&vote)), "表决结果报告单");
    assert!(text.contains("核验码") && text.contains("计票人：温知秋、方晓岚"), "{text}");
    let text =
        paper(office, clerk, &format!("resolution?decision={}", id_of(&decision)), "关于城市绿化规划的决议");
    assert!(text.contains("批准城市绿化规划"), "{text}");
    paper(office, clerk, "policies?period=2026", "关于推进基层立法联系点建设的意见");
}

fn supervision(office: &Office, people: &People) {
    let People { clerk, unit, .. } = people;
    let report = send(
        clerk,
        "/r/special-reports/new/plan",
        "列入计划",
        &[Fill("title", "养老服务"), Choose("unit", "committee-03")],
        "已列入计划",
    );
    send(clerk, &format!("{report}/hear"), "听取", &[Fill("said", "听取了报告。")], "已听取");
    send(clerk, &format!("{report}/send"), "送达审议意见", &[Fill("said", "加大投入。")], "意见已送达");
    clerk.shows("60日（审议意见反馈）");
    let text = paper(
        office,
        clerk,
        &format!("supervision-opinions?report={}", id_of(&report)),
        "关于“养老服务”的审议意见",
    );
    assert!(text.contains("前将研究处理情况报告"), "{text}");
    send(unit, &format!("{report}/reply"), "报告处理情况", &[Fill("said", "已追加资金。")], "已反馈");
    clerk.open("/r/inspections/i/2023-i1");
    clerk.shows("发现问题7个，未销号2个");
    shot(clerk, "inspection");
    send(clerk, "/r/inspections/i/2023-i1/close", "结束", &[], "尚有2个未销号");
    let question = [Fill("title", "何时通车"), Fill("inquiry", "2023-q1"), Choose("unit", "committee-03")];
    let question = send(clerk, "/r/questions/new/ask", "提出", &question, "待答复");
    send(
        unit,
        &format!("{question}/answer"),
        "答复",
        &[Fill("said", "正在施工。"), Fill("promises", "年底通车")],
        "已答复",
    );
    unit.shows("年底通车");
    assert_eq!(unit.count(".referrers a[href*='/r/tasks/i/']"), 1, "a promise is a task");
    paper(office, clerk, "supervision-open?period=2026", "未办结监督事项");
}

fn appointments_and_appraisals(office: &Office, people: &People) {
    let People { clerk, unit, .. } = people;
    let nominee = [Choose("kind", "appoint"), Choose("person", "editor-4"), Fill("post", "副主任")];
    let record = send(clerk, "/r/appointments/new/nominate", "提请", &nominee, "已提请");
    send(clerk, &format!("{record}/put_to_vote"), "交付表决", &[], "缺少提请文件");
    let text = paper(office, clerk, "certificate?appointment=2023-n1", "任命书");
    assert!(text.contains("任命顾怀川为市人大常委会主任"), "{text}");
    paper(office, clerk, "post-holders?period=2026", "顾怀川");
    let appraisal = send(
        clerk,
        "/r/appraisals/new/plan",
        "列入计划",
        &[Fill("title", "信访工作评议"), Choose("unit", "committee-03")],
        "已列入计划",
    );
    send(unit, &format!("{appraisal}/report"), "提交报告", &[Fill("said", "一年来的工作。")], "已报告");
    send(clerk, &format!("{appraisal}/put_to_ballot"), "投票测评", &[], "测评中");
    hold(people, &appraisal, "31x +\n9x =\n2x -", "已公布");
    send(clerk, &format!("{appraisal}/publish"), "公布结果", &[Fill("said", "补短板。")], "合格");
    shot(clerk, "appraisal");
    let text =
        paper(office, clerk, &format!("appraisal-result?appraisal={}", id_of(&appraisal)), "评议结果的通报");
    assert!(text.contains("满意31票、基本满意9票、不满意2票"), "{text}");
}

fn projects(office: &Office, people: &People) {
    let People { clerk, unit, .. } = people;
    let call = send(
        clerk,
        "/r/project-calls/new/open",
        "开始征集",
        &[Fill("title", "明年民生实事"), Fill("places", "1")],
        "征集中",
    );
    for title in ["社区食堂", "夜间照明"] {
        let entry = [
            Fill("title", title),
            Fill("call", id_of(&call)),
            Choose("unit", "committee-03"),
            Fill("budget", "120"),
        ];
        let project = send(unit, "/r/projects/new/propose", "提出", &entry, "已提出");
        send(clerk, &format!("{project}/shortlist"), "列为候选", &[], "候选");
    }
    send(clerk, &format!("{call}/put_to_vote"), "交付票决", &[], "票决中");
    hold(people, &call, "30x 1\n12x 2", "已公布");
    send(clerk, &format!("{call}/settle"), "确定项目", &[], "已确定");
    clerk.shows("未入选");
    let text = paper(office, clerk, &format!("projects-chosen?call={}", id_of(&call)), "确定以下1个项目");
    assert!(text.contains("社区食堂") || text.contains("夜间照明"), "{text}");
    clerk.open("/r/projects/board");
    clerk.shows("实施中");
    shot(clerk, "projects");
    let text = paper(office, clerk, "projects?period=2023&date=2023-10-31", "民生实事项目10个");
    assert!(text.contains("红灯1个"), "{text}");
}

fn deputies(office: &Office, people: &People) {
    let People { clerk, unit, deputy, .. } = people;
    let entry = [
        Fill("title", "井盖松动"),
        Fill("text", "东街井盖松动。"),
        Fill("citizen", "张三"),
        Choose("deputy", "deputy-01"),
    ];
    let record = send(clerk, "/r/petitions/new/receive", "受理", &entry, "待转办");
    send(clerk, &format!("{record}/transfer"), "转办", &[Choose("to", "committee-03")], "办理中");
    send(unit, &format!("{record}/answer"), "答复", &[Fill("said", "已更换。")], "待反馈");
    deputy.open("/");
    deputy.shows("井盖松动：待反馈");
    shot(deputy, "deputy-home");
    send(clerk, &format!("{record}/tell"), "反馈代表和群众", &[Fill("by_way", "电话")], "已反馈");
    let text =
        paper(office, clerk, &format!("petition-answer?petition={}", id_of(&record)), "关于“井盖松动”的反馈");
    assert!(text.contains("张三") && text.contains("已更换"), "{text}");
    let text = paper(office, clerk, "deputy-file?period=2023&deputy=deputy-01", "代表履职档案");
    assert!(text.contains("领衔建议"), "{text}");
    clerk.open("/");
    clerk.shows("日内到期");
    shot(clerk, "home");
    paper(office, clerk, "overview?period=2026", "各台账超期");
}
