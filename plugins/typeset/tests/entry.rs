//! The plugin as a host meets it: through its entry.

mod common;

use common::{bulletin, settings};
use registrar_sdk::{Value, native::Fake};

fn host() -> Fake {
    let settings = settings(&[]);
    let settings = settings.as_map().unwrap().iter().map(|(name, value)| (name.clone(), value.clone()));
    Fake::load(typeset::registrar_plugin, settings).unwrap()
}

#[test]
fn it_renders_pdf_and_logs_which_faces_stood_in() {
    let mut host = host();
    assert_eq!(host.registered(), [("report.render", &Value::map([("format", "pdf".into())]))]);
    let answers = host.call("report.render", &[bulletin(), "pdf".into()]);
    let [Ok(Value::Bytes(bytes))] = answers.as_slice() else { panic!("{answers:?}") };
    assert!(bytes.starts_with(b"%PDF-1.7"));
    assert!(
        host.log().iter().any(|line| line.contains("fangsong: Noto Serif CJK SC (stands in)")),
        "{:?}",
        host.log()
    );
}

#[test]
fn what_cannot_be_set_is_an_error_of_the_call() {
    let answers =
        host().call("report.render", &[Value::map([("sections", Value::List(vec![]))]), "pdf".into()]);
    assert_eq!(answers, [Err("the document has no title; give it one".to_owned())]);
}
