//! An office's ledger, tied to its log: caught up after commits, replayed when rules change.

use super::running::Wake;
use anyhow::Result;
use jiff::civil::Date;
use registrar_host::{Host, Snapshot};
use registrar_kernel::{
    Directory, Event, Ledger, Office, OfficeSnapshot, Period, Record, Registers, Store,
    ledger::{Basis, LedgerShelf, NotSwapped, PostingQuery, Rules},
    office::LedgerHook,
    storage::OfficeKey,
};
use registrar_sdk::{Amount, Value};
use std::{
    collections::BTreeMap,
    sync::{Arc, Weak},
};

/// A ledger and the office it belongs to.
pub struct Books {
    ledger: Ledger,
    // The office holds its books as a hook: a strong pointer would be a ring.
    office: Weak<Office>,
    wake: Wake,
}

/// The office, as its ledger sees it.
pub struct View(pub Arc<Office>);

impl Basis for View {
    fn store(&self) -> &dyn Store {
        self.0.store()
    }

    fn office(&self) -> OfficeKey {
        self.0.key()
    }

    fn host(&self) -> &Host {
        self.0.host()
    }

    fn snapshot(&self, directory: &Arc<Directory>, _: &Arc<Registers>) -> Arc<dyn Snapshot> {
        Arc::new(OfficeSnapshot::new(directory.clone()))
    }
}

impl Books {
    /// Opens the ledger and brings it up to the log.
    ///
    /// # Errors
    /// The store.
    pub fn open(office: &Arc<Office>, shelf: Box<dyn LedgerShelf>, wake: Wake) -> Result<Arc<Books>> {
        let rules = rules(office)?;
        let ledger = Ledger::open(shelf, &View(office.clone()), rules, &|_, _| {})?;
        let books = Arc::new(Books { ledger, office: Arc::downgrade(office), wake });
        office.set_ledger(books.clone());
        Ok(books)
    }

    /// The ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What rings when there is work for the background.
    pub fn wake(&self) -> &Wake {
        &self.wake
    }

    /// Brings the ledger up to the log and to the rules that serve. Says whether it was replayed.
    ///
    /// # Errors
    /// [`NotSwapped`]: the rules before go on counting.
    pub fn refresh(&self) -> Result<bool, NotSwapped> {
        let Some(office) = self.office.upgrade() else { return Ok(false) };
        let view = View(office.clone());
        let replayed = self.ledger.rebuild(&view, rules(&office)?, &|_, _| {})?;
        self.ledger.catch_up(&view)?;
        Ok(replayed)
    }

    fn view(&self) -> Result<View, String> {
        self.office.upgrade().map(View).ok_or_else(|| "the office is closed".to_owned())
    }
}

fn rules(office: &Office) -> Result<Rules, registrar_kernel::KernelError> {
    let plan = office.plan()?;
    Ok(Rules::new(plan.generation.clone(), plan.registers.clone()))
}

impl LedgerHook for Books {
    fn catch_up(&self) -> Result<(), String> {
        self.ledger.catch_up(&self.view()?).map(drop).map_err(|e| e.to_string())
    }

    fn trial(&self, record: &Record, events: &[Event], event: &Event) -> Result<Vec<Value>, String> {
        let view = self.view()?;
        let postings = self.ledger.trial(&view, event, record, events.to_vec());
        let postings = postings.ok_or("the event cannot be scored")?;
        Ok(postings.iter().map(|posting| posting.to_value()).collect())
    }

    fn totals(&self, register: &str, year: i16) -> Result<BTreeMap<String, Amount>, String> {
        let day = |month, day| Date::new(year, month, day).map_err(|e| e.to_string());
        let within = Some((day(1, 1)?, day(12, 31)?));
        let query = PostingQuery { register: register.to_owned(), within, ..PostingQuery::default() };
        let mut sums: BTreeMap<String, Amount> = BTreeMap::new();
        for total in self.ledger.totals(&query).map_err(|e| e.to_string())? {
            add(sums.entry(total.measure).or_default(), total.amount)?;
        }
        Ok(sums)
    }

    fn total(&self, of: &Value) -> Result<Amount, String> {
        let word = |key: &str| of.get(key).as_str().map(str::to_owned);
        let period: Period = word("period").unwrap_or_default().parse().map_err(|e| format!("{e}"))?;
        let query = PostingQuery {
            register: word("register").unwrap_or_default(),
            measure: Some(word("measure").unwrap_or_else(|| "points".into())),
            account: word("account"),
            tag: word("tag"),
            within: Some((period.first(), period.last())),
            ..PostingQuery::default()
        };
        let mut sum = Amount::ZERO;
        for total in self.ledger.totals(&query).map_err(|e| e.to_string())? {
            add(&mut sum, total.amount)?;
        }
        Ok(sum)
    }

    fn committed(&self) {
        self.wake.wake();
    }
}

fn add(sum: &mut Amount, amount: Amount) -> Result<(), String> {
    *sum = sum.checked_add(amount).ok_or("the sum is outside the range of amounts")?;
    Ok(())
}
