//! Who may do and see what: roles, unit scope, dates. Denies by default.

use jiff::civil::Date;
use registrar_domain::{
    Actor, Directory, Record, Register,
    directory::people::Person,
    id,
    register::{ActionDef, FieldDef, FieldType},
};
use registrar_sdk::{BilingualText, Value, value::Map};

/// The unit of a role that is not limited to one.
pub const EVERYWHERE: &str = "*";
/// The role that looks after an office: its people, plugins and rules. It takes no part in business.
pub const ADMIN: &str = "admin";

/// Who asks.
#[derive(Clone, Debug)]
pub enum Principal {
    /// Whoever runs the program: may do everything.
    Operator,
    /// A person of the directory, with the roles of today; also a plugin, as `plugin:<id>`.
    Person(Person),
}

/// Where a role holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// In the whole office.
    Office,
    /// For records of these units.
    Units(Vec<String>),
}

impl Principal {
    /// The principal called `by`, with the roles of a day.
    ///
    /// # Errors
    /// There is no such person on that day.
    pub fn of(directory: &Directory, by: &Actor, today: Date) -> Result<Principal, String> {
        let by = match by {
            Actor::Operator => return Ok(Principal::Operator),
            Actor::Clock => return Err("the clock acts by itself; nobody can act as it".to_owned()),
            Actor::Person(id) => id,
        };
        // Who has such an id from before may be taken for somebody else wherever it is shown.
        if id::is_reserved(by) {
            return Err(format!(
                "nobody can act as \"{by}\": the word means something else; give the person another id"
            ));
        }
        directory.person(by, today).map(Principal::Person).ok_or_else(|| {
            let why =
                if directory.knows_person(by) { "has left, or is not there yet," } else { "is not there" };
            format!("the person \"{by}\" {why} on {today}; add a `person` event to the directory")
        })
    }

    /// As whom they act.
    pub fn actor(&self) -> Actor {
        match self {
            Principal::Operator => Actor::Operator,
            Principal::Person(person) => Actor::person(&person.id),
        }
    }

    /// Whether an action may be taken at all, and where.
    ///
    /// # Errors
    /// The roles that it takes, none of which the person has.
    pub fn may_act(
        &self,
        register: &Register,
        name: &str,
        action: &ActionDef,
    ) -> Result<Reach, BilingualText> {
        let Principal::Person(person) = self else { return Ok(Reach::Office) };
        let title = registrar_domain::BilingualText::clone(&action.title).or(name).zh;
        if action.by.is_empty() {
            return Err(BilingualText::new(
                format!("“{title}”只能由系统管理者在命令行办理"),
                format!("only the operator may `{name}` in {}", register.id),
            ));
        }
        reach(person, |role| action.by.iter().any(|by| by == role)).ok_or_else(|| {
            let (register, roles) = (register.id.trim_start_matches('$'), action.by.join(" or "));
            BilingualText::new(
                format!("“{title}”须由角色 {} 办理，{} 今天没有这一角色", action.by.join("、"), person.name),
                format!(
                    "`{name}` in {register} takes the role {roles}; {} does not have it today",
                    person.id
                ),
            )
        })
    }

    /// Whether a register may be opened, and whose records are seen there: by whoever may take some
    /// action in it; of no unit of theirs, by whom its records may name. `None`: not at all.
    pub fn may_open(&self, register: &Register) -> Option<Reach> {
        let Principal::Person(person) = self else { return Some(Reach::Office) };
        let acts = |role: &str| register.actions.values().any(|a| a.by.iter().any(|by| by == role));
        let reads = |role: &str| register.readers.iter().any(|reader| reader == role);
        reach(person, |role| acts(role) || reads(role))
            .or_else(|| self.may_be_named(register).then(|| Reach::Units(Vec::new())))
    }

    /// Whether records of a register may be seen by being named in them, with the roles that they have.
    pub fn may_be_named(&self, register: &Register) -> bool {
        register.fields.values().any(|field| self.sees_by(field))
    }

    fn sees_by(&self, field: &FieldDef) -> bool {
        let Principal::Person(person) = self else { return false };
        person.roles.iter().any(|held| field.sees.contains(&held.role))
    }

    /// Whether a record may be seen: by whoever may open its register, within their reach, and by whom it names where
    /// that lets see it.
    pub fn may_see(&self, register: &Register, record: &Record) -> bool {
        let within = |reach: Reach| reach.covers(register, &record.fields).is_ok();
        self.may_open(register).is_some_and(within) || self.is_named(register, record)
    }

    fn is_named(&self, register: &Register, record: &Record) -> bool {
        let Principal::Person(person) = self else { return false };
        register.fields.iter().any(|(name, field)| {
            let names =
                |value: &Value| value.items().iter().any(|one| one.as_str() == Some(person.id.as_str()));
            self.sees_by(field) && record.fields.get(name.as_str()).is_some_and(names)
        })
    }

    /// Whether a figure of an account may be opened: of whoever sees all the register's records, else of
    /// their own units, and of themselves.
    pub fn may_open_account(&self, register: &Register, account: &str) -> bool {
        match (self, self.may_open(register)) {
            (_, None) => false,
            (_, Some(Reach::Office)) => true,
            (Principal::Person(person), Some(Reach::Units(_))) if person.id == account => true,
            (_, Some(Reach::Units(units))) => units.iter().any(|unit| unit == account),
        }
    }

