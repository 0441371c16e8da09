//! Records that name others: by number or name, as people know them; and who is given a task sees what it is about.

use super::{PASSWORD, Pages};

const TASKS: &str = r#"
host.register("errands", {
  title = { zh = "交办", en = "Tasks" },
  fields = {
    title = { type = "text", required = true, order = 1, label = { zh = "事项", en = "Task" } },
    unit = { type = "unit", required = true, order = 2, label = { zh = "承办单位", en = "Unit" } },
    item = { type = "record", of = "information", order = 3, label = { zh = "信息", en = "Item" } },
    more = { type = "record", of = "information", many = true, order = 4, label = { zh = "相关信息", en = "Related" } },
  },
  stages = { { id = "open", label = { zh = "进行中", en = "Open" } } },
  actions = { assign = { create = true, submission = true, by = { "editor", "reporter" }, title = { zh = "交办", en = "Assign" } } },
})
"#;

const NEW: &str = "/default/r/errands/new/assign";

fn pages() -> Pages {
    let program = crate::program::Program::new();
    program.write("scripts/errands.lua", TASKS);
    Pages::of(program)
}

fn number_of(pages: &Pages, id: &str) -> String {
    let out = pages.program.run(&["export", "information"]).ok().out;
    let mut records = out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    records.find(|record| record["id"] == id).unwrap()["number"].as_str().unwrap().to_owned()
}

#[test]
fn a_record_is_named_by_what_people_see_and_never_by_an_id_that_looks_like_it() {
    let pages = pages();
    // The number of one is the id of another.
    pages.submit("x-1", "甲", "east", "u-east");
    let number = number_of(&pages, "x-1");
    pages.submit(&number, "乙", "east", "u-east");
    let second = number_of(&pages, &number);
    pages.submit("x-3", "同名", "east", "u-east");
    let mut editor = pages.browser("editor");
    editor.get(NEW).is(200).shows("填写编号或名称");
    let assign = |item: &str| editor.post(NEW, &[("title", "办理"), ("unit", "u-west"), ("item", item)]);
    let linked = |item: &str| {
        let at = assign(item).is(303).header("location").unwrap().to_owned();
        editor.look(&at, &[]).is(200)
    };
    linked(&number).shows("/default/r/information/i/x-1").hides(">x-1<");
    linked("甲").shows("/default/r/information/i/x-1");
    linked(" 乙 ").shows(&format!(">{second} 乙<"));
    linked("x-3").shows("同名");
    assign("没有这一条").is(422).shows("没有编号或名称是“没有这一条”的记录").shows("value=\"没有这一条\"");
    // Of several of a name one is chosen by its number.
    pages
        .program
        .run(&["act", "information", "x-4", "submit", "title=同名", "unit=u-west", "--as", "west"])
        .ok();
    assign("同名").is(422).shows("有多条记录叫“同名”");
    // Several, one a line; what was chosen in a list comes by its id, under a name of its own.
    let many = [("title", "几条"), ("unit", "u-west"), ("more", "甲\n乙"), ("more.id", "x-3")];
    let at = editor.post(NEW, &many).is(303).header("location").unwrap().to_owned();
    editor.look(&at, &[]).is(200).shows("甲").shows("乙").shows("同名");
    editor.post(NEW, &[("title", "x"), ("unit", "u-west"), ("item.id", "x-3")]).is(400);
}

