//! Names in handlers' options that no register has: such a handler is loaded, and never called.

use crate::rules::{Warning, WarningKind};
use registrar_contract::payload::point;
use registrar_domain::{Register, Registers, register::definition::Definition, reserved::OWN_ACTIONS};
use registrar_host::{Handler, Host, NoServices, Scope, Snapshot};
use registrar_sdk::native::Typed;
use registrar_sdk::{Key, Value, suggest::nearest};
use std::{collections::BTreeSet, sync::Arc};

/// Points whose `match` is about a record and the form of an action.
const ABOUT_RECORDS: [&str; 9] = [
    point::RecordNormalize::ID,
    point::RecordCheck::ID,
    point::RecordSimilar::ID,
    point::RecordNumber::ID,
    point::ActionGuard::ID,
    point::ActionEffect::ID,
    point::ActionAfter::ID,
    point::DeadlineCompute::ID,
    point::ScorePost::ID,
];
/// What a record has besides its declared fields.
const FRAME: [&str; 8] = ["id", "register", "stage", "number", "action", "on", "by", "form"];

/// Looks through the options of handlers; nothing, where there is no register: plugins that are looked at
/// by themselves may be about some that are not here.
pub(crate) fn check(handlers: &[Arc<Handler>], registers: &Registers) -> Vec<Warning> {
    if registers.by_id.is_empty() {
        return Vec::new();
    }
    handlers.iter().flat_map(|handler| Looked { handler, registers }.warnings()).collect()
}

/// What all plugins that are loaded define together, those of rule sets that do not act included. What two of them
/// define, of which an office chooses one, is there once; nothing, where it does not fit together all the same.
pub fn registers_of_all(host: &Host, snapshot: Arc<dyn Snapshot>) -> Registers {
    let scope = Scope { generation: host.generation(), snapshot, depth: 0 };
    let mut definitions = Vec::new();
    let mut taken = BTreeSet::new();
    for handler in host.installed().iter().filter(|handler| handler.point == point::RegisterDefine::ID) {
        let Ok(answer) = host.invoke(handler, Vec::new(), &scope, &mut NoServices) else {
            return Registers::default();
        };
        definitions.extend(answer.items().iter().map(|value| Definition {
            plugin: handler.plugin.id.clone(),
            file: handler.source.file.clone(),
            line: handler.source.line,
            value: once(value, &mut taken),
        }));
    }
    Registers::read(&definitions).unwrap_or_default()
}

/// An extension without what others have added to the register already.
fn once(value: &Value, taken: &mut BTreeSet<(String, &'static str, Key)>) -> Value {
    let (Value::Map(map), Some(register)) = (value, value.get("extends").as_str()) else {
        return value.clone();
    };
    let mut map = map.clone();
    for section in ["fields", "measures", "pools"] {
        if let Some(Value::Map(named)) = map.get_mut(section) {
            named.retain(|name, _| taken.insert((register.to_owned(), section, name.clone())));
        }
    }
    Value::Map(map)
}

struct Looked<'a> {
    handler: &'a Handler,
    registers: &'a Registers,
}

impl Looked<'_> {
    fn warnings(&self) -> Vec<Warning> {
        let mut found = Vec::new();
        let mut tell = |message: String| found.push(self.warning(message));
        let named: Vec<&str> = self.handler.words("register").collect();
        let mut of: Vec<&Register> = Vec::new();
        for name in &named {
            match self.registers.get(name) {
                Some(register) => of.push(register),
                None => {
                    let hint = nearest(name, self.registers.by_id.keys().map(String::as_str));
                    tell(format!("there is no register \"{name}\"{hint}; the handler is never called"));
                }
            }
        }
        if named.is_empty() {
            of.extend(self.registers.by_id.values().map(|register| &**register));
        }
        // One that is not there was told of, and an open one takes any action and field.
        if of.is_empty() || of.iter().any(|register| register.open) {
            return found;
        }
        let whose = if named.is_empty() { "any register".to_owned() } else { named.join(", ") };
        let known: BTreeSet<&str> =
            of.iter().flat_map(|register| register.actions.keys().map(String::as_str)).collect();
        for action in self.handler.words("action") {
            if !known.contains(action) && !OWN_ACTIONS.contains(&action) {
                let hint = nearest(action, known.iter().copied());
                tell(format!(
                    "there is no action \"{action}\" in {whose}{hint}; the handler is never called for it"
                ));
            }
        }
        let measures: BTreeSet<&str> =
            of.iter().flat_map(|register| register.measures.keys().map(String::as_str)).collect();
        for measure in self.handler.words("measure").filter(|measure| !measures.contains(measure)) {
            let hint = nearest(measure, measures.iter().copied());
            tell(format!(
                "there is no measure \"{measure}\" in {whose}{hint}; add it to the register, or name one that is there"
            ));
        }
        if ABOUT_RECORDS.contains(&self.handler.point) {
            self.fields(&of, &whose, &mut tell);
        }
        found
    }

    /// The fields that `match` and `account` name.
    fn fields(&self, of: &[&Register], whose: &str, tell: &mut dyn FnMut(String)) {
        let actions: Vec<&str> = self.handler.words("action").collect();
        let mut known = BTreeSet::from(FRAME);
        let mut choices: Vec<(&str, Vec<&str>)> = Vec::new();
        for register in of {
            let forms = register
                .actions
                .iter()
                .filter(|(name, _)| actions.is_empty() || actions.contains(&name.as_str()));
            let fields = register.fields.iter().chain(forms.flat_map(|(_, action)| action.form.iter()));
            for (name, field) in fields {
                known.insert(name);
                let words = field.is_choice().then(|| field.of.iter().map(String::as_str).collect());
                choices.push((name, words.unwrap_or_default()));
            }
            choices.push(("stage", register.stages.iter().map(|stage| stage.id.as_str()).collect()));
        }
        for (name, value) in self.handler.option("match").as_map().into_iter().flatten() {
            if !known.contains(&**name) {
                let hint = nearest(name, known.iter().copied());
                tell(format!(
                    "`match` names \"{name}\", which is no field of {whose} or of its action{hint}"
                ));
                continue;
            }
            let words: Vec<_> =
                choices.iter().filter(|(of, _)| *of == &**name).map(|(_, words)| words).collect();
            // A field that takes any text somewhere takes any here.
            if words.iter().any(|words| words.is_empty()) {
                continue;
            }
            let may_be: BTreeSet<&str> = words.into_iter().flatten().copied().collect();
            for word in value.items().iter().filter_map(Value::as_str).filter(|word| !may_be.contains(word)) {
                let hint = nearest(word, may_be.iter().copied());
                tell(format!("`match` wants {name} = \"{word}\", which it never is{hint}"));
            }
        }
        if let Some(account) =
            self.handler.option("account").as_str().filter(|account| !known.contains(account))
        {
            let hint = nearest(account, known.iter().copied());
            tell(format!(
                "`account` names \"{account}\", which is no field of {whose} or of its action{hint}"
            ));
        }
    }

    fn warning(&self, message: String) -> Warning {
        Warning {
            file: self.handler.source.file.clone(),
            line: self.handler.source.line,
            plugin: self.handler.plugin.id.clone(),
            kind: WarningKind::UnknownName,
            message,
        }
    }
}