    /// Whether someone has a role in the whole office, of whatever kind: what is told of all units
    /// together is for them.
    pub fn sees_all(&self) -> bool {
        let Principal::Person(person) = self else { return true };
        reach(person, |_| true) == Some(Reach::Office)
    }

    /// Whether someone looks after the office as a whole.
    pub fn administers(&self) -> bool {
        let Principal::Person(person) = self else { return true };
        reach(person, |role| role == ADMIN) == Some(Reach::Office)
    }
}

fn reach(person: &Person, wanted: impl Fn(&str) -> bool) -> Option<Reach> {
    let mut units = Vec::new();
    let mut any = false;
    for role in person.roles.iter().filter(|r| wanted(&r.role)) {
        any = true;
        match role.unit.as_deref().or(person.unit.as_deref()) {
            None | Some(EVERYWHERE) => return Some(Reach::Office),
            Some(unit) => units.push(unit.to_owned()),
        }
    }
    any.then_some(Reach::Units(units))
}

impl Reach {
    /// Whether a record with these fields lies within.
    ///
    /// # Errors
    /// Whose it is instead.
    pub fn covers(&self, register: &Register, fields: &Map) -> Result<(), BilingualText> {
        let Reach::Units(units) = self else { return Ok(()) };
        // A register that belongs to no unit is everyone's who has the role.
        let Some(owner) = owner_field(register) else { return Ok(()) };
        match fields.get(owner).and_then(|v| v.as_str()) {
            Some(unit) if units.iter().any(|u| u == unit) => Ok(()),
            Some(unit) => Err(BilingualText::new(
                "这条记录不属于您的单位",
                format!("the record is of the unit \"{unit}\", the role is for {}", units.join(", ")),
            )),
            None => {
                let label = register.fields.get(owner).map_or(owner, |field| &field.label.zh);
                Err(BilingualText::new(
                    format!("请填写{label}"),
                    format!("the record is of no unit; fill in `{owner}`"),
                ))
            }
        }
    }
}

/// The field that says whose a record is: `unit`, else the first field that holds one unit.
pub fn owner_field(register: &Register) -> Option<&str> {
    let single = |name: &str| register.fields.get(name).is_some_and(|f| f.ty == FieldType::Unit && !f.many);
    if single("unit") {
        return Some("unit");
    }
    register.fields.keys().map(String::as_str).find(|name| single(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use registrar_domain::{Event, Registers, register::definition::Definition};
    use registrar_sdk::Value;

    fn register() -> std::sync::Arc<Register> {
        let json = r#"{"id":"item","fields":{"unit":{"type":"unit"}},"actions":{"submit":{"by":"clerk"},"purge":{}}}"#;
        let value = serde_json::from_str(json).unwrap();
        let definition = Definition { plugin: "item".into(), file: "item.lua".into(), line: 1, value };
        Registers::read(&[definition]).unwrap().by_id["item"].clone()
    }

    fn directory() -> Directory {
        let event = |id: &str, roles: &str| -> Event {
            let json = format!(
                r#"{{"id":"{id}","seq":1,"register":"$directory","record":"{id}","action":"person",
                    "on":"2022-01-01","by":"operator","fields":{{"roles":{roles}}}}}"#
            );
            serde_json::from_str(&json).unwrap()
        };
        Directory::from_events(&[
            event("li", r#"[{"role":"clerk","unit":"xihu"}]"#),
            event("old", r#"[{"role":"clerk","unit":"*","to":"2022-12-31"}]"#),
            event("all", r#"[{"role":"clerk","unit":"*"}]"#),
            event("ann", r#"[{"role":"admin","unit":"*"}]"#),
            event("unit-admin", r#"[{"role":"admin","unit":"xihu"}]"#),
        ])
    }

    fn check(by: &str, action: &str, unit: &str, expected: &str) {
        let (register, directory) = (register(), directory());
        let fields = Map::from([("unit".into(), Value::text(unit))]);
        let got = Principal::of(&directory, &Actor::read(by), jiff::civil::date(2023, 5, 1))
            .and_then(|p| {
                p.may_act(&register, action, &register.actions[action]).map_err(|why| why.to_string())
            })
            .and_then(|reach| reach.covers(&register, &fields).map_err(|why| why.to_string()))
            .map_or_else(|why| why, |()| "may".to_owned());
        assert!(got.contains(expected), "{by} {action} {unit}: got `{got}`, expected `{expected}`");
    }

    #[test]
    fn an_administrator_looks_after_the_office_and_opens_no_register() {
        let (register, directory) = (register(), directory());
        let of =
            |by: &str| Principal::of(&directory, &Actor::read(by), jiff::civil::date(2023, 5, 1)).unwrap();
        assert!(of("operator").administers() && of("ann").administers());
        // A role for one unit is none for the office.
        assert!(!of("li").administers() && !of("unit-admin").administers());
        assert_eq!(of("ann").may_open(&register), None);
        assert_eq!(of("li").may_open(&register), Some(Reach::Units(vec!["xihu".into()])));
        assert_eq!(of("all").may_open(&register), Some(Reach::Office));
    }

    #[test]
    fn rights_need_a_role_of_today_in_reach() {
        check("operator", "purge", "xihu", "may");
        check("li", "submit", "xihu", "may");
        check("li", "submit", "gongshu", "the role is for xihu");
        check("li", "purge", "xihu", "only the operator");
        check("old", "submit", "xihu", "does not have it today");
        check("all", "submit", "gongshu", "may");
        check("nobody", "submit", "xihu", "is not there");
    }
}
