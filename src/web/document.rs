//! A document model as a page: what is seen before it becomes a file.

use maud::{Markup, html};
use registrar_sdk::Value;

/// The document, on paper.
pub fn sheet(model: &Value) -> Markup {
    let text = |key: &str| model.get(key).as_str().unwrap_or_default();
    let list = |key: &str| model.get(key).as_list().unwrap_or_default();
    html! {
        article class="sheet" lang=[model.get("language").as_str()] {
            @for key in ["copy_number", "secrecy", "urgency"] {
                @if !text(key).is_empty() { p class="mark" { (text(key)) } }
            }
            @if !text("masthead").is_empty() { p class="masthead" { (text("masthead")) } }
            @if !text("number").is_empty() { p class="reference" { (text("number")) } }
            h2 class="doctitle" { (text("title")) }
            @let addressees = join(list("addressees"));
            @if !addressees.is_empty() { p { (addressees) "：" } }
            @for section in list("sections") {
                @if let Some(heading) = section.get("heading").as_str() { h3 { (heading) } }
                (blocks(section.get("blocks")))
            }
            @if !list("attachments").is_empty() {
                p class="attached" { "附件：" }
                ol { @for title in list("attachments") { li { (show(title)) } } }
            }
            @let signature = model.get("signature");
            @if !signature.is_absent() {
                p class="signature" { (join(signature.get("issuers").items())) br; (signature.get("date").as_str().unwrap_or_default()) }
            }
            @if !text("note").is_empty() { p { "（" (text("note")) "）" } }
            @for (nth, appendix) in list("appendices").iter().enumerate() {
                section class="appendix" {
                    p class="heiti" { "附件" @if list("appendices").len() > 1 { (nth + 1) } }
                    h3 class="doctitle" { (appendix.get("title").as_str().unwrap_or_default()) }
                    (blocks(appendix.get("blocks")))
                }
            }
            @let imprint = model.get("imprint");
            @if !imprint.is_absent() {
                footer class="imprint" {
                    @let copies = join(imprint.get("copies_to").as_list().unwrap_or_default());
                    @if !copies.is_empty() { p { "抄送：" (copies) } }
                    p { (imprint.get("printed_by").as_str().unwrap_or_default()) " " (imprint.get("printed_on").as_str().unwrap_or_default()) }
                }
            }
        }
    }
}

fn blocks(blocks: &Value) -> Markup {
    html! {
        @for block in blocks.as_list().unwrap_or_default() {
            @let text = block.get("text").as_str().unwrap_or_default();
            @match block.get("kind").as_str().unwrap_or_default() {
                "heading" => @match block.get("level").as_int() {
                    Some(1) | None => h3 { (text) },
                    _ => h4 { (text) },
                },
                "list" => ul { @for item in block.get("items").as_list().unwrap_or_default() { li { (show(item)) } } },
                "table" => (table(block)),
                "page_break" => hr class="break";,
                _ => p class=(if block.get("indent").as_bool() == Some(false) { "" } else { "indent" }) {
                    @match block.get("runs").as_list() {
                        Some(runs) => @for run in runs { (styled(run)) },
                        None => (text),
                    }
                },
            }
        }
    }
}

fn styled(run: &Value) -> Markup {
    let text = run.get("text").as_str().unwrap_or_default();
    match run.get("style").as_str() {
        Some(style @ ("bold" | "kaiti" | "heiti")) => html! { span class=(style) { (text) } },
        _ => html! { (text) },
    }
}

fn table(block: &Value) -> Markup {
    let columns = block.get("columns").as_list().unwrap_or_default();
    let class = |at: usize| match columns.get(at).and_then(|column| column.get("align").as_str()) {
        Some("right") => "number",
        Some("center") => "middle",
        _ => "",
    };
    let places = |at: usize| columns.get(at).and_then(|column| column.get("places").as_int());
    html! {
        div class="wide" tabindex="0" {
            table {
                @if let Some(caption) = block.get("caption").as_str() { caption { (caption) } }
                @if !columns.is_empty() { thead { tr { @for (at, column) in columns.iter().enumerate() { th class=(class(at)) { (column.get("title").as_str().unwrap_or_default()) } } } } }
                tbody {
                    @for row in block.get("rows").as_list().unwrap_or_default() {
                        tr { @for (at, cell) in row.items().iter().enumerate() { td class=(class(at)) { (number(cell, places(at))) } } }
                    }
                }
            }
        }
    }
}

fn number(cell: &Value, places: Option<i64>) -> String {
    match (cell.as_f64(), places.and_then(|places| usize::try_from(places).ok())) {
        (Some(n), Some(places)) => format!("{n:.*}", places.min(6)),
        _ => show(cell),
    }
}

fn show(value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::Nil | Value::Null => String::new(),
        Value::Num(n) => n.to_string(),
        Value::Amount(amount) => amount.to_string(),
        other => other.to_json().to_string(),
    }
}

fn join(items: &[Value]) -> String {
    items.iter().map(show).collect::<Vec<_>>().join("、")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_shows_all_its_parts_and_nothing_of_it_is_markup() {
        let json = r#"{"title":"<b>题</b>","addressees":["甲","乙"],"number":"〔2023〕1号",
            "sections":[{"heading":"一、总体","blocks":[{"kind":"paragraph","runs":[{"text":"好：","style":"kaiti"},{"text":"<i>"}]},
            {"kind":"table","columns":[{"title":"分","align":"right","places":1}],"rows":[[2],[null]]}]}],
            "signature":{"issuers":["办公室"],"date":"2023-04-04"},
            "appendices":[{"title":"表","blocks":[{"kind":"list","items":["x"]}]}]}"#;
        let model = Value::from_json(serde_json::from_str(json).unwrap());
        let page = sheet(&model).into_string();
        for part in
            ["&lt;b&gt;题", "甲、乙：", "〔2023〕1号", "一、总体", "&lt;i&gt;", "2.0", "办公室", "<li>x</li>"]
        {
            assert!(page.contains(part), "{part} is missing: {page}");
        }
        assert!(!page.contains("<i>") && !page.contains("<b>"));
    }
}
