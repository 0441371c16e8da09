//! Fields of registers as people see and fill them in.

use crate::{
    form::FormFields,
    language::day,
    visitor::{Member, Visitor},
};
use jiff::civil::Date;
use maud::{Markup, html};
use registrar_domain::{
    Actor, BilingualText, Directory, Event, Lang, Record, Register,
    register::{FieldDef, FieldType, title_of},
};
use registrar_kernel::{
    attachment::{Attachment, LARGEST, endings},
    queries::record_link::call_name,
};

/// The code tables that say what roles and classes of units are called.
pub const ROLES: &str = "roles";
pub const CLASSES: &str = "unit-classes";
use registrar_sdk::{Amount, Value};

/// What values are shown and filled in with.
pub struct FieldNames<'a> {
    pub directory: &'a Directory,
    pub on: Date,
    pub lang: Lang,
    /// Of the field with this name only these units can be chosen.
    pub within: Option<(&'a str, &'a [String])>,
    /// Who looks: records that they may see are called by their names.
    pub seeing: Option<&'a Member>,
}

/// The fields of a definition in the order in which people read them.
pub fn in_order<'a>(
    fields: impl IntoIterator<Item = (&'a String, &'a FieldDef)>,
) -> Vec<(&'a str, &'a FieldDef)> {
    let mut fields: Vec<_> = fields.into_iter().map(|(name, field)| (name.as_str(), field)).collect();
    fields.sort_by_key(|(name, field)| (field.order.unwrap_or(i64::MAX), *name));
    fields
}

impl<'a> FieldNames<'a> {
    /// As a visitor reads and chooses them, of the whole office.
    pub fn of(visitor: &Visitor, directory: &'a Directory) -> FieldNames<'a> {
        FieldNames {
            directory,
            on: visitor.served.office.today(),
            lang: visitor.lang,
            within: None,
            seeing: None,
        }
    }

    /// A value as text.
    pub fn show(&self, field: &FieldDef, value: &Value) -> String {
        match value {
            Value::List(items) => {
                let shown: Vec<String> = items.iter().map(|item| self.show(field, item)).collect();
                shown.join(self.lang.of("、", ", "))
            }
            Value::Nil | Value::Null => String::new(),
            Value::Bool(yes) => {
                self.lang.of(["否", "是"][usize::from(*yes)], ["no", "yes"][usize::from(*yes)]).to_owned()
            }
            Value::Text(text) => self.word(field, text),
            Value::Int(n) => n.to_string(),
            Value::Num(n) => n.to_string(),
            Value::Amount(amount) => amount.to_string(),
            other => other.to_json().to_string(),
        }
    }

    /// Who did something, on its day.
    pub fn who(&self, event: &Event) -> String {
        match &event.by {
            Actor::Clock => self.lang.of("系统", "the clock").to_owned(),
            Actor::Operator => self.lang.of("管理员", "the operator").to_owned(),
            Actor::Person(id) => {
                self.directory.person(id, event.on).map_or_else(|| id.clone(), |person| person.name)
            }
        }
    }

    /// What an account is called: a unit or a person, as of a day.
    pub fn account(&self, account: &str, on: Date) -> String {
        let unit = self.directory.unit(account, on).map(|unit| self.lang.title(&unit.title).to_owned());
        let person = || self.directory.person(account, on).map(|person| person.name);
        unit.or_else(person).unwrap_or_else(|| account.to_owned())
    }

    /// What an event's action is called.
    pub fn action(&self, register: Option<&Register>, event: &Event) -> String {
        let action = register.and_then(|register| register.actions.get(&event.action));
        let title = action.map_or_else(|| title_of(&event.action), |action| action.title.clone());
        self.lang.title(&title).to_owned()
    }

    /// A word of the directory — a role, a class of units — as one of its code tables says it.
    pub fn coded(&self, table: &str, word: &str) -> String {
        let said = self.directory.table(table, word, self.on).map(|said| BilingualText::read(&said));
        said.filter(|title| !title.zh.is_empty())
            .map_or_else(|| word.to_owned(), |title| self.lang.title(&title).to_owned())
    }

    fn word(&self, field: &FieldDef, word: &str) -> String {
        let found = match field.ty {
            FieldType::Choice => field.of_labels.get(word).map(|title| self.lang.title(title).to_owned()),
            FieldType::Unit => {
                self.directory.unit(word, self.on).map(|unit| self.lang.title(&unit.title).to_owned())
            }
            FieldType::Person => self.directory.person(word, self.on).map(|person| person.name),
            FieldType::Record => {
                let of = field.of.first();
                return of.and_then(|of| self.record(of, word)).unwrap_or_else(|| self.unseen().to_owned());
            }
            FieldType::File => Attachment::read(&Value::text(word)).map(|file| file.name),
            FieldType::Date => word.parse().ok().map(|on| day(self.lang, on)),
            _ => None,
        };
        found.unwrap_or_else(|| word.to_owned())
    }

    /// What a record is called, if who looks may see it.
    pub fn record(&self, register: &str, id: &str) -> Option<String> {
        self.looked_up(register, id, |register, record| match &record.number {
            Some(number) => format!("{number} {}", record.name(register)),
            None => record.name(register).to_owned(),
        })
    }

    /// What people write to name a record: its number, else its name.
    fn called(&self, register: &str, id: &str) -> Option<String> {
        self.looked_up(register, id, |register, record| call_name(register, record).to_owned())
    }

    fn looked_up(
        &self,
        register: &str,
        id: &str,
        say: impl Fn(&Register, &Record) -> String,
    ) -> Option<String> {
        let member = self.seeing?;
        let registers = member.visitor.served.office.registers();
        let register = registers.by_id.get(register)?;
        let (record, _) = member.view().find_record(&register.id, id).ok()??;
        Some(say(register, &record))
    }

    /// What stands for a record that who looks may not see.
    pub fn unseen(&self) -> &'static str {
        self.lang.of("（无权查看）", "(not yours to see)")
    }

