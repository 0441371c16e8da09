//! The plugin as the host meets it: through its entry.

use registrar_sdk::{Value, native::Fake};

#[test]
fn a_document_becomes_a_file_and_the_file_rows() {
    let mut host = Fake::load::<&str>(workbook::registrar_plugin, []).unwrap();
    let formats = |point: &str| -> Vec<String> {
        let of_point = host.registered().into_iter().filter(|(at, _)| *at == point);
        of_point.map(|(_, options)| options.get("format").as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(formats("import.parse"), ["xlsx", "xls", "csv"]);
    assert_eq!(formats("report.render"), ["xlsx", "csv"]);
    let document: Value = serde_json::from_str(
        r#"{"title":"名单","sections":[{"blocks":[{"kind":"table","columns":[{"title":"姓名"}],"rows":[["甲"]]}]}]}"#,
    )
    .unwrap();
    let rendered = host.call("report.render", &[document, "xlsx".into()]);
    let Ok(file @ Value::Bytes(_)) = &rendered[0] else { panic!("{rendered:?}") };
    let rows = host.call("import.parse", &[file.clone(), "xlsx".into()]);
    assert_eq!(rows[0].as_ref().unwrap().to_json().to_string(), r#"[{"fields":{"姓名":"甲"},"line":3}]"#);
    // The same bytes are no csv: the plugin says so, in its own words.
    assert!(rows[2].as_ref().unwrap_err().contains("--format xlsx"), "{rows:?}");
}
