//! Reads what one plugin says of a register into it.

use super::{
    ActionDef, FieldDef, FieldType, MeasureDef, PoolDef, Register, Stage,
    claims::DefinitionMerge,
    definition::{Definition, form_field},
};
use crate::BilingualText;
use registrar_sdk::{Map, Value, suggest::nearest};
use std::collections::BTreeMap;

/// Names that every record has besides its declared fields.
const RESERVED_FIELDS: [&str; 3] = ["id", "register", "stage"];

/// Reads one definition into its register.
pub(super) struct DefinitionReader<'r, 'a> {
    pub definition: &'a Definition,
    pub id: &'r str,
    pub reading: &'r mut DefinitionMerge<'a>,
}

impl DefinitionReader<'_, '_> {
    fn wrong(&mut self, message: String) {
        self.reading.faults.push(self.definition.fault(format!("{}: {message}", self.id)));
    }

    /// Claims something of the register; `false` if it was said before.
    fn claim(&mut self, what: &str, name: &str) -> bool {
        let id = self.id;
        let shown = if name.is_empty() { format!("the {what}") } else { format!("the {what} `{name}`") };
        let claim = if name.is_empty() { format!("{what} of {id}") } else { format!("{what} {id}.{name}") };
        self.reading.claim(claim, self.definition, |other| {
            format!(
                "{id}: {shown} is defined twice, also in \"{}\" ({}); remove one",
                other.plugin,
                other.place()
            )
        })
    }

    /// Adds all that the definition says, but for what it adds to forms.
    pub fn add(&mut self, register: &mut Register) {
        let value = &self.definition.value;
        if !value.get("title").is_absent() && self.claim("title", "") {
            register.title = BilingualText::read(value.get("title"));
        }
        if let Some(name) = value.get("name_field").as_str().filter(|_| self.claim("name_field", "")) {
            register.name_field = name.to_owned();
        }
        // Who extends a register may let others read it, too.
        register.readers.extend(words(value.get("readers")));
        let mut stage_labels = labels(value.get("stages"));
        for stage in words(value.get("stages")) {
            if self.claim("stage", &stage) {
                let label = stage_labels.remove(&stage).unwrap_or_default().or(&stage);
                register.stages.push(Stage { id: stage, label });
            }
        }
        for (from, to) in entries(value.get("moved_to")) {
            if self.claim("former stage", from) {
                register.moved_to.insert(from.to_owned(), to.as_str().unwrap_or_default().to_owned());
            }
        }
        self.add_fields(register);
        self.add_actions(register);
        self.add_measures_and_pools(register);
    }

    fn add_fields(&mut self, register: &mut Register) {
        for (name, field) in entries(self.definition.value.get("fields")) {
            if RESERVED_FIELDS.contains(&name) {
                self.wrong(format!("a field can't be called `{name}`: every record has one of its own"));
                continue;
            }
            let Some(field) = self.field(name, &format!("field `{name}`"), field) else { continue };
            if !self.claim("field", name) {
                continue;
            }
            if let Some(was) = field.was.clone().filter(|was| self.claim("former field", was)) {
                register.renamed.insert(was, name.to_owned());
            }
            register.fields.insert(name.to_owned(), field);
        }
    }

    fn add_actions(&mut self, register: &mut Register) {
        for (name, action) in entries(self.definition.value.get("actions")) {
            if crate::reserved::OWN_ACTIONS.contains(&name) {
                self.wrong(format!("an action can't be called `{name}`: the kernel has one of its own"));
                continue;
            }
            if self.is_for_a_form(action) {
                continue;
            }
            let action = self.action(name, action);
            if !self.claim("action", name) {
                continue;
            }
            if !action.submission || self.claim("submission", "") {
                register.actions.insert(name.to_owned(), action);
            }
        }
    }

    fn add_measures_and_pools(&mut self, register: &mut Register) {
        let value = &self.definition.value;
        for (name, measure) in entries(value.get("measures")) {
            let places = measure.get("places").as_int().unwrap_or(0);
            if !(0..=6).contains(&places) {
                self.wrong(format!("measure `{name}`: places = {places}; amounts have 0 to 6"));
            }
            let measure = MeasureDef {
                title: BilingualText::read(measure.get("title")).or(name),
                places: places.clamp(0, 6) as u32,
                unit: BilingualText::read(measure.get("unit")),
                person: measure.get("account").as_str() == Some("person"),
            };
            if self.claim("measure", name) {
                register.measures.insert(name.to_owned(), measure);
            }
        }
        for (name, pool) in entries(value.get("pools")) {
            let pool = PoolDef {
                title: BilingualText::read(pool.get("title")).or(name),
                classes: words(pool.get("classes")),
            };
            if self.claim("pool", name) {
                register.pools.insert(name.to_owned(), pool);
            }
        }
    }

