//! Reads register definitions and puts owners and extensions together.

use crate::{
    BilingualText,
    register::{
        Register, Registers,
        claims::{DefinitionMerge, check},
        definition::{Definition, DefinitionObjection},
        definition_reader::DefinitionReader,
    },
};
use registrar_sdk::suggest::nearest;
use std::{collections::BTreeMap, sync::Arc};

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
        title: BilingualText::default(),
        plugin: parts.first().map(|d| d.plugin.clone()).unwrap_or_default(),
        fields: BTreeMap::new(),
        stages: Vec::new(),
        moved_to: BTreeMap::new(),
        actions: BTreeMap::new(),
        measures: BTreeMap::new(),
        pools: BTreeMap::new(),
        name_field: "title".into(),
        readers: Vec::new(),
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
                faults.map(ToString::to_string).collect::<Vec<_>>().join("\n")
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
        check(&[("a", ITEM), ("b", &title)], "plugin \"b\" (b/register.lua:3): item: `title` is a field of");
        let record = channel.replace(r#""type":"text""#, r#""type":"record","of":"nowhere""#);
        check(&[("a", ITEM), ("b", &record)], "plugin \"b\" (b/register.lua:3): item: field `channel` is of");
        let own = channel.replace("finish", "begin");
        let read = Registers::read(&[definition("a", ITEM), definition("b", &own)]).unwrap();
        assert!(read.by_id["item"].actions["begin"].form.contains_key("channel"));
    }

    #[test]
    fn every_mistake_names_plugin_line_and_remedy() {
        check(&[("a", ITEM), ("b", ITEM)], "plugin \"b\" (b/register.lua:3): defines the register \"item\"");
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
        check(&[("a", r#"{"id":"x","fields":{"r":{"type":"text","sees":"clerk"}}}"#)], "holds no person");
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
