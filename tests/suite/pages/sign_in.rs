//! The first start, signing in and out, passwords.

use super::{PASSWORD, Pages, browser::Browser};
use crate::program::Program;

/// The link that the log gives for setting up.
fn link(log: &str) -> Option<String> {
    let (_, rest) = log.split_once("首次设置: http://")?;
    let (_, below) = rest.split_whitespace().next()?.split_once('/')?;
    Some(format!("/{below}"))
}

#[test]
fn the_first_person_comes_in_by_a_link_and_there_is_no_password_before() {
    let program = Program::new();
    let serving = program.serve_pages();
    let mut browser = Browser::new(&serving.pages());
    browser.get("/").goes_to("/default/");
    browser.get("/default/").goes_to("/default/sign-in?back=%2Fdefault%2F");
    for (person, password) in [("admin", "admin"), ("operator", ""), ("operator", "operator")] {
        browser.sign_in(person, password).is(401);
    }
    let at = link(&serving.log()).unwrap();
    browser.get(&at).is(200).shows("第一个管理员");
    let fill = |password: &'static str, again: &'static str, person: &'static str| {
        [("person", person), ("name", "张三"), ("password", password), ("again", again)]
    };
    browser.post(&at, &fill("short", "short", "zhang")).is(422).shows("at least 10");
    browser.post(&at, &fill(PASSWORD, "another", "zhang")).is(422).shows("不一致");
    browser.post(&at, &fill(PASSWORD, PASSWORD, "operator")).is(422);
    browser.post(&at, &fill(PASSWORD, PASSWORD, "../zhang")).is(422);
    browser.post(&at, &fill(PASSWORD, PASSWORD, "zhang")).goes_to("/default/");
    browser.get("/default/").is(200).shows("张三").shows("您负责人员、插件和规则").hides("请联系管理员");
    browser.get("/default/people").is(200).shows("zhang");
    // It let in once.
    Browser::new(&serving.pages()).get(&at).is(404);
    drop(serving);

    let serving = program.serve_pages();
    assert_eq!(link(&serving.log()), None, "the office is set up");
    program.run(&["user"]).ok().shows("zhang").shows("admin");
    let mut other = Browser::new(&serving.pages());
    other.sign_in("zhang", "a wrong password").is(401).shows("不正确");
    other.sign_in("zhang", PASSWORD).goes_to("/default/");
}

#[test]
fn a_session_lasts_over_a_restart_and_ends_when_it_is_ended() {
    let mut pages = Pages::new();
    let mut browser = pages.browser("editor");
    let at = pages.serving.pages();
    pages.serving.kill();
    // On the same port: it is the same site to the browser.
    pages.serving = pages.program.serve_pages_at(at.strip_prefix("http://").unwrap());
    browser.get("/default/").is(200).shows("编编");
    browser.post("/default/sign-out", &[]).goes_to("/default/sign-in");
    browser.get("/default/").is(303);

    // A new password ends what was open before.
    let (mut one, mut other) = (pages.browser("editor"), pages.browser("editor"));
    one.get("/default/password").is(200);
    let fill = |old: &'static str| {
        [("old", old), ("password", "另一把更长更长的钥匙"), ("again", "另一把更长更长的钥匙")]
    };
    one.post("/default/password", &fill("wrong")).is(422).shows("现在的密码不正确");
    one.post("/default/password", &fill(PASSWORD)).goes_to("/default/");
    one.get("/default/").is(200);
    other.get("/default/").is(303);
    pages.program.run(&["user", "remove", "editor"]).ok();
    one.get("/default/").is(303);
}

#[test]
fn wrong_passwords_close_an_account_and_who_has_left_stays_out() {
    let pages = Pages::new();
    let mut browser = pages.visitor();
    for _ in 0..5 {
        browser.sign_in("east", "not this one").is(401).shows("不正确");
    }
    browser.sign_in("east", PASSWORD).is(401).shows("请 1 分钟后再试");
    // Nobody learns from it who there is.
    for _ in 0..5 {
        browser.sign_in("nobody", "not this one").is(401).shows("不正确");
    }
    browser.sign_in("nobody", PASSWORD).is(401).shows("请 1 分钟后再试");
    pages.browser("west");
    pages.program.run_with(&["user", "password", "gone"], PASSWORD).ended(1).says("no person \"gone\"");
    pages.program.run(&["user", "--json"]).ok().shows("\"locked\": true");
    let log = pages.serving.log();
    assert!(log.contains("Denied: a sign-in") && !log.contains("not this one") && !log.contains(PASSWORD));
    pages.program.run_with(&["user", "password", "east"], "short").ended(1).says("at least 10");
    pages.program.run_with(&["user", "password", "east"], "").ended(2);
    for weak in ["password123", "1234567890", "qwertyuiop"] {
        pages.program.run_with(&["user", "password", "east"], weak).ended(1).says("too easily guessed");
    }
    pages.program.run_with(&["user", "password", "east"], PASSWORD).ok();
}

