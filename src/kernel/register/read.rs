//! Reads register definitions and puts owners and extensions together.

use super::{
    ActionDef, FieldDef, FieldType, MeasureDef, PoolDef, Register, Registers, Stage, Title,
    claims::{DefinitionMerge, check},
    definition::{Definition, DefinitionObjection, form_field},
};
use registrar_sdk::{Map, Value, suggest::nearest};
use std::{collections::BTreeMap, sync::Arc};

/// Names that every record has besides its declared fields.
const RESERVED_FIELDS: [&str; 3] = ["id", "register", "stage"];

impl Registers {
    /// The registers that these definitions make.
    ///
    /// # Errors
    /// Everything that is wrong with them, each with its plugin, file and line. Of what two plugins define it is
    /// said first, and alone: what else seems wrong may follow from that.
    pub fn read(definitions: &[Definition]) -> Result<Registers, Vec<DefinitionObjection>> {
        let mut reading = DefinitionMerge::default();
        let mut owners = BTreeMap::<String, Vec<&Definition>>::new();
        let (extensions, owned): (Vec<_>, Vec<_>) =
            definitions.iter().partition(|d| d.value.get("extends").as_str().is_some());
        for definition in owned {
            let Some(id) = definition.value.get("id").as_str() else {
                reading.faults.push(definition.fault("a register has no `id`; give it one".into()));
                continue;
            };
            let claimed = reading.claim(format!("register {id}"), definition, |other| {
                format!(
                    "defines the register \"{id}\", which plugin \"{}\" ({}) defines too; to add to it, say extends = \"{id}\"",
                    other.plugin,
                    other.place()
                )
            });
            if !claimed {
                continue;
            }
            if !valid_id(id) {
                reading.faults.push(definition.fault(format!(
                    "the register's id \"{id}\" is not made of a-z, 0-9 and -, beginning with a letter"
                )));
            }
            owners.insert(id.to_owned(), vec![definition]);
        }
        for definition in extensions {
            let base = definition.value.get("extends").as_str().unwrap_or_default();
            if !owners.contains_key(base) {
                let hint = nearest(base, owners.keys().map(String::as_str));
                reading.faults.push(
                    definition
                        .fault(format!("extends the register \"{base}\", which no plugin defines{hint}")),
                );
            } else if let Some(parts) = owners.get_mut(base) {
                parts.push(definition);
            }
        }
        let mut by_id = BTreeMap::new();
        for (id, parts) in owners {
            by_id.insert(id.clone(), Arc::new(assemble(&id, &parts, &mut reading)));
        }
        if reading.conflicts.is_empty() {
            for register in by_id.values() {
                check(register, &by_id, &mut reading);
            }
        }
        let DefinitionMerge { claims, conflicts, faults } = reading;
        if !conflicts.is_empty() {
            return Err(conflicts.into_iter().map(DefinitionObjection::Conflict).collect());
        }
        if !faults.is_empty() {
            return Err(faults.into_iter().map(DefinitionObjection::Fault).collect());
        }
        let claims = claims.into_iter().map(|(claim, by)| (claim, by.plugin.clone())).collect();
        Ok(Registers { by_id, claims })
    }
}

fn valid_id(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
}

fn assemble<'a>(id: &str, parts: &[&'a Definition], reading: &mut DefinitionMerge<'a>) -> Register {
    let mut register = Register {
        id: id.to_owned(),
        title: Title::default(),
        plugin: parts.first().map(|d| d.plugin.clone()).unwrap_or_default(),
        fields: BTreeMap::new(),
        stages: Vec::new(),
        moved_to: BTreeMap::new(),
        actions: BTreeMap::new(),
        measures: BTreeMap::new(),
        pools: BTreeMap::new(),
        name_field: "title".into(),
        open: false,
        hash: String::new(),
        renamed: BTreeMap::new(),
    };
    for part in parts {
        DefinitionReader { definition: part, id, reading }.add(&mut register);
    }
    // Fields for the forms of actions once all actions are known, whichever plugin comes first.
    for part in parts.iter().skip(1) {
        DefinitionReader { definition: part, id, reading }.add_to_forms(&mut register);
    }
    register.title = std::mem::take(&mut register.title).or(id);
    // What is said, not in which order plugins of some names say it.
    let mut said: Vec<String> = parts.iter().map(|part| part.value.to_json().to_string()).collect();
    said[1..].sort_unstable();
    let mut hasher = blake3::Hasher::new();
    for part in &said {
        hasher.update(part.as_bytes());
    }
    // Sixteen bytes are enough to tell definitions apart, and every event carries them.
    register.hash = hasher.finalize().to_hex()[..32].to_owned();
    register
}

