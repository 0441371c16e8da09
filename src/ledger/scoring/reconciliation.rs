//! Has `score.reconcile` look at the postings of packed records: at those that a handler's options let through.
//!
//! A handler's filters choose at the call; where none of them can choose anything, a record needs no call.

use crate::{
    model::{
        interner::{Code, Interner},
        page::{Item, Page},
    },
    scoring::{
        record_scorer::{ScoredRecord, reconcile_all},
        scoring_context::ScoringContext,
    },
};
use registrar_contract::payload::point;
use registrar_domain::{ReadTx, Record, Stored};
use registrar_host::Handler;
use registrar_sdk::Value;
use registrar_sdk::native::Typed;
use std::{collections::HashMap, sync::Arc};

/// The handlers that may look at a register's postings.
pub(crate) struct Reconciliation {
    handlers: Vec<Arc<Handler>>,
    /// By action, measure and tag, whether one of them may look at such a posting.
    known: HashMap<(Code, Code, Code), bool>,
}

impl Reconciliation {
    /// `None` if there is no such handler.
    pub fn of(world: &ScoringContext<'_>, register: &str) -> Option<Reconciliation> {
        let mut handlers = world.handlers(point::ScoreReconcile::ID);
        handlers.retain(|handler| handler.admits("register", register));
        (!handlers.is_empty()).then(|| Reconciliation { handlers, known: HashMap::new() })
    }

    /// A page of whole records of one register as it is once the handlers have seen their postings; gives keys and ids
    /// of those that could not be reconciled, which are to be scored the long way: it names what is wrong, once.
    pub fn apply(
        &mut self,
        (world, log): (&ScoringContext<'_>, &dyn ReadTx),
        (names, register): (&Interner, &str),
        page: Page,
    ) -> Stored<(Page, Vec<(u64, String)>)> {
        let (mut scored, mut values) = (Vec::<ScoredRecord>::new(), Vec::<Option<Value>>::new());
        for item in page.items().filter(|item| self.concerns(names, item)) {
            // In the order in which they were posted.
            let postings = item.postings.iter().map(|posting| item.posting(names, posting));
            scored.push(ScoredRecord {
                key: item.record.key,
                register: register.to_owned(),
                record: item.id().to_owned(),
                entries: item.to_entries(names),
                postings: postings.collect::<Stored<_>>()?,
                unscored: None,
            });
            values.push(world.record(log, register, item.id())?.as_ref().map(Record::to_value));
        }
        if scored.is_empty() {
            return Ok((page, Vec::new()));
        }
        reconcile_all(world, &mut scored, &values);
        let (mut reconciled, mut again) = (Page::default(), Vec::new());
        for ScoredRecord { key, register, record, entries, postings, unscored } in scored {
            if unscored.is_some() {
                again.push((key, record));
            } else {
                reconciled.put_record(names, key, (&register, &record), &entries, &postings)?;
            }
        }
        // By their keys, as the page has them.
        let gone = |key: u64| again.binary_search_by_key(&key, |(key, _)| *key).is_ok();
        Ok((page.replaced(&gone, &reconciled), again))
    }

    /// Whether one of the handlers may look at a record's postings.
    fn concerns(&mut self, names: &Interner, item: &Item<'_>) -> bool {
        item.postings.iter().any(|posting| {
            let action = item.entries.get(posting.entry as usize).map_or(0, |entry| entry.action);
            let of = (action, posting.measure, posting.tag);
            if let Some(known) = self.known.get(&of) {
                return *known;
            }
            let admits = |handler: &Arc<Handler>| {
                let is = |option: &str, code: Code| match names.text(code) {
                    Some(word) => handler.admits(option, &word),
                    None => handler.option(option).is_nil(),
                };
                is("action", action) && is("measure", posting.measure) && is("tag", posting.tag)
            };
            let any = self.handlers.iter().any(admits);
            self.known.insert(of, any);
            any
        })
    }
}