    /// What was there, as it is filled in: records by what people call them.
    pub fn as_filled(&self, field: &FieldDef, value: &Value) -> Vec<String> {
        match (field.ty, field.many, field.of.first()) {
            (FieldType::Record, false, Some(of)) => {
                let called = |id: String| self.called(of, &id).unwrap_or_else(|| self.unseen().to_owned());
                filled(value).into_iter().map(called).collect()
            }
            _ => filled(value),
        }
    }

    /// What may be chosen in a field, and how it is shown; none where it is written.
    fn choices(&self, field: &FieldDef) -> Vec<(String, String)> {
        let shown = |id: &str| (id.to_owned(), self.word(field, id));
        match field.ty {
            FieldType::Choice => field.of.iter().map(|word| shown(word)).collect(),
            FieldType::Unit => {
                let units = self.directory.units(self.on, None).into_iter();
                units
                    .filter(|unit| field.of.is_empty() || field.of.contains(&unit.class))
                    .map(|unit| shown(&unit.id))
                    .collect()
            }
            FieldType::Person => {
                self.directory.people(self.on).iter().map(|person| shown(&person.id)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// A field to be filled in, with what it has and what is wrong with that.
    pub fn input(&self, name: &str, field: &FieldDef, has: &[String], wrong: Option<&str>) -> Markup {
        let id = format!("field-{name}");
        let one = has.first().map(String::as_str).unwrap_or_default();
        let hint = self.hint(field);
        let (hint_id, wrong_id) = (format!("{id}-hint"), format!("{id}-wrong"));
        let described = [(!hint.is_empty()).then_some(hint_id.as_str()), wrong.map(|_| wrong_id.as_str())];
        let described = described.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let described = (!described.is_empty()).then_some(described);
        let invalid = wrong.map(|_| "true");
        let mut choices = self.choices(field);
        if let Some((_, units)) = self.within.filter(|(of, _)| *of == name) {
            choices.retain(|(id, _)| units.contains(id));
        }
        let required = field.required;
        html! {
            div class="field" {
                label for=(id) {
                    (self.lang.title(&field.label))
                    @if required { " " span class="must" title=(self.lang.of("必填", "required")) { "*" } }
                }
                @if !choices.is_empty() {
                    select id=(id) name=(name) multiple[field.many] size=[field.many.then_some("6")] required[required] aria-describedby=[described] aria-invalid=[invalid] {
                        @if !field.many { option value="" { "" } }
                        @for (value, shown) in &choices {
                            option value=(value) selected[has.contains(value) || (required && !field.many && choices.len() == 1)] { (shown) }
                        }
                    }
                } @else if field.ty == FieldType::File {
                    @for one in has { label class="kept" { input type="checkbox" name=(name) value=(one) checked; " " (self.word(field, one)) } }
                    input id=(id) name=(name) type="file" multiple[field.many] accept=(accepted(field)) required[required && has.is_empty()] aria-describedby=[described] aria-invalid=[invalid];
                } @else if field.ty == FieldType::Record && field.many && !has.is_empty() {
                    // What was chosen elsewhere stays, unless it is taken out.
                    fieldset id=(id) class="ticks" aria-describedby=[described] {
                        @for one in has { label { input type="checkbox" name=(chosen(name)) value=(one) checked; " " (self.word(field, one)) } }
                    }
                } @else if field.many || field.ty == FieldType::LongText {
                    textarea id=(id) name=(name) rows=(if field.many { "3" } else { "10" }) required[required] data-most=[self.most(field)] autofocus[wrong.is_some()] aria-describedby=[described] aria-invalid=[invalid] { "\n" (has.join("\n")) }
                } @else if field.ty == FieldType::Bool {
                    select id=(id) name=(name) required[required] aria-describedby=[described] {
                        option value="" { "" }
                        option value="true" selected[one == "true"] { (self.lang.of("是", "yes")) }
                        option value="false" selected[one == "false"] { (self.lang.of("否", "no")) }
                    }
                } @else {
                    input id=(id) name=(name) type=(kind(field.ty)) step=[(field.ty != FieldType::Integer && kind(field.ty) == "number").then_some("any")] value=(one) required[required] data-most=[self.most(field)] autofocus[wrong.is_some()] aria-describedby=[described] aria-invalid=[invalid];
                }
                @if matches!(field.ty, FieldType::Text | FieldType::LongText) && !field.many {
                    output id=(format!("{id}-count")) for=(id) class="count quiet" {}
                }
                @if !hint.is_empty() { p id=(hint_id) class="quiet" { (hint) } }
                @if let Some(wrong) = wrong { p id=(wrong_id) class="wrong" { (wrong) } }
            }
        }
    }

    fn most(&self, field: &FieldDef) -> Option<u64> {
        let text = matches!(field.ty, FieldType::Text | FieldType::LongText) && !field.many;
        field.max.filter(|_| text).map(|max| max as u64)
    }

    fn hint(&self, field: &FieldDef) -> String {
        let help = self.lang.title(&field.help);
        let limit = self.limit(field);
        if help.is_empty() || limit.is_empty() { format!("{help}{limit}") } else { format!("{help} {limit}") }
    }

    fn limit(&self, field: &FieldDef) -> String {
        let of = |zh: &str, en: &str, n: f64| self.lang.of(zh, en).replace("{}", &n.to_string());
        let text = matches!(field.ty, FieldType::Text | FieldType::LongText);
        if field.ty == FieldType::File {
            let most = (LARGEST >> 20).to_string();
            let said = self.lang.of("可选 {e}，每个不超过 {m} MiB", "{e}; at most {m} MiB each");
            return said.replace("{e}", &endings(field).join(" ")).replace("{m}", &most);
        }
        match (field.many, text, field.min, field.max) {
            _ if field.ty == FieldType::Record => match field.many {
                true => self.lang.of("每行一项：编号或名称", "One a line: a number or a name").to_owned(),
                false => self.lang.of("填写编号或名称", "A number or a name").to_owned(),
            },
            (true, true, ..) => self.lang.of("每行一项", "One a line").to_owned(),
            (false, true, _, Some(max)) => of("最多 {} 个字", "At most {} characters", max),
            (false, false, Some(min), None) => of("不小于 {}", "At least {}", min),
            (false, false, None, Some(max)) => of("不大于 {}", "At most {}", max),
            _ => String::new(),
        }
    }
}

/// Under which name records are sent that were chosen and not written: by their ids.
pub fn chosen(name: &str) -> String {
    format!("{name}.id")
}

/// What a browser offers for a field of files.
fn accepted(field: &FieldDef) -> String {
    endings(field).iter().map(|ending| format!(".{ending}")).collect::<Vec<_>>().join(",")
}

fn kind(ty: FieldType) -> &'static str {
    match ty {
        FieldType::Integer | FieldType::Number => "number",
        FieldType::Date => "date",
        _ => "text",
    }
}

/// Whether a page has a way to fill in a field of this type.
pub fn fillable(field: &FieldDef) -> bool {
    field.ty != FieldType::Map
}

/// What was sent for a field; nil if nothing was. What can't be read stays text, which the kernel
/// refuses with its reason.
pub fn read(field: &FieldDef, name: &str, sent: &FormFields) -> Value {
    let texts: Vec<String> = sent.all(name).map(|text| text.replace("\r\n", "\n")).collect();
    if field.many {
        let lines = texts.iter().flat_map(|text| text.lines()).map(str::trim).filter(|line| !line.is_empty());
        let items: Vec<Value> = lines.map(|line| read_one(field, line)).collect();
        return if items.is_empty() { Value::Nil } else { Value::List(items) };
    }
    match texts.first().map(|text| text.trim()) {
        None | Some("") => Value::Nil,
        Some(text) => read_one(field, text),
    }
}

fn read_one(field: &FieldDef, text: &str) -> Value {
    let known = match field.ty {
        FieldType::Integer => text.parse().ok().map(Value::Int),
        FieldType::Number => text.parse::<f64>().ok().filter(|n| n.is_finite()).map(Value::Num),
        FieldType::Amount => text.parse::<Amount>().ok().map(Value::Amount),
        FieldType::Bool => text.parse().ok().map(Value::Bool),
        _ => None,
    };
    known.unwrap_or_else(|| Value::text(text))
}

/// What a field has, as it is filled in.
pub fn filled(value: &Value) -> Vec<String> {
    match value {
        Value::Nil | Value::Null => Vec::new(),
        Value::List(items) => items.iter().flat_map(filled).collect(),
        Value::Text(text) => vec![text.to_string()],
        Value::Bool(yes) => vec![yes.to_string()],
        Value::Int(n) => vec![n.to_string()],
        Value::Num(n) => vec![n.to_string()],
        Value::Amount(amount) => vec![amount.to_string()],
        other => vec![other.to_json().to_string()],
    }
}