/// Reads one definition into its register.
struct DefinitionReader<'r, 'a> {
    definition: &'a Definition,
    id: &'r str,
    reading: &'r mut DefinitionMerge<'a>,
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

    fn add(&mut self, register: &mut Register) {
        let value = &self.definition.value;
        if !value.get("title").is_absent() && self.claim("title", "") {
            register.title = Title::read(value.get("title"));
        }
        if let Some(name) = value.get("name_field").as_str().filter(|_| self.claim("name_field", "")) {
            register.name_field = name.to_owned();
        }
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
        for (name, field) in entries(value.get("fields")) {
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
        for (name, action) in entries(value.get("actions")) {
            if crate::event::OWN_ACTIONS.contains(&name) {
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
        for (name, measure) in entries(value.get("measures")) {
            let places = measure.get("places").as_int().unwrap_or(0);
            if !(0..=6).contains(&places) {
                self.wrong(format!("measure `{name}`: places = {places}; amounts have 0 to 6"));
            }
            let measure = MeasureDef {
                title: Title::read(measure.get("title")).or(name),
                places: places.clamp(0, 6) as u32,
                unit: Title::read(measure.get("unit")),
                person: measure.get("account").as_str() == Some("person"),
            };
            if self.claim("measure", name) {
                register.measures.insert(name.to_owned(), measure);
            }
        }
        for (name, pool) in entries(value.get("pools")) {
            let pool = PoolDef {
                title: Title::read(pool.get("title")).or(name),
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
    fn add_to_forms(&mut self, register: &mut Register) {
        for (name, value) in entries(self.definition.value.get("actions")) {
            if crate::event::OWN_ACTIONS.contains(&name) || !self.is_for_a_form(value) {
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
            title: Title::read(value.get("title")).or(name),
            from: value.get("from").as_list().map(|_| words(value.get("from"))),
            to: value.get("to").as_str().map(str::to_owned),
            by: words(value.get("by")),
            form,
            create: value.get("create").as_bool().unwrap_or(false),
            submission: value.get("submission").as_bool().unwrap_or(false),
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
            label: Title::read(value.get("label")).or(name),
            help: Title::read(value.get("help")),
            default: value.get("default").clone(),
            sets: value.get("sets").as_str().map(str::to_owned),
            was: value.get("was").as_str().map(str::to_owned),
            search: value.get("search").as_bool().unwrap_or(false),
            personal: value.get("personal").as_bool().unwrap_or(false),
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
fn labels(of: &Value) -> BTreeMap<String, Title> {
    let labelled = of.as_list().unwrap_or_default().iter().filter(|word| !word.get("label").is_absent());
    labelled
        .filter_map(|word| Some((word.get("id").as_str()?.to_owned(), Title::read(word.get("label")))))
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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn definition(plugin: &str, json: &str) -> Definition {
        Definition {
            plugin: plugin.into(),
            file: format!("{plugin}/register.lua"),
            line: 3,
            value: serde_json::from_str(json).unwrap(),
        }
    }

    fn check(definitions: &[(&str, &str)], expected: &str) {
        let definitions: Vec<_> = definitions.iter().map(|(p, j)| definition(p, j)).collect();
        let got = match Registers::read(&definitions) {
            Ok(registers) => registers
                .by_id
                .values()
                .map(|r| format!("{}: {}", r.id, r.fields.keys().cloned().collect::<Vec<_>>().join(",")))
                .collect(),
            Err(objections) => {
                let faults = objections.iter().flat_map(DefinitionObjection::faults);
                faults.map(|fault| fault.message.clone()).collect::<Vec<_>>().join("\n")
            }
        };
        assert!(got.contains(expected), "got `{got}`, expected `{expected}`");
    }

    const ITEM: &str = r#"{"id":"item","stages":["draft","done"],"fields":{"title":{"type":"text"}},
        "actions":{"finish":{"from":["draft"],"to":"done","form":{"note":{"type":"text"}}}}}"#;

    #[test]
    fn an_extension_adds_its_fields() {
        check(
            &[("a", ITEM), ("b", r#"{"id":"item","extends":"item","fields":{"toll":{"type":"amount"}}}"#)],
            "item: title,toll",
        );
    }

    #[test]
    fn an_extension_adds_fields_to_the_form_of_an_action() {
        let channel = r#"{"extends":"item","actions":{"finish":{"form":{"channel":{"type":"text"}}}}}"#;
        for parts in [[("a", ITEM), ("b", channel)], [("b", channel), ("a", ITEM)]] {
            let read = Registers::read(&parts.map(|(plugin, json)| definition(plugin, json))).unwrap();
            let finish = &read.by_id["item"].actions["finish"];
            assert_eq!(finish.form.keys().collect::<Vec<_>>(), ["channel", "note"]);
            assert_eq!((finish.to.as_deref(), finish.from.as_ref().map(Vec::len)), (Some("done"), Some(1)));
        }
        // What is more than a form is an action of its own, and there is one.
        let more = channel.replace(r#""finish":{"#, r#""finish":{"to":"draft","#);
        check(&[("a", ITEM), ("b", &more)], "the action `finish` is defined twice, also in \"a\"");
        let note = channel.replace("channel", "note");
        check(&[("a", ITEM), ("b", &note)], "the form field `finish.note` is defined twice, also in \"a\"");
        check(&[("a", ITEM), ("b", channel), ("c", channel)], "`finish.channel` is defined twice");
        // The mistake is of who added it, and an action of nobody's is one.
        let title = channel.replace("channel", "title");
        check(
            &[("a", ITEM), ("b", &title)],
            "plugin \"b\" (b/register.lua:3): register.define item: `title` is a field of",
        );
        let record = channel.replace(r#""type":"text""#, r#""type":"record","of":"nowhere""#);
        check(
            &[("a", ITEM), ("b", &record)],
            "plugin \"b\" (b/register.lua:3): register.define item: field `channel` is of",
        );
        let own = channel.replace("finish", "begin");
        let read = Registers::read(&[definition("a", ITEM), definition("b", &own)]).unwrap();
        assert!(read.by_id["item"].actions["begin"].form.contains_key("channel"));
    }

    #[test]
    fn every_mistake_names_plugin_line_and_remedy() {
        check(
            &[("a", ITEM), ("b", ITEM)],
            "plugin \"b\" (b/register.lua:3): register.define defines the register \"item\"",
        );
        check(&[("a", ITEM), ("b", r#"{"extends":"itme"}"#)], "did you mean `item`?");
        check(&[("a", r#"{"id":"x","fields":{"t":{"type":"txt"}}}"#)], "did you mean `text`?");
        check(
            &[("a", &ITEM.replace("\"to\":\"done\"", "\"to\":\"dnoe\""))],
            "unknown stage \"dnoe\"; did you mean `done`?",
        );
        check(&[("a", &ITEM.replace("note", "title"))], "say sets = \"title\"");
        check(&[("a", r#"{"id":"Big"}"#)], "is not made of a-z");
        check(&[("a", r#"{"id":"x","fields":{"id":{"type":"text"}}}"#)], "can't be called `id`");
        check(&[("a", r#"{"id":"x","actions":{"void":{}}}"#)], "can't be called `void`");
        check(&[("a", r#"{"id":"x","fields":{"r":{"type":"record","of":"y"}}}"#)], "which no plugin defines");
        check(&[("a", r#"{"id":"x","measures":{"p":{"places":9}}}"#)], "0 to 6");
    }

    #[test]
    fn an_extension_changes_the_hash() {
        let one = Registers::read(&[definition("a", ITEM)]).unwrap();
        let extended = definition("b", r#"{"extends":"item","fields":{"toll":{"type":"amount"}}}"#);
        let two = Registers::read(&[definition("a", ITEM), extended]).unwrap();
        assert_ne!(one.by_id["item"].hash, two.by_id["item"].hash);
    }
}