#[test]
fn who_is_given_a_task_sees_what_it_is_about_and_nobody_gives_it_to_themselves() {
    let pages = pages();
    let mut east = pages.browser("east");
    east.get("/default/r/information/new/submit");
    let files: [(&str, &str, &[u8]); 1] = [("files", "说明.txt", "内容".as_bytes())];
    let made =
        east.upload("/default/r/information/new/submit", &[("title", "甲"), ("unit", "u-east")], &files);
    let item = made.is(303).header("location").unwrap().to_owned();
    let id = item.rsplit('/').next().unwrap().to_owned();
    pages.submit("x-9", "别的", "east", "u-east");
    let page = east.get(&item).is(200);
    let (_, link) = page.text.split_once(&format!("{item}/file/")).unwrap();
    let file = format!("{item}/file/{}", link.split_once('"').unwrap().0);
    let mut west = pages.browser("west");
    west.look(&item, &[]).is(404);
    west.look(&file, &[]).is(404);
    // Nobody comes to see another unit's item by naming it.
    west.get(NEW).is(200);
    for said in [&*id, "甲"] {
        west.post(NEW, &[("title", "偷看"), ("unit", "u-west"), ("item", said)])
            .is(422)
            .shows("没有编号或名称是");
    }
    west.post(NEW, &[("title", "偷看"), ("unit", "u-west"), ("more.id", &id)])
        .is(422)
        .shows("或者您无权查看");
    let act =
        ["act", "errands", "-", "assign", "title=x", "unit=u-west", &format!("item={id}"), "--as", "west"];
    pages.program.run(&act).ended(1).says("there is no record");
    pages
        .program
        .run(&["act", "errands", "-", "assign", "title=x", "unit=u-west", "item=nothing"])
        .ended(1)
        .says("there is no record");
    west.look(&item, &[]).is(404);
    // Who may see it gives it to them.
    let mut editor = pages.browser("editor");
    editor.get(NEW);
    let made = editor.post(NEW, &[("title", "核实"), ("unit", "u-west"), ("item", "甲")]).is(303);
    let task = made.header("location").unwrap().to_owned();
    west.look(&task, &[]).is(200).shows(&format!("{} 甲", number_of(&pages, &id))).shows(&item);
    west.look(&item, &[])
        .is(200)
        .shows("说明.txt")
        .shows("因交办或引用可以查看")
        .hides("经过")
        .hides(">采用<");
    assert_eq!(west.look(&file, &[]).is(200).text, "内容");
    // To see is not to act; and what is not named stays unseen, as in the list.
    west.get(&format!("{item}/submit")).is(404);
    west.look("/default/r/information/i/x-9", &[]).is(404);
    west.look("/default/r/information", &[]).is(200).hides("甲");
    // It ends with the task.
    let events = pages.program.run(&["export-events"]).ok().out;
    let mut event = events.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let event = event.rfind(|event| event["action"] == "assign").unwrap();
    let void = format!("event={}", event["id"].as_str().unwrap());
    pages.program.run(&["act", "errands", task.rsplit('/').next().unwrap(), "void", &void, "reason=x"]).ok();
    west.look(&item, &[]).is(404);
}

#[test]
fn what_was_filled_in_when_the_session_ended_is_there_after_signing_in() {
    let pages = Pages::new();
    const FORM: &str = "/default/r/information/new/submit";
    let long = "很长的正文，写了一个上午。".repeat(2_000);
    let mut east = pages.browser("east");
    let key = east.get(FORM).is(200).field("_key").unwrap();
    let fields = [("title", "写了很久"), ("unit", "u-east"), ("body", &*long), ("_key", &*key)];
    // The session ends elsewhere.
    pages.program.run_with(&["user", "password", "east"], PASSWORD).ok();
    let asked = east.upload(FORM, &fields, &[("files", "说明.txt", "内容".as_bytes())]);
    let asked = asked.is(401).shows("登录已过期").shows("附件请重新选择").hides("_token");
    let kept =
        asked.field("_kept").unwrap().replace("&quot;", "\"").replace("&lt;", "<").replace("&amp;", "&");
    let back = asked.field("back").unwrap();
    assert_eq!(back, FORM);
    // A wrong password loses nothing.
    let sign_in = |password: &str| {
        let fields = [("person", "east"), ("password", password), ("back", &*back), ("_kept", &*kept)];
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        body.extend(b"--b--\r\n");
        pages_post(&east, &body)
    };
    let again = sign_in("falsch falsch").is(401).field("_kept").unwrap();
    assert!(again.contains("写了很久"));
    sign_in(PASSWORD).goes_to(FORM);
    let page = east.get(FORM).is(200).shows("您填写的内容还在").shows("value=\"写了很久\"").shows(&long);
    // Under the same key: what had got through before the session ended is not done twice.
    assert_eq!(page.field("_key").unwrap(), key);
    // Once.
    east.get(FORM).is(200).hides("写了很久");
    east.post(FORM, &fields).is(303);
    // Nothing of it is there for who goes elsewhere first, and a form without anything in it only asks to sign in.
    pages.visitor().post(FORM, &[]).is(303);
    // Nobody else's memory is filled: neither with text nor with files.
    let visitor = pages.visitor();
    let huge = "x".repeat(2 << 20);
    visitor.upload(FORM, &[("title", &huge)], &[]).is(413);
    visitor
        .upload(FORM, &[("title", "t")], &[("files", "a.txt", huge.as_bytes())])
        .is(401)
        .shows("登录已过期");
    let mut other = pages.visitor();
    other.site = "cross-site";
    other.upload(FORM, &[("title", "t")], &[]).is(403);
    // What is kept lies about nothing: garbage is not taken.
    let garbage = [("person", "east"), ("password", PASSWORD), ("back", FORM), ("_kept", "{]")];
    pages.visitor().post_as_it_is("/default/sign-in", &garbage).goes_to(FORM);
}

fn pages_post(browser: &super::browser::Browser, body: &[u8]) -> super::browser::Answer {
    browser.send("/default/sign-in", "multipart/form-data; boundary=b", body)
}
