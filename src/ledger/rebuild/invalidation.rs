//! Which events a change of rules touches, so that only those are scored again, by the handlers that
//! are new alone: what others made of them stays.
//!
//! A page says of each event which handlers were asked about it. A handler that is gone or has other
//! sources touches the events it was asked about; a new one, those that its register, actions and days
//! admit. Records of a register with `score.reconcile` handlers, and such as do not fit into rows, are
//! scored again whole.

use crate::{
    batch::deriver::{DerivationScope, DerivedPage, DerivedRun, Deriver, PickedEvents, RecordRange},
    error::LedgerError,
    model::{
        interner::{Code, Interner},
        page::{
            EncodedPage, Item, Page, PageEntry,
            amend::{Amended, Amendment},
            day_of,
        },
        storage::{LedgerRead, LedgerStore},
    },
    periods::dependencies::{FigureSource, SourceChange},
    scoring::{
        batch_scorer::{asked_as, asked_of},
        scoring_context::RuleGeneration,
    },
};
use registrar_contract::payload::point;
use registrar_domain::ReadTx;
use registrar_host::Handler;
use registrar_sdk::Value;
use registrar_sdk::native::Typed;
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::Instant,
};

const POST: &str = point::ScorePost::ID;
/// Pages that are looked at to tell how much a change touches.
const LOOKED_AT: usize = 16;
const PERIODIC: [&str; 2] = [point::ScorePeriod::ID, point::QuotaTarget::ID];

/// What a change of rules does to figures of events, and of periods.
#[derive(Default)]
pub(crate) struct Touch {
    /// Handlers that are asked no more as they were.
    gone: BTreeSet<String>,
    /// Handlers that are new where nobody was who was asked about the same.
    fresh: Vec<Arc<Handler>>,
    /// Those of them that are there again with other sources: for what nobody knows was asked.
    changed: Vec<Arc<Handler>>,
    /// Handlers that were not asked as they are now.
    new: BTreeSet<String>,
    /// Whether periods are scored by other rules.
    pub periods: bool,
}

impl Touch {
    /// What is touched if one set of rules takes the place of another; `None`: everything.
    pub fn between(old: &RuleGeneration, new: &RuleGeneration) -> Option<Touch> {
        if same_registers(old, new).is_none()
            || !same_terms(old, new)
            || handlers(old, point::ScoreReconcile::ID) != handlers(new, point::ScoreReconcile::ID)
        {
            return None;
        }
        let (before, after) = (by_name(old), by_name(new));
        let mut touch = Touch::default();
        for (name, handler) in &before {
            let heir = after.get(name);
            if heir.is_none_or(|heir| asked_of(heir) != asked_of(handler)) {
                touch.gone.insert(asked_of(handler));
                touch.changed.push(handler.clone());
            }
        }
        for (name, handler) in &after {
            let known = before.get(name);
            if known.is_some_and(|known| asked_of(known) == asked_of(handler)) {
                continue;
            }
            touch.new.insert(asked_of(handler));
            // Asked about the same as the one before, which says what that was.
            let same = known.is_some_and(|known| known.options == handler.options);
            if same { &mut touch.changed } else { &mut touch.fresh }.push(handler.clone());
        }
        // One that shares a rule's name decides whether others of that name are asked.
        let named = touch.fresh.iter().chain(&touch.changed).any(|handler| {
            let moved = before.get(&handler.key()).is_none_or(|known| known.options != handler.options);
            moved && !handler.option("rule").is_nil()
        });
        let moved = before.keys().any(|name| !after.contains_key(name));
        if named || (moved && before.values().any(|handler| !handler.option("rule").is_nil())) {
            return None;
        }
        touch.periods = PERIODIC.iter().any(|point| handlers(old, point) != handlers(new, point));
        Some(touch)
    }

