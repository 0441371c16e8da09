//! Work on records, by forms made of what registers declare.

use super::Pages;

#[test]
fn an_item_is_submitted_returned_mended_and_adopted() {
    let pages = Pages::new();
    let (mut east, mut editor) = (pages.browser("east"), pages.browser("editor"));
    let new = "/default/r/information/new/submit";
    // A unit that the role does not reach is not offered, and the only one is chosen.
    let form = east.get(new).is(200).shows("标题").shows("最多");
    assert!(form.text.contains(r#"<option value="u-east" selected>东区</option></select>"#), "{form:?}");
    // What was filled in stays when something is missing.
    east.post(new, &[("title", ""), ("unit", "u-east"), ("body", "正文在这里")])
        .is(422)
        .shows("正文在这里")
        .shows("aria-invalid");
    let made = east.post(
        new,
        &[
            ("title", "关于河道治理的信息"),
            ("unit", "u-east"),
            ("kind", "dynamic"),
            ("body", "第一段\r\n第二段"),
        ],
    );
    let at = made.is(303).header("location").unwrap().to_owned();
    east.get(&at).is(200).shows("关于河道治理的信息").shows("第一段\n第二段").shows("已报送").shows("东东");
    editor.get("/default/").shows("已报送").shows("<strong>1</strong>");
    editor.get(&at).shows("退回").shows("采用");
    editor.get(&format!("{at}/return")).is(200);
    editor.post(&format!("{at}/return"), &[("reason", "")]).is(422);
    editor.post(&format!("{at}/return"), &[("reason", "请补充数据")]).goes_to(&at);
    east.get(&at).shows("已退回").shows("请补充数据");
    east.get(&format!("{at}/submit")).is(200).shows("关于河道治理的信息").shows("第一段\n第二段");
    let again = [
        ("title", "关于河道治理的信息（补充）"),
        ("unit", "u-east"),
        ("kind", "dynamic"),
        ("body", "有数据"),
    ];
    east.post(&format!("{at}/submit"), &again).goes_to(&at);
    editor.get(&format!("{at}/adopt")).is(200).shows("期号");
    editor.post(&format!("{at}/adopt"), &[("issue", "twelve")]).is(422);
    editor.post(&format!("{at}/adopt"), &[("issue", "12"), ("carrier", "journal")]).goes_to(&at);
    editor.get(&at).shows("已采用").shows("动态信息").shows("补充");
    // In the other language, and a page for what does not fit.
    editor.get("/default/lang/en?back=/default/").is(303);
    editor.get(&at).shows("Adopt").shows("History").shows("Information");
    editor.get("/default/r/information?stage=returned").shows("No record fits.");
    editor.get("/default/r/information?q=%E6%B2%B3%E9%81%93").shows("河道");
}

#[test]
fn a_register_that_is_dropped_in_has_its_pages_at_once() {
    let pages = Pages::new();
    let mut editor = pages.browser("editor");
    editor.get("/default/").hides("来访");
    pages.program.write(
        "scripts/visits.lua",
        r#"host.register("visits", {
  title = { zh = "来访", en = "Visits" },
  fields = { title = { type = "text", required = true, label = { zh = "事由", en = "Reason" } }, day = { type = "date", label = { zh = "日期", en = "Day" } } },
  stages = { "open", "done" },
  actions = { note = { title = { zh = "登记", en = "Note" }, to = "open", by = "editor", create = true } },
})"#,
    );
    let mut seen = false;
    for _ in 0..200 {
        seen = editor.get("/default/").text.contains("来访");
        if seen {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert!(seen, "{}", pages.serving.log());
    editor.get("/default/r/visits/new/note").is(200).shows("事由").shows(r#"type="date""#);
    let made = editor.post("/default/r/visits/new/note", &[("title", "咨询"), ("day", "2023-05-01")]).is(303);
    editor.get(made.header("location").unwrap()).is(200).shows("咨询").shows("2023年5月1日");
}

#[test]
fn any_part_of_a_chinese_text_is_found_also_by_other_fields_later() {
    let pages = Pages::new();
    pages.submit("e1", "关于河道治理的信息", "east", "u-east");
    pages.submit("e2", "Report 2023 on 养老服务", "east", "u-east");
    pages.submit("w1", "治理河道的做法", "west", "u-west");
    let (mut editor, mut east) = (pages.browser("editor"), pages.browser("east"));
    let mut found = |words: &str| {
        let encoded: String = words.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let list = editor.get(&format!("/default/r/information?q={encoded}")).is(200);
        ["e1", "e2", "e3", "w1"]
            .into_iter()
            .filter(|id| list.text.contains(&format!("/i/{id}\"")))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(found("河道"), "e1 w1");
    assert_eq!(found("道治"), "e1");
    assert_eq!(found("理"), "e1 w1");
    assert_eq!(found("治理 做法"), "w1");
    assert_eq!(found("repo"), "e2");
    assert_eq!(found("REPORT 养老"), "e2");
    assert_eq!(found("e2"), "e2");
    assert_eq!(found("port"), "");
    assert_eq!(found("、"), "");
    // What changed is found by what it says now.
    pages.program.run(&["act", "information", "e1", "return", "reason=x", "--as", "editor"]).ok();
    pages.program.run(&["act", "information", "e1", "submit", "title=湖泊保护", "--as", "east"]).ok();
    assert_eq!((found("河道"), found("湖泊")), ("w1".into(), "e1".into()));
    east.get("/default/r/information?q=%E6%B2%BB%E7%90%86")
        .is(200)
        .hides("治理河道的做法")
        .shows("没有符合条件的记录");
    // When a register searches in another field, that holds for what was there before as well.
    pages
        .program
        .run(&[
            "act",
            "information",
            "e3",
            "submit",
            "title=标题",
            "body=正文里的词",
            "unit=u-east",
            "--as",
            "east",
        ])
        .ok();
    assert_eq!(found("里的词"), "e3");
    pages.program.edit(
        "scripts/information/register.lua",
        "type = \"longtext\", search = true",
        "type = \"longtext\"",
    );
    let began = std::time::Instant::now();
    while !found("里的词").is_empty() {
        assert!(began.elapsed() < std::time::Duration::from_secs(20), "{}", pages.serving.log());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(found("标题"), "e3");
}

#[test]
fn a_view_is_kept_for_its_owner_alone() {
    let pages = Pages::new();
    pages.submit("e1", "关于河道的信息", "east", "u-east");
    let (mut editor, mut east) = (pages.browser("editor"), pages.browser("east"));
    let (list, views) = ("/default/r/information", "/default/r/information/views");
    let asked = format!("{list}?stage=submitted&q=%E6%B2%B3%E9%81%93&sort=");
    editor.get(list).hides("存为视图");
    editor.get(&asked).shows("存为视图");
    let keep = [("name", "待审的河道"), ("stage", "submitted"), ("q", "河道"), ("sort", ""), ("office", "x")];
    editor.post(views, &keep).goes_to(&asked);
    editor.get(list).shows("待审的河道").shows("q=%E6%B2%B3%E9%81%93");
    editor.get(&asked).hides("存为视图").shows("关于河道的信息");
    east.get(list).hides("待审的河道");
    editor.post(views, &[("name", ""), ("q", "x")]).is(422);
    editor.post(views, &[("name", &"长".repeat(41)), ("q", "x")]).is(422);
    for n in 0..29 {
        editor.post(views, &[("name", &format!("v{n}")), ("q", "x")]).is(303);
    }
    editor.post(views, &[("name", "one more"), ("q", "x")]).is(422);
    editor.post(views, &[("name", "待审的河道"), ("do", "remove")]).goes_to(list);
    editor.get(list).hides("待审的河道").shows("v28");
}

#[test]
fn what_is_wrong_is_said_once_in_the_readers_language_beside_its_field() {
    let pages = Pages::new();
    let mut east = pages.browser("east");
    let new = "/default/r/information/new/submit";
    east.get(new);
    let long = "长".repeat(75);
    let sent = [("title", long.as_str()), ("unit", "u-east"), ("kind", "research"), ("body", "太短")];
    // Too long is not missing, and the field that is wrong is where one goes on.
    let refused = east.post(new, &sent).is(422).shows("共 75 字，最多 60").hides("不能为空");
    assert_eq!(refused.text.matches(" autofocus").count(), 1, "{refused:?}");
    let sent = [("title", "题"), ("unit", "u-east"), ("kind", "research"), ("body", "太短")];
    east.post(new, &sent).is(422).shows("正文不足 300 字（现 2 字）").hides("this kind needs");
    east.get("/default/lang/en?back=/default/");
    east.get(new);
    east.post(new, &sent).is(422).shows("The text has 2 characters; this kind needs 300.").hides("正文不足");
    east.get("/default/r/absent").is(404).shows("Nothing here").hides("没有找到");
    east.get("/default/r/information/standings?period=foo").is(400).shows("2023-Q1").hides("时段");
    // Without anything to be sent, nothing is done, and that is said too.
    let mut editor = pages.browser("editor");
    let gone = editor.get("/default/r/information/many?action=close&stage=submitted&q=");
    let list = gone.is(303).header("location").unwrap().to_owned();
    editor.get(&list).is(200).shows("请先勾选记录");
    editor.get("/default/r/information?told=99999").hides("已办理");
}

#[test]
fn a_report_is_published_to_an_outlet_by_who_may() {
    let pages = Pages::with_tables();
    pages.program.run(&["outlet", "news", "--kind", "feed", "--title", "信息通报"]).ok();
    let mut editor = pages.browser("editor");
    let at = "/default/reports/standings?period=2026-Q1";
    // Nobody but the operator publishes, until the office says who else does.
    assert!(!editor.get(at).text.contains("发布到"));
    let sent = [("outlet", "news"), ("asked", "period=2026-Q1\r\nx: y"), ("_key", "k1")];
    assert_eq!(editor.post("/default/reports/standings", &sent).status, 403);
    pages.program.run(&["office", "default", "--publish-by", "editor"]).ok();
    let page = editor.get(at).text;
    assert!(page.contains("发布到") && page.contains("信息通报"), "{page}");
    let feed = pages.program.path("data/files/default/outlets/news/feed.xml");
    let sent = [("outlet", "news"), ("asked", "period=2026-Q1"), ("_key", "k1")];
    for _ in 0..2 {
        let answer = editor.post("/default/reports/standings", &sent);
        assert_eq!(answer.status, 303, "{}", answer.text);
        assert!(
            answer.header("location").unwrap_or_default().contains("period=2026-Q1&published=news"),
            "{}",
            answer.header("location").unwrap_or_default()
        );
    }
    let began = std::time::Instant::now();
    while !feed.exists() {
        assert!(began.elapsed().as_secs() < 20, "it was never published");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    // A form that is sent twice publishes once.
    let feed = std::fs::read_to_string(feed).unwrap();
    assert_eq!(feed.matches("<entry>").count(), 1, "{feed}");
    assert!(feed.contains("2026年第一季度信息报送采用情况排名表"), "{feed}");
    assert!(editor.get(&format!("{at}&published=news")).text.contains("已交发布：news"));
    // What does not exist, and what an address could smuggle in.
    let odd = [("outlet", "absent"), ("asked", "period=2026-Q1"), ("_key", "k2")];
    assert_eq!(editor.post("/default/reports/standings", &odd).status, 404);
    let smuggled = [("outlet", "news"), ("asked", "period=2026-Q1&x=\r\nset-cookie: a"), ("_key", "k3")];
    let answer = editor.post("/default/reports/standings", &smuggled);
    assert!(
        answer.status == 303 && !answer.header("location").unwrap_or_default().contains('\n'),
        "{}",
        answer.header("location").unwrap_or_default()
    );
}
