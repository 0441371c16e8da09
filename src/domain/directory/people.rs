//! People and their dated roles.

use crate::{
    BilingualText,
    directory::{Directory, day, text, within},
};
use jiff::civil::Date;
use registrar_sdk::{Value, value::Map};

/// A person on a certain day.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// The unit they belong to.
    pub unit: Option<String>,
    /// The roles in force on that day.
    pub roles: Vec<Role>,
    /// Numbers and addresses, as the office keeps them.
    pub contact: Map,
}

/// What a person may act as.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// Its name, as actions name it in `by`.
    pub role: String,
    /// The unit it is limited to; `None`: the whole office.
    pub unit: Option<String>,
    /// Its first day.
    pub from: Option<Date>,
    /// Its last day.
    pub to: Option<Date>,
}

impl Person {
    /// The person as handlers see them.
    pub fn to_value(&self) -> Value {
        let mut map =
            Map::from([("id".into(), Value::text(&self.id)), ("name".into(), Value::text(&self.name))]);
        if let Some(unit) = &self.unit {
            map.insert("unit".into(), Value::text(unit));
        }
        map.insert("roles".into(), Value::List(self.roles.iter().map(Role::to_value).collect()));
        if !self.contact.is_empty() {
            map.insert("contact".into(), Value::Map(self.contact.clone()));
        }
        Value::Map(map)
    }
}

impl Role {
    fn read(value: &Value) -> Option<Role> {
        // A bare word is a role without limits.
        if let Some(role) = value.as_str() {
            return Some(Role { role: role.to_owned(), unit: None, from: None, to: None });
        }
        let fields = value.as_map()?;
        Some(Role {
            role: text(fields, "role")?,
            unit: text(fields, "unit"),
            from: day(fields, "from"),
            to: day(fields, "to"),
        })
    }

    fn to_value(&self) -> Value {
        let mut map = Map::from([("role".into(), Value::text(&self.role))]);
        if let Some(unit) = &self.unit {
            map.insert("unit".into(), Value::text(unit));
        }
        for (key, date) in [("from", self.from), ("to", self.to)] {
            if let Some(date) = date {
                map.insert(key.into(), Value::text(date.to_string()));
            }
        }
        Value::Map(map)
    }
}

impl Directory {
    /// What a unit or a person is called: as of the last of these days, a unit that is gone by then as of the first.
    pub fn title_of(&self, account: &str, (first, last): (Date, Date)) -> Option<BilingualText> {
        let unit = self.unit(account, last).or_else(|| self.unit(account, first));
        let person = || self.person(account, last).map(|person| BilingualText::default().or(&person.name));
        unit.map(|unit| unit.title).or_else(person)
    }

    /// The person as they were on a day; `None` if they were not there then.
    pub fn person(&self, id: &str, on: Date) -> Option<Person> {
        let fields = self.people.get(id)?.on(on)?;
        if !within(on, day(&fields, "from"), day(&fields, "to")) {
            return None;
        }
        let listed = fields.get("roles").and_then(Value::as_list).unwrap_or_default();
        let roles = listed.iter().filter_map(Role::read).filter(|r| within(on, r.from, r.to)).collect();
        Some(Person {
            id: id.to_owned(),
            name: text(&fields, "name").unwrap_or_else(|| id.to_owned()),
            unit: text(&fields, "unit"),
            roles,
            contact: fields.get("contact").and_then(|c| c.as_map()).cloned().unwrap_or_default(),
        })
    }

    /// The people of a day, by id.
    pub fn people(&self, on: Date) -> Vec<Person> {
        self.people.keys().filter_map(|id| self.person(id, on)).collect()
    }

    /// Whether there ever was a person of this id.
    pub fn knows_person(&self, id: &str) -> bool {
        self.people.contains_key(id)
    }

    /// The ids of all people there ever were.
    pub fn person_ids(&self) -> impl Iterator<Item = &str> {
        self.people.keys().map(String::as_str)
    }
}
