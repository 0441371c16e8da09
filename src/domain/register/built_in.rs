//! The kernel's own registers: the directory, periods, and decisions about the office.

use crate::{
    BilingualText,
    register::{ActionDef, FieldDef, FieldType, Register},
    reserved::{
        APPROVE, APPROVE_BY, BYPASS, CLOSE, CLOSE_BY, DECIDE, DECIDE_BY, DIRECTORY, ERASE, IMPORT, MAPPING,
        OFFICE, OPEN, OPENING, OUTLET, OVERDUE, PEER, PERIOD, PUBLISH, PUBLISH_BY, RECEIVED, REMINDED,
        REOPEN, REOPEN_BY, ROLLBACK, SENT, TAKEN, UNPIN, VOID,
    },
};
use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

/// Rises when the directory's fields change, so that events keep what they were checked against.
const REVISION: &str = "kernel-1";

/// A field that an action can say: its name, its type, whether it is a list.
type FormField = (&'static str, FieldType, bool);

/// What each action of the directory can say.
const DIRECTORY_FIELDS: &[(&str, &[FormField])] = &[
    (
        "unit",
        &[
            ("class", FieldType::Text, false),
            ("parent", FieldType::Text, false),
            ("title", FieldType::Map, false),
            ("order", FieldType::Integer, false),
            ("from", FieldType::Date, false),
            ("to", FieldType::Date, false),
            ("contact", FieldType::Map, false),
        ],
    ),
    (
        "person",
        &[
            ("name", FieldType::Text, false),
            ("unit", FieldType::Text, false),
            ("roles", FieldType::Map, true),
            ("from", FieldType::Date, false),
            ("to", FieldType::Date, false),
            ("contact", FieldType::Map, false),
        ],
    ),
    (
        "holiday",
        &[
            ("name", FieldType::Text, false),
            ("day", FieldType::Date, false),
            ("from", FieldType::Date, false),
            ("to", FieldType::Date, false),
            ("working", FieldType::Bool, false),
        ],
    ),
    ("setting", &[("value", FieldType::Map, false)]),
    ("rule-set", &[("active", FieldType::Bool, false)]),
];

/// What of it is personal: action, field. What people are called by is their id.
const PERSONAL: [(&str, &str); 3] = [("unit", "contact"), ("person", "name"), ("person", "contact")];

/// By id.
pub(super) fn registers() -> &'static BTreeMap<String, Arc<Register>> {
    static REGISTERS: OnceLock<BTreeMap<String, Arc<Register>>> = OnceLock::new();
    REGISTERS.get_or_init(|| {
        let mut directory = register(DIRECTORY, "Directory", "通讯录", false);
        for (action, fields) in DIRECTORY_FIELDS {
            directory.actions.insert((*action).to_owned(), action_of(action, fields));
        }
        // A code table's rows have whatever columns it has.
        directory.actions.insert("table".into(), action_of("table", &[]));
        let all = [
            directory,
            register(PERIOD, "Periods", "期间", true),
            register(OFFICE, "Office", "机关", true),
            register(OUTLET, "Published", "发布", true),
        ];
        all.into_iter().map(|r| (r.id.clone(), Arc::new(r))).collect()
    })
}

fn register(id: &str, en: &str, zh: &str, open: bool) -> Register {
    Register {
        id: id.to_owned(),
        title: BilingualText { zh: zh.to_owned(), en: en.to_owned() },
        plugin: "kernel".to_owned(),
        fields: BTreeMap::new(),
        stages: Vec::new(),
        moved_to: BTreeMap::new(),
        actions: BTreeMap::new(),
        measures: BTreeMap::new(),
        pools: BTreeMap::new(),
        name_field: "title".to_owned(),
        readers: Vec::new(),
        open,
        hash: REVISION.to_owned(),
        renamed: BTreeMap::new(),
    }
}

fn action_of(action: &str, fields: &[FormField]) -> ActionDef {
    let field = |(name, ty, many): &FormField| {
        let personal = PERSONAL.contains(&(action, *name));
        ((*name).to_owned(), FieldDef { personal, ..FieldDef::new(name, *ty, *many) })
    };
    let form = fields.iter().map(field).collect();
    ActionDef {
        title: title_of(action),
        from: None,
        to: None,
        by: Vec::new(),
        form,
        create: true,
        submission: false,
        edits: false,
        gathers: None,
    }
}

/// What the kernel's own actions are called, those of registers that declare none included.
const TITLES: [(&str, &str, &str); 31] = [
    ("unit", "单位", "Unit"),
    ("person", "人员", "Person"),
    ("holiday", "节假日", "Holiday"),
    ("setting", "设置", "Setting"),
    ("table", "代码表", "Code table"),
    ("rule-set", "选用规则", "Rules chosen"),
    (VOID, "撤销", "Made void"),
    (OVERDUE, "超期", "Overdue"),
    (REMINDED, "提醒", "Reminded"),
    (OPENING, "期初录入", "Opened as it stands"),
    (ERASE, "清除个人数据", "Personal values erased"),
    (IMPORT, "导入", "Import"),
    (MAPPING, "列对照", "Mapping of columns"),
    (CLOSE, "结账", "Closed"),
    (REOPEN, "反结账", "Opened again"),
    (DECIDE, "决定并列", "Tie decided"),
    (APPROVE, "批准规则", "Rules approved"),
    (TAKEN, "规则生效", "Rules taken"),
    (ROLLBACK, "回到旧版", "Rolled back"),
    (UNPIN, "取消固定", "Let go"),
    (BYPASS, "放行", "Let pass"),
    (APPROVE_BY, "谁批准规则", "Who approves rules"),
    (CLOSE_BY, "谁结账", "Who closes"),
    (REOPEN_BY, "谁反结账", "Who opens again"),
    (DECIDE_BY, "谁决定并列", "Who decides ties"),
    (PUBLISH_BY, "谁发布", "Who publishes"),
    (OPEN, "发布点", "Outlet"),
    (PUBLISH, "发布", "Published"),
    (PEER, "交换单位", "Peer"),
    (RECEIVED, "收到数据包", "Package received"),
    (SENT, "发出数据包", "Package sent"),
];

/// What one of the kernel's own actions is called; its name, if it is none of them.
pub fn title_of(action: &str) -> BilingualText {
    let known = TITLES.iter().find(|(name, ..)| *name == action);
    let title = known.map(|(_, zh, en)| BilingualText { zh: (*zh).to_owned(), en: (*en).to_owned() });
    title.unwrap_or_default().or(action)
}
