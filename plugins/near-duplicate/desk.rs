//! The plugin's handlers: what comes in from the host goes into the index, what is asked is answered.
//!
//! Records come in after each action. Imported ones pass no action, so every question also goes through
//! one page of a register; and a file of the index that was lost or damaged is made good in the same way.

use crate::{
    finder::{Finder, Similar},
    options::Options,
    segment::Key,
    shelf::Shelf,
    text::{Span, Texts, fields_of},
};
use registrar_sdk::{
    Value,
    native::{Call, Level, Plugin},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, RwLock},
};

/// Makes a host call.
type Ask<'a> = dyn Fn(&str, &[Value]) -> Result<Value, String> + 'a;

/// The finder and how far it has come.
#[derive(Debug)]
pub struct Desk {
    finder: Finder,
    /// The index's files have been looked for.
    found: bool,
    /// What came in before the index was read: after a restart the files come first.
    waiting: Vec<(Key, Texts)>,
    /// How far each register was gone through.
    registers: BTreeMap<String, Place>,
}

#[derive(Debug, Default)]
struct Place {
    /// The last id of the page before.
    after: String,
    /// It was gone through to its end since the plugin was loaded.
    whole: bool,
}

/// Registers the plugin's handlers.
///
/// # Errors
/// A setting outside its limits.
pub fn register(plugin: &mut Plugin<'_>) -> Result<(), String> {
    let desk = Arc::new(RwLock::new(Desk::new(Options::of(plugin.settings())?)));
    // What a panic in another call left behind is an index all the same: each change is whole by itself.
    fn write(desk: &RwLock<Desk>) -> std::sync::RwLockWriteGuard<'_, Desk> {
        desk.write().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
    let at = desk.clone();
    plugin.on("record.similar", (), move |call: &Call<'_>, args| {
        let record = args.first().map(|view| view.to_value()).unwrap_or_default();
        let ask = |name: &str, args: &[Value]| call.host(name, args);
        write(&at).catch_up(&record, &ask).iter().for_each(|(level, text)| call.log(*level, text));
        at.read().unwrap_or_else(|poisoned| poisoned.into_inner()).answer(&record, &ask)
    })?;
    let at = desk.clone();
    plugin.on("action.after", Value::map([("from", "start".into())]), move |call: &Call<'_>, args| {
        let value = |n: usize| args.get(n).map(|view| view.to_value()).unwrap_or_default();
        let ask = |name: &str, args: &[Value]| call.host(name, args);
        let (lines, done) = write(&at).take_in(&value(0), &value(1), &ask);
        lines.iter().for_each(|(level, text)| call.log(*level, text));
        done
    })?;
    for point in ["plugin.load", "clock.tick"] {
        let at = desk.clone();
        plugin.on(point, (), move |call: &Call<'_>, _| {
            let ask = |name: &str, args: &[Value]| call.host(name, args);
            let mut desk = write(&at);
            desk.catch_up(&Value::Nil, &ask).iter().for_each(|(level, text)| call.log(*level, text));
            desk.save(&ask)
        })?;
    }
    Ok(())
}

impl Desk {
    /// With an empty index.
    pub fn new(options: Options) -> Desk {
        let registers = options.registers.iter().map(|name| (name.clone(), Place::default())).collect();
        Desk { finder: Finder::new(options), found: false, waiting: vec![], registers }
    }

    /// The finder.
    pub fn finder(&self) -> &Finder {
        &self.finder
    }

    /// Reads some more of the index's files, or else takes in a page of each register. What is to be
    /// logged comes back: nothing here makes a question fail.
    pub fn catch_up(&mut self, record: &Value, ask: &Ask<'_>) -> Vec<(Level, String)> {
        if let Some(register) = record.get("register").as_str() {
            self.registers.entry(register.to_owned()).or_default();
        }
        let mut lines = Vec::new();
        if self.read_files(ask, &mut lines) {
            for register in self.registers.keys().cloned().collect::<Vec<_>>() {
                if let Err(why) = self.page(&register, ask) {
                    lines.push((Level::Debug, format!("{register} was not gone through: {why}")));
                }
            }
        }
        lines
    }

    /// Reads files until a call has read enough. True when all are read.
    fn read_files(&mut self, ask: &Ask<'_>, lines: &mut Vec<(Level, String)>) -> bool {
        let mut shelf = HostShelf(ask);
        if !self.found {
            match self.finder.find(&mut shelf) {
                Ok(()) => self.found = true,
                Err(why) => {
                    lines.push((Level::Warn, format!("the index's files can't be listed: {why}")));
                    return false;
                }
            }
        }
        if self.finder.index().unread() > 0 {
            let mut damaged = Vec::new();
            if self.finder.read_some(&mut shelf, &mut damaged) {
                let left = self.finder.index().unread();
                lines.push((
                    Level::Warn,
                    format!("{left} files of the index are yet to be read: answers may miss records"),
                ));
            }
            let line = |why| (Level::Warn, format!("part of the index is made anew from the records: {why}"));
            lines.extend(damaged.into_iter().map(line));
        }
        let whole = self.finder.index().unread() == 0;
        if whole {
            self.waiting.drain(..).for_each(|(key, texts)| self.finder.put(key, &texts));
        }
        whole
    }