#[test]
fn an_administrator_lets_people_in_by_a_link() {
    let pages = Pages::new();
    pages.program.run(&["user", "remove", "west"]).ok();
    let mut boss = pages.browser("boss");
    boss.get("/default/people").is(200).shows("西西").shows("设置密码的链接").hides("旧人");
    let made = boss.post("/default/people/west/link", &[]).is(200);
    let (_, at) = made.text.split_once("<code>").unwrap();
    let link = at.split_once('<').unwrap().0;
    // A whole address, to be handed on.
    let at = link.strip_prefix(&pages.serving.pages()).unwrap();
    let mut west = pages.visitor();
    west.get(at).is(200).shows("西西");
    west.post(at, &[("password", PASSWORD), ("again", PASSWORD)]).goes_to("/default/");
    west.get("/default/").is(200).shows("西西");
    pages.visitor().get(at).is(404);
    // A second link has outlived its purpose once the first was used, the password changed, or taken away.
    let link = |boss: &crate::pages::browser::Browser| {
        let made = boss.post("/default/people/west/link", &[]).is(200);
        let (_, at) = made.text.split_once("<code>").unwrap();
        at.split_once('<').unwrap().0.strip_prefix(&pages.serving.pages()).unwrap().to_owned()
    };
    let new = [("password", "第二把很长的钥匙 43"), ("again", "第二把很长的钥匙 43")];
    let (first, second) = (link(&boss), link(&boss));
    pages.visitor().post(&first, &new).goes_to("/default/");
    pages.visitor().get(&second).is(404);
    pages.visitor().post(&second, &new).is(404);
    let third = link(&boss);
    pages.program.run_with(&["user", "password", "west"], PASSWORD).ok();
    pages.visitor().post(&third, &new).is(404);
    let fourth = link(&boss);
    pages.program.run(&["user", "remove", "west"]).ok();
    pages.visitor().post(&fourth, &new).is(404);
    let fifth = link(&boss);
    pages.visitor().post(&fifth, &new).goes_to("/default/");
    boss.post("/default/people/nobody/link", &[]).is(404);
    boss.post("/default/people/gone/link", &[]).is(404);
}

#[test]
fn too_many_tries_from_one_place_have_to_wait() {
    let pages = Pages::new();
    let (first, pages) = (pages.visitor(), &pages);
    let tried = |browser: &crate::pages::browser::Browser, n: usize| {
        let person = format!("nobody-{n}");
        browser.post_as_it_is("/default/sign-in", &[("person", &person), ("password", "x")]).status
    };
    let mut tries = vec![tried(&first, 0)];
    // Several at a time: on a busy machine one after the other might be slow enough.
    tries.extend(std::thread::scope(|scope| {
        let some = |from: usize| {
            scope.spawn(move || {
                let browser = pages.visitor();
                (from..from + 40).map(|n| tried(&browser, n)).collect::<Vec<u16>>()
            })
        };
        let threads: Vec<_> = [100, 200, 300, 400].map(some).into_iter().collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<u16>>()
    }));
    assert!(tries.contains(&401) && tries.contains(&429), "{tries:?}");
}

#[test]
fn pages_speak_chinese_and_english() {
    let pages = Pages::new();
    let mut browser = pages.visitor();
    browser.get("/default/sign-in").is(200).shows(r#"lang="zh-CN""#).shows("用户名");
    let english = [("accept-language", "en-GB,en;q=0.9")];
    browser.look("/default/sign-in", &english).is(200).shows(r#"lang="en""#).shows("User name");
    browser.get("/default/lang/en?back=%2Fdefault%2Fsign-in").goes_to("/default/sign-in");
    browser.get("/default/sign-in").is(200).shows("User name").hides("用户名");
    browser.get("/default/lang/fr").is(404);
}
