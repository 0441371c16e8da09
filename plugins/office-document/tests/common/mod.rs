//! A whole bulletin, with every part that the standard knows.

use registrar_sdk::Value;
use serde_json::json;

/// A sentence that fills several lines, with the characters that faces often lack.
pub const BODY: &str = "今年第一季度，各县（市、区）人大常委会办公室和各信息直报点认真落实信息工作要求，围绕中心、服务大局，积极报送信息，珺昇堃翀四位同志撰写的调研信息被省人大常委会办公厅采用，为常委会依法履职提供了有力支持，现将有关情况通报如下。";

pub fn bulletin() -> Value {
    let rows: Vec<_> = (1..=60)
        .map(|n| json!([n, format!("第{n}县人大常委会办公室"), 40 - n % 7, n % 5, f64::from(200 - n) / 2.0]))
        .collect();
    let columns = json!([
        { "title": "名次", "align": "center" }, { "title": "单位" },
        { "title": "报送", "align": "right" }, { "title": "采用", "align": "right" },
        { "title": "得分", "align": "right", "places": 1 }
    ]);
    Value::from_json(json!({
        "kind": "bulletin",
        "copy_number": "000001",
        "secrecy": "内部★1年",
        "urgency": "加急",
        "masthead": "某某市人大常委会办公室文件",
        "number": "某人办〔2023〕14号",
        "signer": "李某某",
        "title": "关于2023年第一季度信息工作情况的通报",
        "addressees": ["各县（市、区）人大常委会办公室", "各信息直报点", "市人大各委员会办公室"],
        "sections": [
            { "blocks": [{ "kind": "paragraph", "text": BODY }, { "kind": "paragraph", "text": BODY }] },
            { "heading": "一、总体情况", "blocks": [
                { "kind": "paragraph", "runs": [
                    { "text": "总数。", "style": "bold" }, { "text": "共收到信息 154 条，" },
                    { "text": "楷体", "style": "kaiti" }, { "text": "与" }, { "text": "黑体", "style": "heiti" },
                    { "text": "并用，采用 5 条。" }
                ] },
                { "kind": "heading", "level": 2, "text": "（一）报送情况" },
                { "kind": "heading", "level": 3, "text": "1. 报送较多的单位" },
                { "kind": "list", "items": ["第1县人大常委会办公室", "第2县人大常委会办公室"] },
                { "kind": "heading", "level": 4, "text": "（1）零报送的单位" },
                { "kind": "table", "caption": "各类信息数量", "columns": columns, "rows": [[1, "甲县", 3, 1, 20.5]] }
            ] }
        ],
        "attachments": ["各县（市、区）信息报送采用情况表", "各信息直报点信息报送采用情况以及名称很长需要换行的附件说明"],
        "signature": { "issuers": ["某某市人大常委会办公室"], "date": "2023-04-04", "seal": true },
        "note": "此件公开发布",
        "appendices": [
            { "title": "各县（市、区）信息报送采用情况表", "blocks": [{ "kind": "table", "columns": columns, "rows": rows }] },
            { "title": "各信息直报点信息报送采用情况", "landscape": true,
              "blocks": [{ "kind": "table", "columns": columns, "rows": [[1, "直报点", 3, 1, 20.5]] }] }
        ],
        "imprint": {
            "copies_to": ["省人大常委会办公厅", "市委办公室", "市政府办公室"],
            "printed_by": "某某市人大常委会办公室", "printed_on": "2023-04-05", "print_run": 40
        }
    }))
}