    /// Takes in the next page of a register; after the last one comes the first.
    fn page(&mut self, register: &str, ask: &Ask<'_>) -> Result<(), String> {
        let most = self.finder.options().catch_up;
        if most == 0 {
            return Ok(());
        }
        let after = self.registers.get(register).map_or("", |place| &place.after);
        let of = Value::map([
            ("register", register.into()),
            ("after", after.into()),
            ("limit", Value::Int(most as i64)),
        ]);
        let records = ask("records", &[of])?;
        let records = records.as_list().unwrap_or_default();
        let place = self.registers.entry(register.to_owned()).or_default();
        place.after = match records.last().and_then(|last| last.get("id").as_str()) {
            Some(last) if records.len() >= most => last.to_owned(),
            _ => {
                place.whole = true;
                String::new()
            }
        };
        records.iter().for_each(|record| self.put(record));
        Ok(())
    }

    fn put(&mut self, record: &Value) {
        if let Some(key) = key_of(record) {
            let texts = self.texts(record);
            self.finder.put(key, &texts);
        }
    }

    fn texts(&self, record: &Value) -> Texts {
        texts_of(record, self.finder.options())
    }

    /// Takes in what an event made of a record, and writes the index.
    ///
    /// # Errors
    /// If the files can't be written: the event will come again.
    pub fn take_in(
        &mut self,
        event: &Value,
        record: &Value,
        ask: &Ask<'_>,
    ) -> (Vec<(Level, String)>, Result<(), String>) {
        let mut lines = Vec::new();
        let whole = self.read_files(ask, &mut lines);
        let gone = || Some((event.get("register").as_str()?.into(), event.get("record").as_str()?.into()));
        let came = match key_of(record) {
            Some(key) => Some((key, self.texts(record))),
            None => gone().map(|key| (key, Texts::default())),
        };
        if let Some((key, texts)) = came {
            let register = key.0.clone();
            let behind = !self.registers.entry(register.to_string()).or_default().whole;
            match whole {
                true => self.finder.put(key, &texts),
                false => self.waiting.push((key, texts)),
            }
            if whole && behind {
                if let Err(why) = self.page(&register, ask) {
                    lines.push((Level::Debug, format!("{register} was not gone through: {why}")));
                }
            }
        }
        let saved = if whole { self.save(ask) } else { Ok(()) };
        (lines, saved)
    }

    /// Writes what changed, once all was read.
    ///
    /// # Errors
    /// Of the host.
    pub fn save(&mut self, ask: &Ask<'_>) -> Result<(), String> {
        match self.found && self.finder.index().unread() == 0 {
            true => self.finder.save(&mut HostShelf(ask)),
            false => Ok(()),
        }
    }

    /// The records that resemble one, as `record.similar` answers them.
    ///
    /// # Errors
    /// If the record has no register or id.
    pub fn answer(&self, record: &Value, ask: &Ask<'_>) -> Result<Value, String> {
        let key = key_of(record).ok_or("the record has no `register` or no `id`")?;
        let mut fetch = |register: &str, ids: &[&str]| {
            let ids_value = Value::List(ids.iter().map(|id| Value::text(id)).collect());
            let limit = Value::Int(ids.len() as i64);
            let of = Value::map([("register", register.into()), ("id", ids_value), ("limit", limit)]);
            // A register that is gone or closed to whoever asks has nothing to show.
            let Ok(records) = ask("records", &[of]) else { return Ok(vec![]) };
            let one =
                |record: &Value| record.get("id").as_str().map(|id| (id.to_owned(), self.texts(record)));
            Ok(records.as_list().unwrap_or_default().iter().filter_map(one).collect())
        };
        let found = self.finder.similar(&key, &self.texts(record), &mut fetch)?;
        match found.is_empty() {
            true => Ok(Value::Nil),
            false => Ok(Value::List(found.iter().map(|similar| told(similar, &key)).collect())),
        }
    }
}

fn key_of(record: &Value) -> Option<Key> {
    Some((record.get("register").as_str()?.into(), record.get("id").as_str()?.into()))
}

fn texts_of(record: &Value, options: &Options) -> Texts {
    let pairs = record.as_map().into_iter().flatten();
    fields_of(pairs.filter_map(|(key, value)| Some((&**key, value.as_str()?))), &options.fields)
}

fn told(similar: &Similar, here: &Key) -> Value {
    let span = |span: &Span| {
        Value::map([
            ("field", Value::text(&span.field)),
            ("from", Value::Int(span.from as i64)),
            ("to", Value::Int(span.to as i64)),
        ])
    };
    let passages = similar.passages.iter().map(|passage| {
        Value::map([
            ("here", span(&passage.here)),
            ("there", span(&passage.there)),
            ("text", Value::text(&passage.text)),
        ])
    });
    let (register, id) = &similar.key;
    Value::map([
        ("record", Value::text(id)),
        ("register", if *register == here.0 { Value::Nil } else { Value::text(register) }),
        ("score", Value::Num((f64::from(similar.score) * 1000.0).round() / 1000.0)),
        ("passages", Value::List(passages.collect())),
    ])
}

/// The plugin's own folder, through the host.
struct HostShelf<'a>(&'a Ask<'a>);

impl Shelf for HostShelf<'_> {
    fn list(&mut self) -> Result<Vec<String>, String> {
        let names = (self.0)("files.list", &[])?;
        Ok(names.as_list().unwrap_or_default().iter().filter_map(|n| n.as_str().map(str::to_owned)).collect())
    }

    fn read(&mut self, name: &str) -> Result<Vec<u8>, String> {
        match (self.0)("files.read", &[Value::text(name)])? {
            Value::Bytes(bytes) => Ok(bytes.to_vec()),
            other => Err(format!("{name}: the host gave {} in place of bytes", other.kind())),
        }
    }

    fn write(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), String> {
        (self.0)("files.write", &[Value::text(name), Value::Bytes(bytes.into())]).map(|_| ())
    }
}