    /// Whether a record's event is touched.
    fn touches(
        &self,
        item: &Item<'_>,
        entry: &PageEntry,
        names: &Interner,
        known: &mut AskedHandlers,
    ) -> bool {
        let asked = *known.entry(entry.asked).or_insert_with(|| {
            let asked = names.text(entry.asked)?;
            let mut handlers = asked.trim_start_matches('?').split(' ');
            Some(handlers.any(|handler| self.gone.contains(handler)))
        });
        let admitted = |handler: &Arc<Handler>| admitted(handler, item, entry.action, entry.on, names);
        asked == Some(true)
            || self.fresh.iter().any(admitted)
            || (asked.is_none() && self.changed.iter().any(admitted))
    }

    /// Whether so much of a ledger is touched that deriving all of it costs less: told by some of its
    /// pages.
    ///
    /// # Errors
    /// The store failed.
    pub fn most(&self, ledger: &dyn LedgerStore) -> Result<bool, LedgerError> {
        let names = ledger.names();
        let read = ledger.read()?;
        let pages = read.pages()?;
        let (mut touched, mut all, mut known) = (0, 0, AskedHandlers::new());
        for (first, _) in pages.iter().step_by((pages.len() / LOOKED_AT).max(1)) {
            let page = read.page(*first)?;
            for item in page.items() {
                let entries = item.entries.iter();
                touched += entries.filter(|entry| self.touches(&item, entry, &names, &mut known)).count();
            }
            all += page.entries.len();
        }
        Ok(touched * 2 > all)
    }

    /// Scores again what is touched in the page with these keys of a ledger, whose names the deriver
    /// has, but for records that changed later than the ledger. Gives the page, whether anything is
    /// touched or not.
    pub fn derive(
        &self,
        deriver: &mut Deriver<'_>,
        log: &dyn ReadTx,
        (ledger, later): (&dyn LedgerRead, &BTreeSet<u64>),
        run: RecordRange,
    ) -> Result<DerivedPage, LedgerError> {
        let began = Instant::now();
        let names = deriver.names();
        let stored = ledger.packed_page(run.0)?;
        let page = Page::read(&stored.bytes)?;
        let asked = |handler: &Handler| self.new.contains(&asked_of(handler));
        let picked = self.pick(deriver, &page, later, &asked);
        if picked.events.is_empty() && picked.whole.is_empty() {
            return Ok(DerivedPage { packed: Some(stored), ..DerivedPage::default() });
        }
        let read = began.elapsed();
        let DerivedRun { rows, whole, odd, by_hand, mut unscored, mut timings } =
            deriver.run(log, &DerivationScope::Picked(picked))?;
        timings.read += read;
        let began = Instant::now();
        let known = RefCell::new(HashMap::new());
        let gone = |rule: Code| {
            let known = &mut *known.borrow_mut();
            let gone = || names.rule_of(rule).is_some_and(|rule| self.gone.contains(&asked_as(&rule)));
            *known.entry(rule).or_insert_with(gone)
        };
        let amendment = Amendment { rows: &rows, whole: &whole, odd: &odd, gone: &gone };
        let Amended { page, before, after, days } = page.amended(&amendment, names)?;
        let packed = EncodedPage { keys: run, ..page.pack_with(names, after)? };
        timings.aggregate += began.elapsed();
        let began = Instant::now();
        let in_rows = |key: u64| rows.records.binary_search_by_key(&key, |record| record.key).is_ok();
        // What was scored the long way was scored by single calls already.
        let is_in = |keys: &[u64], key: u64| keys.binary_search(&key).is_ok();
        let anew = |key: u64| in_rows(key) || (is_in(&odd, key) && !is_in(&by_hand, key));
        unscored.extend(deriver.twice(log, &page, &anew)?);
        timings.single += began.elapsed();
        let changes = days.into_iter().map(|(register, measure, account, first, last)| {
            let text = |code| names.text(code).map_or_else(String::new, |text| text.to_string());
            SourceChange {
                register: text(register),
                account: text(account),
                measure: Some(text(measure)),
                days: (day_of(first), day_of(last)),
                source: FigureSource::EventPostings,
            }
        });
        let changes: Vec<SourceChange> = changes.collect();
        Ok(DerivedPage { packed: Some(packed), before: Some(before), unscored, timings, changes })
    }