    /// Whether an extension says nothing of an action but fields of its form.
    fn is_for_a_form(&self, action: &Value) -> bool {
        let said = action.as_map().into_iter().flatten().filter(|(_, value)| !value.is_absent());
        !self.definition.value.get("extends").is_absent() && said.map(|(key, _)| &**key).eq(["form"])
    }

    /// Adds what an extension says of forms alone: to the form of that action, or as an action that nobody has.
    pub fn add_to_forms(&mut self, register: &mut Register) {
        for (name, value) in entries(self.definition.value.get("actions")) {
            if crate::reserved::OWN_ACTIONS.contains(&name) || !self.is_for_a_form(value) {
                continue;
            }
            let added = self.action(name, value);
            let Some(action) = register.actions.get_mut(name) else {
                if self.claim("action", name) {
                    register.actions.insert(name.to_owned(), added);
                }
                continue;
            };
            for (field, def) in added.form {
                let has = action.form.contains_key(&field);
                let first = self.reading.by(&format!("action {}.{name}", self.id));
                if has && let Some(first) = first {
                    // Whoever has the action has it in the form.
                    self.reading.claims.entry(form_field(self.id, name, &field)).or_insert(first);
                }
                if self.claim("form field", &format!("{name}.{field}")) {
                    action.form.insert(field, def);
                }
            }
        }
    }

    fn field(&mut self, name: &str, place: &str, value: &Value) -> Option<FieldDef> {
        let type_name = value.get("type").as_str().unwrap_or_default();
        let Some(ty) = FieldType::named(type_name) else {
            let hint = nearest(type_name, FieldType::NAMES.iter().map(|(name, _)| *name));
            let known = FieldType::NAMES.map(|(name, _)| name).join(", ");
            self.wrong(format!("{place} has the unknown type \"{type_name}\"{hint} (types: {known})"));
            return None;
        };
        let field = FieldDef::read(name, ty, value);
        if ty == FieldType::Choice && field.of.is_empty() {
            self.wrong(format!("{place} is a choice without words; list them in `of`"));
        }
        Some(field)
    }

    fn action(&mut self, name: &str, value: &Value) -> ActionDef {
        let form = entries(value.get("form"))
            .filter_map(|(field, def)| {
                let def = self.field(field, &format!("action `{name}`, field `{field}`"), def)?;
                Some((field.to_owned(), def))
            })
            .collect();
        ActionDef {
            title: BilingualText::read(value.get("title")).or(name),
            from: value.get("from").as_list().map(|_| words(value.get("from"))),
            to: value.get("to").as_str().map(str::to_owned),
            by: words(value.get("by")),
            form,
            create: value.get("create").as_bool().unwrap_or(false),
            submission: value.get("submission").as_bool().unwrap_or(false),
            edits: value.get("edits").as_bool().unwrap_or(false),
            gathers: value.get("gathers").as_str().map(str::to_owned),
        }
    }
}

impl FieldDef {
    /// A field as a definition says it, of a type that was looked up.
    pub fn read(name: &str, ty: FieldType, value: &Value) -> FieldDef {
        FieldDef {
            ty,
            many: value.get("many").as_bool().unwrap_or(false),
            required: value.get("required").as_bool().unwrap_or(false),
            min: value.get("min").as_f64(),
            max: value.get("max").as_f64(),
            of: words(value.get("of")),
            of_labels: labels(value.get("of")),
            of_data: data(value.get("of")),
            order: value.get("order").as_int(),
            asked: value.get("asked").as_bool().unwrap_or(true),
            label: BilingualText::read(value.get("label")).or(name),
            help: BilingualText::read(value.get("help")),
            default: value.get("default").clone(),
            sets: value.get("sets").as_str().map(str::to_owned),
            was: value.get("was").as_str().map(str::to_owned),
            search: value.get("search").as_bool().unwrap_or(false),
            personal: value.get("personal").as_bool().unwrap_or(false),
            sees: value.get("sees").items().iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        }
    }
}

/// A word, or a list of words or of tables with an `id`.
fn words(value: &Value) -> Vec<String> {
    match value {
        Value::Text(word) => vec![word.to_string()],
        Value::List(items) => items
            .iter()
            .filter_map(|item| item.as_str().or_else(|| item.get("id").as_str()))
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

/// The labels of words, where they have any.
fn labels(of: &Value) -> BTreeMap<String, BilingualText> {
    let labelled = of.as_list().unwrap_or_default().iter().filter(|word| !word.get("label").is_absent());
    labelled
        .filter_map(|word| {
            Some((word.get("id").as_str()?.to_owned(), BilingualText::read(word.get("label"))))
        })
        .collect()
}

/// What is said of words besides their labels.
fn data(of: &Value) -> BTreeMap<String, Map> {
    let words = of.as_list().unwrap_or_default().iter();
    words
        .filter_map(|word| Some((word.get("id").as_str()?.to_owned(), word.get("data").as_map()?.clone())))
        .collect()
}

fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_map().into_iter().flatten().map(|(key, value)| (&**key, value))
}
