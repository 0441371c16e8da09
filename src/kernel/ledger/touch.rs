//! Which records a change of rules touches, so that only those are scored again.
//!
//! A page says of each event which handlers were asked about it. A handler that is gone or has other
//! sources touches the records it was asked about; a new one, those that its register, actions and
//! days admit.

use super::{
    bulk::{Change, Derived, Deriver, Part},
    desk::asked_of,
    names::{Code, Names},
    page::{Item, Packed, Page, Sums, day_of},
    parallel::Run,
    storage::LedgerStore,
    world::{Rules, admits},
};
use crate::{KernelError, storage::ReadTx};
use registrar_host::Handler;
use registrar_sdk::Value;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::Instant,
};

const POST: &str = "score.post";
/// Pages that are looked at to tell how much a change touches.
const LOOKED_AT: usize = 16;
/// How many records may lie between.
const NEAR: u64 = 16;
const PERIODIC: [&str; 2] = ["score.period", "quota.target"];

/// What a change of rules does to figures of events, and of periods.
pub(super) struct Touch {
    /// Handlers that are asked no more as they were.
    gone: BTreeSet<String>,
    /// Handlers that are new where nobody was who was asked about the same.
    fresh: Vec<Arc<Handler>>,
    /// Those of them that are there again with other sources: for what nobody knows was asked.
    changed: Vec<Arc<Handler>>,
    /// Whether periods are scored by other rules.
    pub periods: bool,
}

