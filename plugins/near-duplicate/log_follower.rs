//! The plugin's handlers: what comes in from the host goes into the index, what is asked is answered.
//!
//! Records come in after each action. Imported ones pass no action, so every question also goes through
//! one page of a register; and a file of the index that was lost or damaged is made good in the same way.

use crate::{
    finder::{Finder, NearDuplicate},
    options::Options,
    segment::RecordKey,
    shelf::Shelf,
    text::{RecordTexts, TextSpan, fields_of},
};
use registrar_sdk::{
    Value,
    native::{Call, LogLevel, Plugin},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, RwLock},
    time::{Duration, Instant},
};

/// How long a call may read files, or go through records: computing, and waiting for the host. Well within the budgets
/// of its point, since an answer comes after.
const OWN: Duration = Duration::from_millis(25);
const WAITED: Duration = Duration::from_millis(500);

/// Makes a host call.
type CallHost<'a> = dyn Fn(&str, &[Value]) -> Result<Value, String> + 'a;

/// The finder and how far it has come.
#[derive(Debug)]
pub struct LogFollower {
    finder: Finder,
    /// The index's files have been looked for.
    found: bool,
    /// It may be written.
    kept: bool,
    /// What came in before the index was read: after a restart the files come first.
    waiting: Vec<(RecordKey, RecordTexts)>,
    /// How far each register was gone through.
    registers: BTreeMap<String, CursorPlace>,
}

#[derive(Debug, Default)]
struct CursorPlace {
    /// The last id of the page before.
    after: String,
    /// It was gone through to its end since the plugin was loaded.
    whole: bool,
    /// The same before the page at hand.
    before: bool,
}

/// What a call may still spend on coming up to date. Decides only how soon all is known.
struct Time {
    begun: Instant,
    waited: Duration,
}

impl Default for Time {
    fn default() -> Time {
        Time { begun: Instant::now(), waited: Duration::ZERO }
    }
}

impl Time {
    /// Waits for the host, which has a budget of its own.
    fn wait<T>(&mut self, ask: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let answer = ask();
        self.waited += begun.elapsed();
        answer
    }

    fn is_up(&self) -> bool {
        self.waited > WAITED || self.begun.elapsed().saturating_sub(self.waited) > OWN
    }
}

