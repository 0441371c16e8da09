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
    let told: Vec<String> =
        rows[0].as_ref().unwrap().items().iter().map(|row| row.to_json().to_string()).collect();
    assert_eq!(
        told,
        [
            r#"{"banner":true,"cells":{"A":"名单"},"line":1,"sheet":"名单"}"#,
            r#"{"cells":{"A":"姓名"},"line":2,"sheet":"名单"}"#,
            r#"{"cells":{"A":"甲"},"line":3,"sheet":"名单"}"#
        ]
    );
    let wanted = Value::map([("sheet", "底稿".into())]);
    let refused = host.call("import.parse", &[file.clone(), "xlsx".into(), wanted]);
    assert!(refused[0].as_ref().unwrap_err().contains("no sheet \"底稿\""), "{refused:?}");
    // The same bytes are no csv: the plugin says so, in its own words.
    assert!(rows[2].as_ref().unwrap_err().contains("--format xlsx"), "{rows:?}");
}