impl Touch {
    /// What is touched if one set of rules takes the place of another; `None`: everything.
    pub fn between(old: &Rules, new: &Rules) -> Option<Touch> {
        if same_registers(old, new).is_none()
            || !same_terms(old, new)
            || handlers(old, "score.reconcile") != handlers(new, "score.reconcile")
        {
            return None;
        }
        let (before, after) = (by_name(old), by_name(new));
        let mut touch =
            Touch { gone: BTreeSet::new(), fresh: Vec::new(), changed: Vec::new(), periods: false };
        for (name, handler) in &before {
            let heir = after.get(name);
            if heir.is_none_or(|heir| asked_of(heir) != asked_of(handler)) {
                touch.gone.insert(asked_of(handler));
                touch.changed.push(handler.clone());
            }
        }
        for (name, handler) in &after {
            match before.get(name) {
                Some(known) if asked_of(known) == asked_of(handler) => {}
                // Asked about the same as the one before, which says what that was.
                Some(known) if known.options == handler.options => touch.changed.push(handler.clone()),
                _ => touch.fresh.push(handler.clone()),
            }
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

    /// The records of a page that are touched, by key.
    fn records(&self, page: &Page, names: &Names, known: &mut HashMap<Code, Option<bool>>) -> Vec<u64> {
        let touched = |item: &Item<'_>, known: &mut HashMap<Code, Option<bool>>| {
            item.entries.iter().any(|entry| {
                let asked = *known.entry(entry.asked).or_insert_with(|| {
                    let asked = names.text(entry.asked)?;
                    let mut handlers = asked.trim_start_matches('?').split(' ');
                    Some(handlers.any(|handler| self.gone.contains(handler)))
                });
                let admitted =
                    |handler: &Arc<Handler>| admitted(handler, item, entry.action, entry.on, names);
                asked == Some(true)
                    || self.fresh.iter().any(admitted)
                    || (asked.is_none() && self.changed.iter().any(admitted))
            })
        };
        page.items().filter(|item| touched(item, known)).map(|item| item.record.key).collect()
    }

    /// Whether so much of a ledger is touched that deriving all of it costs less: told by some of its
    /// pages.
    ///
    /// # Errors
    /// The store failed.
    pub fn most(&self, ledger: &dyn LedgerStore) -> Result<bool, KernelError> {
        let names = ledger.names();
        let read = ledger.read()?;
        let pages = read.pages()?;
        let (mut touched, mut all, mut known) = (0, 0, HashMap::new());
        for (first, _) in pages.iter().step_by((pages.len() / LOOKED_AT).max(1)) {
            let page = read.page(*first)?;
            touched += self.records(&page, &names, &mut known).len();
            all += page.records.len();
        }
        Ok(touched * 2 > all)
    }

    /// Scores again what is touched in the page with these keys of a ledger, whose names the deriver has.
    pub fn derive(
        &self,
        deriver: &mut Deriver<'_>,
        log: &dyn ReadTx,
        ledger: &dyn LedgerStore,
        run: Run,
    ) -> Result<Derived, KernelError> {
        let began = Instant::now();
        let names = deriver.names();
        let page = ledger.read()?.page(run.0)?;
        let keys = self.records(&page, names, &mut HashMap::new());
        if keys.is_empty() {
            return Ok(Derived::default());
        }
        let read = began.elapsed();
        let touched = |key: u64| keys.binary_search(&key).is_ok();
        let (fresh, unscored, mut timings) =
            deriver.run(log, &Part { stretches: &stretches(&keys), wanted: &touched })?;
        timings.read += read;
        let began = Instant::now();
        let old = page.replaced(&|key| !touched(key), &Page::default());
        let before = Sums::of(&old, names)?;
        let packed = page.replaced(&touched, &fresh).pack_with(names, Sums::of(&fresh, names)?)?;
        let packed = Packed { keys: run, ..packed };
        let mut changes = changes_of(&old, names)?;
        changes.extend(changes_of(&fresh, names)?);
        timings.aggregate += began.elapsed();
        Ok(Derived { packed: Some(packed), before: Some(before), unscored, timings, changes })
    }
}

/// The keys in stretches of those that lie near each other: to pass over a few costs less than to begin
/// anew.
fn stretches(keys: &[u64]) -> Vec<(u64, u64)> {
    let mut stretches: Vec<(u64, u64)> = Vec::new();
    for key in keys {
        match stretches.last_mut() {
            Some(last) if last.1 + NEAR >= *key => last.1 = *key,
            _ => stretches.push((*key, *key)),
        }
    }
    stretches
}

fn changes_of(page: &Page, names: &Names) -> Result<Vec<Change>, KernelError> {
    let mut changes = BTreeSet::new();
    for item in page.items() {
        let register = names.text(item.record.register).unwrap_or_else(|| "".into());
        for posting in item.postings {
            let (first, last) = item.days(names, posting)?;
            let account = names.text(posting.account).unwrap_or_else(|| "".into());
            changes.insert((register.to_string(), account.to_string(), first, last));
        }
    }
    let change = |(register, account, first, last)| (register, account, (day_of(first), day_of(last)));
    Ok(changes.into_iter().map(change).collect())
}

// Its register, its actions and its days; other options may leave out more.
fn admitted(handler: &Arc<Handler>, item: &Item<'_>, action: Code, on: i32, names: &Names) -> bool {
    let is = |option: &str, code: Code| names.text(code).is_none_or(|word| admits(handler, option, &word));
    let day = day_of(on).to_string();
    let end = |end: &str| handler.options.at(&format!("effective.{end}")).as_str().map(str::to_owned);
    is("register", item.record.register)
        && is("action", action)
        && end("from").is_none_or(|from| from <= day)
        && end("to").is_none_or(|to| day <= to)
}

fn by_name(rules: &Rules) -> BTreeMap<String, Arc<Handler>> {
    rules.generation.handlers(POST).into_iter().map(|handler| (handler.key(), handler)).collect()
}

fn handlers(rules: &Rules, point: &str) -> Vec<(String, Value)> {
    let one = |handler: Arc<Handler>| (asked_of(&handler), handler.options.clone());
    rules.generation.handlers(point).into_iter().map(one).collect()
}

fn same_registers(old: &Rules, new: &Rules) -> Option<()> {
    let ids = |rules: &Rules| -> Vec<(String, String)> {
        rules.registers.by_id.iter().map(|(id, register)| (id.clone(), register.hash.clone())).collect()
    };
    (ids(old) == ids(new)).then_some(())
}

// When a rule set acts, and whether an overlay's, decides who is asked as its sources do.
fn same_terms(old: &Rules, new: &Rules) -> bool {
    let layers = |rules: &Rules| -> BTreeMap<String, usize> {
        let handlers = rules.generation.handlers(POST).into_iter();
        handlers.map(|handler| (handler.plugin.id.clone(), handler.plugin.layer)).collect()
    };
    let (before, after) = (layers(old), layers(new));
    old.generation.terms == new.generation.terms
        && before.iter().all(|(plugin, layer)| after.get(plugin).is_none_or(|now| now == layer))
}
