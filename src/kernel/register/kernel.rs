//! The kernel's own registers: the directory, periods, and decisions about the office.

use super::{ActionDef, FieldDef, FieldType, Register, Title};
use crate::event::{DIRECTORY, OFFICE, PERIOD};
use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

/// Rises when the directory's fields change, so that events keep what they were checked against.
const REVISION: &str = "kernel-1";

/// A field that an action can say: its name, its type, whether it is a list.
type Said = (&'static str, FieldType, bool);

/// What each action of the directory can say.
const DIRECTORY_FIELDS: &[(&str, &[Said])] = &[
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
        let all =
            [directory, register(PERIOD, "Periods", "期间", true), register(OFFICE, "Office", "机关", true)];
        all.into_iter().map(|r| (r.id.clone(), Arc::new(r))).collect()
    })
}

fn register(id: &str, en: &str, zh: &str, open: bool) -> Register {
    Register {
        id: id.to_owned(),
        title: Title { zh: zh.to_owned(), en: en.to_owned() },
        plugin: "kernel".to_owned(),
        fields: BTreeMap::new(),
        stages: Vec::new(),
        moved_to: BTreeMap::new(),
        actions: BTreeMap::new(),
        measures: BTreeMap::new(),
        pools: BTreeMap::new(),
        name_field: "title".to_owned(),
        open,
        hash: REVISION.to_owned(),
        renamed: BTreeMap::new(),
    }
}

fn action_of(name: &str, fields: &[Said]) -> ActionDef {
    let form =
        fields.iter().map(|(name, ty, many)| ((*name).to_owned(), FieldDef::new(name, *ty, *many))).collect();
    ActionDef {
        title: Title::default().or(name),
        from: None,
        to: None,
        by: Vec::new(),
        form,
        create: true,
        submission: false,
        gathers: None,
    }
}
