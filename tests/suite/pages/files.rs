//! Files that go with records: who gets them, and what is not taken.

use super::Pages;

const NEW: &str = "/default/r/information/new/submit";
const TEXT: &[u8] = "附件的内容".as_bytes();

fn item() -> Vec<(&'static str, &'static str)> {
    vec![("title", "有附件的信息"), ("unit", "u-east")]
}

#[test]
fn a_file_goes_with_its_record_and_to_nobody_else() {
    let pages = Pages::new();
    let (mut east, west, editor) = (pages.browser("east"), pages.browser("west"), pages.browser("editor"));
    east.get(NEW).is(200).shows("multipart/form-data").shows("附件");
    let made = east.upload(
        NEW,
        &item(),
        &[("files", "情况说明.txt", TEXT), ("files", "图.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")],
    );
    let at = made.is(303).header("location").unwrap().to_owned();
    let page = east.get(&at).is(200).shows("情况说明.txt").shows("图.png");
    let (_, link) = page.text.split_once(&format!("{at}/file/")).unwrap();
    let file = format!("{at}/file/{}", link.split_once('"').unwrap().0);
    let got = east.look(&file, &[]).is(200);
    assert_eq!(got.text.as_bytes(), TEXT);
    // Kept, never shown: whatever it holds, nothing of it runs here.
    let said = got.header("content-disposition").unwrap();
    assert!(said.starts_with("attachment") && said.contains("%E6%83%85"), "{said}");
    assert_eq!(got.header("content-type"), Some("text/plain; charset=utf-8"));
    editor.look(&file, &[]).is(200);
    west.look(&file, &[]).is(404);
    pages.visitor().look(&file, &[]).is(303);

    // It stays when the item is mended, until it is taken out; and is still in the history then.
    pages
        .program
        .run(&["act", "information", at.rsplit('/').next().unwrap(), "return", "reason=x", "--as", "editor"])
        .ok();
    let form = east.get(&format!("{at}/submit")).is(200);
    let (_, kept) = form.text.split_once(r#"name="files" value=""#).unwrap();
    let kept = kept.split_once('"').unwrap().0.to_owned();
    let mut fields = item();
    fields.push(("files", &kept));
    east.upload(&format!("{at}/submit"), &fields, &[]).is(303);
    east.get(&at).shows("情况说明.txt").hides("图.png");
    east.look(&file, &[]).is(200);
}

#[test]
fn what_is_no_file_of_a_known_kind_is_not_taken() {
    let pages = Pages::new();
    let mut east = pages.browser("east");
    east.get(NEW);
    for (name, bytes, why) in [
        ("a.html", &b"<script>alert(1)</script>"[..], "不接受"),
        ("a.svg", b"<svg onload=alert(1)>", "不接受"),
        ("a.exe", b"MZ\x90", "不接受"),
        ("a.pdf", b"<script>alert(1)</script>", "不是 pdf 文件"),
        ("a.txt", b"\x7fELF\x02\x01\x01", "不是 txt 文件"),
        ("a.docx", b"PK\x03\x04not a document", "不是 docx 文件"),
        ("a.txt", b"", "空文件"),
        ("..", b"x", "文件名"),
    ] {
        east.upload(NEW, &item(), &[("files", name, bytes)]).is(422).shows(why);
    }
    // Folders in a name lead nowhere: they are cut off.
    for name in ["../../../etc/passwd.txt", "C:\\windows\\system.txt", "/etc/cron.d/x.txt"] {
        let made = east.upload(NEW, &item(), &[("files", name, TEXT)]).is(303);
        let at = made.header("location").unwrap().to_owned();
        east.get(&at).hides("../").hides("etc/").hides("windows");
    }
    // Nor in what is asked for.
    let made = east.upload(NEW, &item(), &[("files", "a.txt", TEXT)]).is(303);
    let at = made.header("location").unwrap().to_owned();
    for hash in ["..%2f..%2faccounts.db", "%2e%2e", "accounts.db", &"0".repeat(64)] {
        east.look(&format!("{at}/file/{hash}"), &[]).is(404);
    }
    east.upload(NEW, &item(), &[("parts", "a.txt", TEXT)]).is(400);
    east.upload(NEW, &item(), &[("title", "a.txt", TEXT)]).is(400);
    let large = vec![b'a'; 21 << 20];
    east.upload(NEW, &item(), &[("files", "a.txt", &large)]).is(422).shows("20 MiB");
    let larger = vec![b'a'; 41 << 20];
    east.upload(NEW, &item(), &[("files", "a.txt", &larger)]).is(413);
}

#[test]
fn nobody_gets_at_a_file_by_naming_it() {
    let pages = Pages::new();
    let (mut east, mut west) = (pages.browser("east"), pages.browser("west"));
    east.get(NEW);
    let made = east.upload(NEW, &item(), &[("files", "a.txt", TEXT)]).is(303);
    let at = made.header("location").unwrap().to_owned();
    let page = east.get(&at);
    let hash = page.text.split_once("/file/").unwrap().1.split_once('"').unwrap().0.to_owned();
    // Who knows its hash writes it into a record of their own.
    west.get(NEW);
    let named = format!("{hash}/a.txt");
    let fields = [("title", "偷看"), ("unit", "u-west"), ("files", named.as_str())];
    let own = west.upload(NEW, &fields, &[]).is(303).header("location").unwrap().to_owned();
    west.get(&own).is(200).hides("a.txt");
    west.look(&format!("{own}/file/{hash}"), &[]).is(404);
    // A text that looks like one is none.
    let fields = [("title", "偷看"), ("unit", "u-west"), ("body", named.as_str())];
    let text = west.upload(NEW, &fields, &[]).is(303).header("location").unwrap().to_owned();
    west.get(&text).is(200).shows(&named);
    west.look(&format!("{text}/file/{hash}"), &[]).is(404);
    west.look(&format!("{at}/file/{hash}"), &[]).is(404);
    // Without the secret of the session nothing is taken.
    west.token = None;
    west.upload(NEW, &[("title", "x"), ("unit", "u-west")], &[("files", "a.txt", TEXT)]).is(403);
    // Of who has not signed in a file is passed over.
    pages.visitor().upload("/default/sign-in", &[], &[("files", "a.txt", TEXT)]).is(401);
    pages.visitor().upload(NEW, &[("title", "x")], &[("files", "a.txt", TEXT)]).is(401).hides("a.txt");
}
