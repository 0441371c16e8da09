//! A few items, as units would send them, and an index of them.

// Each test file uses what it needs.
#![allow(dead_code)]

use near_duplicate::{
    Finder, NearDuplicate, Options, RecordTexts, TextSpan, segment::RecordKey, text::slice,
};

/// One item, in three paragraphs.
pub const WATER: &str = "　　3月12日，县人大常委会副主任王建国带队到城东镇视察饮用水水源保护工作，生态环境局、水务局负责人参加活动。视察组实地查看了青石岭水库取水口、自动监测站和两家已关停的采石场。
　　视察组了解到，去年以来全镇投入资金1860万元，新建隔离网14公里，搬迁库区养殖户23家，水质常年稳定在二类以上。但枯水期支流来水偏少，部分村组自备井封存不彻底，夜间偷钓现象时有发生。
　　王建国强调，要把水源保护同乡村旅游统筹起来，逐户签订保护公约，用好无人机巡查，年底前完成剩余9口自备井封存，并将进展情况书面报告常委会。";

/// Another one on the same matter, with the same phrases: no copy.
pub const WATER_TOO: &str = "　　3月28日，县人大常委会副主任王建国带队到石桥镇视察饮用水水源保护工作，住建局、水务局负责人参加活动。在石桥水厂，大家询问了净化药剂的储存和二次供水的清洗频次。
　　视察组了解到，该镇供水管网建于上世纪九十年代，漏损率接近三成，有五个村每到傍晚水压不足。镇里已申报管网更新项目，因配套资金没有到位，至今未能招标。
　　王建国强调，要把群众喝上放心水作为头等大事，分段更换老旧管道，公开水质检测结果，对水费收支每季度张榜一次。";

pub const ELDERS: &str = "　　为摸清社区助餐点的运行情况，街道人大工委组织代表走访了六个长者食堂。代表们发现，午餐供应普遍稳定，晚餐却只有一家坚持开放，主要原因是就餐人数不足、送餐成本过高。
　　代表建议，由两三个相邻社区合办中央厨房，统一采购和配送；对行动不便的老人给予送餐补贴；鼓励周边餐馆以协议价参与，补足晚餐缺口。街道负责人当场表示，将在五月份先选两个片区试行。";

pub fn key(id: &str) -> RecordKey {
    ("information".into(), id.into())
}

pub fn texts(title: &str, body: &str) -> RecordTexts {
    RecordTexts::of([("title", title), ("body", body)])
}

/// The items of an office.
pub fn items() -> Vec<(&'static str, RecordTexts)> {
    vec![
        ("water", texts("县人大常委会视察城东镇饮用水水源保护工作", WATER)),
        ("water-too", texts("县人大常委会视察石桥镇饮用水水源保护工作", WATER_TOO)),
        ("elders", texts("社区长者食堂晚餐供应难以为继应予重视", ELDERS)),
    ]
}

pub fn finder() -> Finder {
    let mut finder = Finder::new(Options::default());
    items().iter().for_each(|(id, texts)| finder.put(key(id), texts));
    finder
}

/// What resembles a text; the text of each passage is compared with both places it names.
pub fn ask(
    finder: &Finder,
    id: &str,
    here: &RecordTexts,
    items: &[(&str, RecordTexts)],
) -> Vec<NearDuplicate> {
    let of = |id: &str| items.iter().find(|(known, _)| *known == id).map(|(_, texts)| texts.clone());
    let mut fetch =
        |_: &str, ids: &[&str]| Ok(ids.iter().filter_map(|id| Some(((*id).to_owned(), of(id)?))).collect());
    let found = finder.similar(&key(id), here, &mut fetch).unwrap();
    for similar in &found {
        let there = of(&similar.key.1).unwrap();
        assert!(!similar.passages.is_empty());
        for passage in &similar.passages {
            let at = |texts: &RecordTexts, span: &TextSpan| slice(texts.field(&span.field).unwrap(), span);
            assert_eq!(at(here, &passage.here), passage.text);
            assert_eq!(at(&there, &passage.there), passage.text);
        }
    }
    found
}
