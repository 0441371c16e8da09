//! Units, as they were on a day.

use crate::{
    BilingualText,
    directory::{Directory, dated::Dated, day, text, within},
};
use jiff::civil::Date;
use registrar_sdk::{Value, value::Map};

/// A unit on a certain day.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Its id.
    pub id: String,
    /// Its class, by which quotas and pools tell units apart.
    pub class: String,
    /// The unit above it.
    pub parent: Option<String>,
    /// Its title.
    pub title: BilingualText,
    /// Its place in the official order, from small to large.
    pub order: i64,
    /// Its first day.
    pub from: Option<Date>,
    /// Its last day.
    pub to: Option<Date>,
    /// Names, numbers and addresses, as the office keeps them.
    pub contact: Map,
}

impl Unit {
    fn read(id: &str, first: Option<Date>, fields: &Map) -> Unit {
        let title = fields.get("title").map(BilingualText::read).unwrap_or_default();
        Unit {
            id: id.to_owned(),
            class: text(fields, "class").unwrap_or_default(),
            parent: text(fields, "parent"),
            title: title.or(id),
            order: fields.get("order").and_then(Value::as_int).unwrap_or(i64::MAX),
            from: day(fields, "from").or(first),
            to: day(fields, "to"),
            contact: fields.get("contact").and_then(|c| c.as_map()).cloned().unwrap_or_default(),
        }
    }

    /// The unit as handlers see it.
    pub fn to_value(&self) -> Value {
        let mut map = Map::from([
            ("id".into(), Value::text(&self.id)),
            ("class".into(), Value::text(&self.class)),
            ("title".into(), self.title.to_value()),
        ]);
        if let Some(parent) = &self.parent {
            map.insert("parent".into(), Value::text(parent));
        }
        if self.order != i64::MAX {
            map.insert("order".into(), Value::Int(self.order));
        }
        for (key, date) in [("from", self.from), ("to", self.to)] {
            if let Some(date) = date {
                map.insert(key.into(), Value::text(date.to_string()));
            }
        }
        if !self.contact.is_empty() {
            map.insert("contact".into(), Value::Map(self.contact.clone()));
        }
        Value::Map(map)
    }
}

impl Directory {
    /// The unit as it was on a day; `None` if it was not there then.
    pub fn unit(&self, id: &str, on: Date) -> Option<Unit> {
        self.units.get(id).and_then(|dated| unit_on(id, dated, on))
    }

    /// The units of a day in the official order, then by id; of one class, or all.
    pub fn units(&self, on: Date, class: Option<&str>) -> Vec<Unit> {
        let mut units: Vec<Unit> = self
            .units
            .iter()
            .filter_map(|(id, dated)| unit_on(id, dated, on))
            .filter(|unit| class.is_none_or(|class| unit.class == class))
            .collect();
        units.sort_by(|a, b| a.order.cmp(&b.order).then_with(|| a.id.cmp(&b.id)));
        units
    }

    /// Whether there ever was a unit of this id.
    pub fn knows_unit(&self, id: &str) -> bool {
        self.units.contains_key(id)
    }

    /// The ids of all units there ever were.
    pub fn unit_ids(&self) -> impl Iterator<Item = &str> {
        self.units.keys().map(String::as_str)
    }

    /// A unit's place in the official order and its Chinese title, as last said.
    pub fn official(&self, id: &str) -> (Option<i64>, Option<String>) {
        let Some((dated, fields)) = self.units.get(id).and_then(|d| Some((d, d.last()?))) else {
            return (None, None);
        };
        let unit = Unit::read(id, dated.first(), &fields);
        ((unit.order != i64::MAX).then_some(unit.order), Some(unit.title.zh))
    }

    /// Units that were there on at least one day from `first` to `last`, as of the last such day.
    pub fn units_between(&self, first: Date, last: Date) -> Vec<Unit> {
        let mut units: Vec<Unit> = self
            .units
            .iter()
            .filter_map(|(id, dated)| {
                let unit = unit_on(id, dated, last).or_else(|| {
                    // Gone by the last day: then as it was on its own last day, if that is inside.
                    let fields = dated.on(last)?;
                    let end = Unit::read(id, dated.first(), &fields).to?;
                    (first <= end).then(|| unit_on(id, dated, end)).flatten()
                })?;
                unit.to.is_none_or(|to| first <= to).then_some(unit)
            })
            .collect();
        units.sort_by(|a, b| a.order.cmp(&b.order).then_with(|| a.id.cmp(&b.id)));
        units
    }
}

fn unit_on(id: &str, dated: &Dated, on: Date) -> Option<Unit> {
    let unit = Unit::read(id, dated.first(), &dated.on(on)?);
    within(on, unit.from, unit.to).then_some(unit)
}