    /// What is touched in a page.
    fn pick<'a>(
        &self,
        deriver: &mut Deriver<'_>,
        page: &Page,
        later: &BTreeSet<u64>,
        asked: &'a dyn Fn(&Handler) -> bool,
    ) -> PickedEvents<'a> {
        let names = deriver.names();
        let mut known = AskedHandlers::new();
        let mut parts: HashMap<Code, bool> = HashMap::new();
        let mut picked = PickedEvents { events: Vec::new(), nths: Vec::new(), asked, whole: Vec::new() };
        for item in page.items().filter(|item| !later.contains(&item.record.key)) {
            let mut touched =
                item.entries.iter().filter(|entry| self.touches(&item, entry, names, &mut known)).peekable();
            if touched.peek().is_none() {
                continue;
            }
            let register = || names.text(item.record.register).unwrap_or_else(|| "".into());
            let parts = *parts.entry(item.record.register).or_insert_with(|| deriver.parts(&register()));
            // Nobody knows what was asked about one that was scored the long way.
            if parts && item.entries.iter().all(|entry| entry.asked != 0) {
                let from = picked.events.len();
                let mut entries: Vec<_> = touched.map(|entry| (entry.seq, entry.nth)).collect();
                entries.sort_unstable();
                picked.events.extend(entries.iter().map(|(seq, _)| (item.record.key, *seq)));
                picked.nths.extend(entries.iter().map(|(_, nth)| nth));
                debug_assert!(picked.events[from..].is_sorted());
            } else {
                picked.whole.push((item.record.key, register().to_string(), item.id().to_owned()));
            }
        }
        picked
    }
}

/// Whether a set of asked handlers has one that is gone, by its code; `None`: it is not known who was
/// asked.
type AskedHandlers = HashMap<Code, Option<bool>>;

// Its register, its actions and its days; other options may leave out more.
fn admitted(handler: &Arc<Handler>, item: &Item<'_>, action: Code, on: i32, names: &Interner) -> bool {
    let is = |option: &str, code: Code| names.text(code).is_none_or(|word| handler.admits(option, &word));
    let day = day_of(on).to_string();
    let end = |end: &str| handler.options.at(&format!("effective.{end}")).as_str().map(str::to_owned);
    is("register", item.record.register)
        && is("action", action)
        && end("from").is_none_or(|from| from <= day)
        && end("to").is_none_or(|to| day <= to)
}

fn by_name(rules: &RuleGeneration) -> BTreeMap<String, Arc<Handler>> {
    rules.generation.handlers(POST).into_iter().map(|handler| (handler.key(), handler)).collect()
}

fn handlers(rules: &RuleGeneration, point: &str) -> Vec<(String, Value)> {
    let one = |handler: Arc<Handler>| (asked_of(&handler), Value::clone(&handler.options));
    rules.generation.handlers(point).into_iter().map(one).collect()
}

fn same_registers(old: &RuleGeneration, new: &RuleGeneration) -> Option<()> {
    let ids = |rules: &RuleGeneration| -> Vec<(String, String)> {
        rules.registers.by_id.iter().map(|(id, register)| (id.clone(), register.hash.clone())).collect()
    };
    (ids(old) == ids(new)).then_some(())
}

// When a rule set acts, and whether an overlay's, decides who is asked as its sources do.
fn same_terms(old: &RuleGeneration, new: &RuleGeneration) -> bool {
    let layers = |rules: &RuleGeneration| -> BTreeMap<String, usize> {
        let handlers = rules.generation.handlers(POST).into_iter();
        handlers.map(|handler| (handler.plugin.id.clone(), handler.plugin.layer)).collect()
    };
    let (before, after) = (layers(old), layers(new));
    old.generation.terms == new.generation.terms
        && before.iter().all(|(plugin, layer)| after.get(plugin).is_none_or(|now| now == layer))
}
