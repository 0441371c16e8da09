//! Answers look-ups that need no transaction, from a directory and registers.

use jiff::civil::Date;
use registrar_contract::calls::order;
use registrar_domain::{BilingualText, Directory, Registers};
use registrar_host::Snapshot;
use registrar_sdk::Value;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Look-ups that need no transaction: units, people, working days, code tables, the official order.
pub struct OfficeSnapshot {
    directory: Arc<Directory>,
    registers: Arc<Registers>,
    /// Whether working days were reckoned past the last year whose holidays are known.
    past_calendar: AtomicBool,
}

impl OfficeSnapshot {
    /// Look-ups in a directory alone.
    pub fn new(directory: Arc<Directory>) -> OfficeSnapshot {
        OfficeSnapshot::with(directory, Arc::default())
    }

    /// Look-ups in a directory, and of what registers call their choices.
    pub fn with(directory: Arc<Directory>, registers: Arc<Registers>) -> OfficeSnapshot {
        OfficeSnapshot { directory, registers, past_calendar: AtomicBool::new(false) }
    }

    fn choice(&self, register: &str, field: &str, word: &str) -> Option<Value> {
        let register = self.registers.get(register)?;
        let field = register.field_or_form(field)?;
        let known = field.of.iter().any(|known| known == word);
        let label = field.of_labels.get(word).map_or(Value::Nil, BilingualText::to_value);
        let data = field.of_data.get(word).cloned().unwrap_or_default();
        known.then(|| Value::map([("id", Value::text(word)), ("label", label), ("data", Value::Map(data))]))
    }

    fn label(&self, register: &str, field: &str, word: &str) -> Option<Value> {
        self.registers.get(register)?.label(field, word).map(BilingualText::to_value)
    }

    /// Whether working days were reckoned past the calendar's end since this was last asked.
    pub fn was_past_calendar(&self) -> bool {
        self.past_calendar.swap(false, Ordering::Relaxed)
    }

    fn reckoned(&self, to: Date) -> Date {
        if self.directory.calendar_end().is_some_and(|end| to > end) {
            self.past_calendar.store(true, Ordering::Relaxed);
        }
        to
    }
}

impl Snapshot for OfficeSnapshot {
    fn call(&self, name: &str, args: &[Value]) -> Result<Value, String> {
        let directory = &self.directory;
        let arg = |at: usize| args.get(at).unwrap_or(&Value::Nil);
        let day = |at: usize| date(name, arg(at));
        let word = |at: usize| {
            arg(at).as_str().ok_or_else(|| format!("host.{name}: got {}; expected text", arg(at).kind()))
        };
        Ok(match name {
            "unit" => directory.unit(word(0)?, day(1)?).map_or(Value::Nil, |unit| unit.to_value()),
            "units" => {
                let of = arg(0);
                let parent = of.get("parent").as_str();
                let units = directory.units(date(name, of.get("on"))?, of.get("class").as_str());
                let wanted = units.iter().filter(|u| parent.is_none() || u.parent.as_deref() == parent);
                Value::List(wanted.map(|unit| unit.to_value()).collect())
            }
            "person" => directory.person(word(0)?, day(1)?).map_or(Value::Nil, |p| p.to_value()),
            "people" => {
                let of = arg(0);
                let (unit, role) = (of.get("unit").as_str(), of.get("role").as_str());
                let people = directory.people(date(name, of.get("on"))?).into_iter();
                let wanted = people.filter(|person| {
                    unit.is_none_or(|unit| person.unit.as_deref() == Some(unit))
                        && role.is_none_or(|role| person.roles.iter().any(|held| held.role == role))
                });
                Value::List(wanted.map(|person| person.to_value()).collect())
            }
            "table" => directory.table(word(0)?, word(1)?, day(2)?).unwrap_or_default(),
            "label" if arg(2).is_nil() => Value::Nil,
            "label" => self.label(word(0)?, word(1)?, word(2)?).unwrap_or_default(),
            "choice" if arg(2).is_nil() => Value::Nil,
            "choice" => self.choice(word(0)?, word(1)?, word(2)?).unwrap_or_default(),
            "date.is_working" => Value::Bool(directory.is_working(day(0)?)),
            "date.next_working" => text(self.reckoned(directory.next_working(day(0)?)?)),
            "date.add_working_days" => {
                let n = arg(1).as_int().ok_or("host.date.add_working_days: expected a number of days")?;
                text(self.reckoned(directory.add_working_days(day(0)?, n)?))
            }
            "date.working_days_between" => {
                let (from, to) = (day(0)?, day(1)?);
                self.reckoned(from.max(to));
                Value::Int(directory.working_days_between(from, to)?)
            }
            "sort" => {
                let list = arg(0).as_list().unwrap_or_default();
                let place = |id: &str| directory.official(id);
                Value::List(order::sort(list, word(1)?, arg(2).as_str(), &place)?)
            }
            "digest" => Value::text(blake3::hash(word(0)?.as_bytes()).to_hex().as_str()),
            other => return Err(format!("host.{other} is not available here")),
        })
    }
}

fn date(call: &str, value: &Value) -> Result<Date, String> {
    let parsed = value.as_str().and_then(|text| text.parse().ok());
    parsed.ok_or_else(|| format!("host.{call}: {value} is no date like 2023-02-14"))
}

fn text(date: Date) -> Value {
    Value::text(date.to_string())
}