/// Registers the plugin's handlers.
///
/// # Errors
/// A setting outside its limits.
pub fn register(plugin: &mut Plugin<'_>) -> Result<(), String> {
    let desk = Arc::new(RwLock::new(LogFollower::new(Options::of(plugin.settings())?)));
    // What a panic in another call left behind is an index all the same: each change is whole by itself.
    fn write(desk: &RwLock<LogFollower>) -> std::sync::RwLockWriteGuard<'_, LogFollower> {
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

impl LogFollower {
    /// With an empty index.
    pub fn new(options: Options) -> LogFollower {
        let registers = options.registers.iter().map(|name| (name.clone(), CursorPlace::default())).collect();
        LogFollower { finder: Finder::new(options), found: false, kept: true, waiting: vec![], registers }
    }

    /// The finder.
    pub fn finder(&self) -> &Finder {
        &self.finder
    }

    /// Reads some more of the index's files, or else takes in a page of each register. What is to be
    /// logged comes back: nothing here makes a question fail.
    pub fn catch_up(&mut self, record: &Value, ask: &CallHost<'_>) -> Vec<(LogLevel, String)> {
        if let Some(register) = record.get("register").as_str() {
            self.registers.entry(register.to_owned()).or_default();
        }
        let mut lines = Vec::new();
        if self.read_files(ask, &mut lines) {
            for register in self.registers.keys().cloned().collect::<Vec<_>>() {
                self.go_through(&register, ask, &mut lines);
            }
        }
        lines
    }

    /// Takes in the next page of a register; as long as it was not gone through to its end, as many
    /// as there is time for.
    fn go_through(&mut self, register: &str, ask: &CallHost<'_>, lines: &mut Vec<(LogLevel, String)>) {
        let mut time = Time::default();
        loop {
            let page = time.wait(|| self.page(register, ask));
            let records = match page {
                Ok(records) if records.is_empty() => return,
                Ok(records) => records,
                Err(why) => {
                    lines.push((LogLevel::Debug, format!("{register} was not gone through: {why}")));
                    return;
                }
            };
            for (at, record) in records.iter().enumerate() {
                self.put(record);
                if time.is_up() && at + 1 < records.len() {
                    let place = self.registers.entry(register.to_owned()).or_default();
                    place.after = record.get("id").as_str().unwrap_or_default().to_owned();
                    place.whole &= place.before;
                    break;
                }
            }
            let place = self.registers.entry(register.to_owned()).or_default();
            place.before = place.whole;
            if place.whole {
                return;
            }
            if time.is_up() {
                let after = &place.after;
                let text = format!("{register} was gone through as far as {after}: answers may miss records");
                lines.push((LogLevel::Warn, text));
                return;
            }
        }
    }

    /// Reads files until a call has read enough. True when all are read.
    fn read_files(&mut self, ask: &CallHost<'_>, lines: &mut Vec<(LogLevel, String)>) -> bool {
        let mut shelf = HostShelf(ask);
        if !self.found {
            self.found = true;
            if let Err(why) = self.finder.find(&mut shelf) {
                // Without a look at what is there nothing may be written over it.
                self.kept = false;
                let text = format!("the index is kept in memory only, its files can't be listed: {why}");
                lines.push((LogLevel::Warn, text));
            }
        }
        let (mut time, mut damaged) = (Time::default(), Vec::new());
        while self.finder.index().unread() > 0 && !time.is_up() {
            self.finder.read_next(&mut |name| time.wait(|| shelf.read(name)), &mut damaged);
        }
        let line = |why| (LogLevel::Warn, format!("part of the index is made anew from the records: {why}"));
        lines.extend(damaged.into_iter().map(line));
        let left = self.finder.index().unread();
        if left > 0 {
            let text = format!("{left} files of the index are yet to be read: answers may miss records");
            lines.push((LogLevel::Warn, text));
        }
        let whole = self.finder.index().unread() == 0;
        if whole {
            self.waiting.drain(..).for_each(|(key, texts)| self.finder.put(key, &texts));
        }
        whole
    }

    /// The next page of a register; after the last one comes the first.
    fn page(&mut self, register: &str, ask: &CallHost<'_>) -> Result<Vec<Value>, String> {
        let most = self.finder.options().catch_up;
        if most == 0 {
            return Ok(vec![]);
        }
        let after = self.registers.get(register).map_or("", |place| &place.after);
        let of = Value::map([
            ("register", register.into()),
            ("after", after.into()),
            ("limit", Value::Int(most as i64)),
        ]);
        let records = match ask("records", &[of])? {
            Value::List(records) => records,
            _ => vec![],
        };
        let place = self.registers.entry(register.to_owned()).or_default();
        let last = records.last().and_then(|last| last.get("id").as_str());
        match last.filter(|_| records.len() >= most) {
            Some(last) => place.after = last.to_owned(),
            None => {
                // Whoever sees nothing at all has not gone through anything.
                place.whole |= !(records.is_empty() && place.after.is_empty());
                place.after.clear();
            }
        }
        Ok(records)
    }

    fn put(&mut self, record: &Value) {
        if let Some(key) = key_of(record) {
            let texts = self.texts(record);
            self.finder.put(key, &texts);
        }
    }

    fn texts(&self, record: &Value) -> RecordTexts {
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
        ask: &CallHost<'_>,
    ) -> (Vec<(LogLevel, String)>, Result<(), String>) {
        let mut lines = Vec::new();
        let whole = self.read_files(ask, &mut lines);
        let gone = || Some((event.get("register").as_str()?.into(), event.get("record").as_str()?.into()));
        let came = match key_of(record) {
            Some(key) => Some((key, self.texts(record))),
            None => gone().map(|key| (key, RecordTexts::default())),
        };
        if let Some((key, texts)) = came {
            let register = key.0.clone();
            let behind = !self.registers.entry(register.to_string()).or_default().whole;
            match whole {
                true => self.finder.put(key, &texts),
                false => self.waiting.push((key, texts)),
            }
            if whole && behind {
                self.go_through(&register, ask, &mut lines);
            }
        }
        let saved = if whole { self.save(ask) } else { Ok(()) };
        (lines, saved)
    }

    /// Writes what changed, once all was read.
    ///
    /// # Errors
    /// Of the host.
    pub fn save(&mut self, ask: &CallHost<'_>) -> Result<(), String> {
        match self.kept && self.found && self.finder.index().unread() == 0 {
            true => self.finder.save(&mut HostShelf(ask)),
            false => Ok(()),
        }
    }

    /// The records that resemble one, as `record.similar` answers them.
    ///
    /// # Errors
    /// If the record has no register or id.
    pub fn answer(&self, record: &Value, ask: &CallHost<'_>) -> Result<Value, String> {
        let key = key_of(record).ok_or("the record has no `register` or no `id`")?;
        let mut fetch = |register: &str, ids: &[&str]| {
            let ids_value = Value::List(ids.iter().map(Value::text).collect());
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

fn key_of(record: &Value) -> Option<RecordKey> {
    Some((record.get("register").as_str()?.into(), record.get("id").as_str()?.into()))
}

fn texts_of(record: &Value, options: &Options) -> RecordTexts {
    let pairs = record.as_map().into_iter().flatten();
    fields_of(pairs.filter_map(|(key, value)| Some((&**key, value.as_str()?))), &options.fields)
}

fn told(similar: &NearDuplicate, here: &RecordKey) -> Value {
    let span = |span: &TextSpan| {
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
struct HostShelf<'a>(&'a CallHost<'a>);

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
