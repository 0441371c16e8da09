//! Whether a ledger is what a fresh replay of its log gives.

use crate::{
    error::LedgerError,
    model::{
        posting::Posting,
        storage::{LedgerRead, PostingQuery, Total, Unscored},
    },
    rebuild::{
        derivation::derive_all,
        ledger::{Ledger, held},
    },
    scoring::scoring_context::{LedgerSource, ScoringContext, directory_of},
};
use registrar_domain::{StoreError, Stored};
use registrar_sdk::Amount;
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
    sync::Arc,
};

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerCheck {
    /// The digest of the ledger that serves.
    pub serving: String,
    /// The digest of one derived anew from the log.
    pub replayed: String,
    /// How many postings it has.
    pub postings: u64,
    /// The first few postings that only one of the two has, and sums that are kept and are not theirs.
    pub differences: Vec<String>,
    /// The first few records and periods that only one of the two could not score, and why.
    pub unscored: Vec<String>,
}

impl LedgerCheck {
    /// Whether both have the same postings, and could score the same.
    pub fn passes(&self) -> bool {
        self.serving == self.replayed && self.differences.is_empty() && self.unscored.is_empty()
    }
}

/// How many differences are named.
const NAMED: usize = 5;

impl Ledger {
    /// The digest of the ledger that serves: the same log gives the same, on any machine.
    ///
    /// # Errors
    /// The store failed.
    pub fn digest(&self) -> Result<String, LedgerError> {
        let live = self.live.load_full();
        let read = live.store.read()?;
        Ok(digest(&*read)?.0)
    }

    /// Catches up, derives the ledger anew beside the one that serves, and compares the two.
    ///
    /// # Errors
    /// The store failed.
    pub fn verify(&self, basis: &dyn LedgerSource) -> Result<LedgerCheck, LedgerError> {
        // Nothing is taken in while the two are compared.
        let _writing = held(&self.writing);
        self.catch_up_held(basis)?;
        let live = self.live.load_full();
        let log = basis.store().begin_read(basis.office())?;
        let directory = Arc::new(directory_of(&*log)?);
        let world = ScoringContext::new(basis, live.rules.clone(), directory);
        let aside = self.shelf.aside()?;
        derive_all(&world, &*log, &*aside, &|_, _| {})?;
        let (one, other) = (live.store.read()?, aside.read()?);
        let ((serving, postings), (replayed, _)) = (digest(&*one)?, digest(&*other)?);
        let mut differences = if serving == replayed { Vec::new() } else { differences(&*one, &*other)? };
        differences.extend(sums(&*one, &*other)?);
        let unscored = faults(&one.unscored(None)?, &other.unscored(None)?);
        Ok(LedgerCheck { serving, replayed, postings, differences, unscored })
    }
}

fn digest(ledger: &dyn LedgerRead) -> Stored<(String, u64)> {
    let mut hasher = blake3::Hasher::new();
    let mut count = 0;
    each(ledger, |_, bytes| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
        count += 1;
    })?;
    Ok((hasher.finalize().to_hex().to_string(), count))
}

fn each(ledger: &dyn LedgerRead, mut visit: impl FnMut(&Posting, &[u8])) -> Stored<()> {
    let mut wrong = None;
    ledger.each(&mut |posting| match posting.canonical_bytes() {
        Ok(bytes) => {
            visit(posting, &bytes);
            ControlFlow::Continue(())
        }
        Err(error) => {
            wrong = Some(StoreError::Damaged(format!("a posting of {}: {error}", posting.account)));
            ControlFlow::Break(())
        }
    })?;
    wrong.map_or(Ok(()), Err)
}

fn faults(serving: &[Unscored], replayed: &[Unscored]) -> Vec<String> {
    let only = |which: &str, some: &[Unscored], others: &[Unscored]| -> Vec<String> {
        let same =
            |one: &Unscored, other: &Unscored| Unscored { fault: one.fault.clone(), ..other.clone() } == *one;
        let alone = some.iter().filter(|one| !others.iter().any(|other| same(one, other)));
        alone.map(|one| format!("unscored only in the {which}: {one}")).collect()
    };
    let mut found = only("replay", replayed, serving);
    found.extend(only("ledger that serves", serving, replayed));
    found.truncate(NAMED);
    found
}

/// Sums and days that are kept beside the postings, and are not those of a fresh replay.
fn sums(serving: &dyn LedgerRead, replayed: &dyn LedgerRead) -> Stored<Vec<String>> {
    let registers: BTreeSet<String> = serving.registers()?.into_iter().chain(replayed.registers()?).collect();
    let mut found = Vec::new();
    for register in registers {
        let query = PostingQuery { register: register.clone(), ..PostingQuery::default() };
        let by_span = |ledger: &dyn LedgerRead| ledger.totals_by_span(&query);
        let spans: BTreeSet<_> =
            by_span(serving)?.into_iter().chain(by_span(replayed)?).map(|(_, days)| days).collect();
        // As they are asked for: over spans, and in all.
        for within in spans.into_iter().map(Some).chain([None]) {
            let query = PostingQuery { within, ..query.clone() };
            let kept = |ledger: &dyn LedgerRead| -> Stored<BTreeMap<_, _>> {
                let line = |total: Total| ((total.measure, total.account, total.tag), total.amount);
                let totals = ledger.totals(&query)?.into_iter().map(line);
                Ok(totals.filter(|(_, amount)| *amount != Amount::ZERO).collect())
            };
            let (one, other) = (kept(serving)?, kept(replayed)?);
            let keys: BTreeSet<_> = one.keys().chain(other.keys()).collect();
            for key in keys.into_iter().filter(|key| one.get(*key) != other.get(*key)) {
                let (measure, account, _) = key;
                let days =
                    within.map_or("in all".to_owned(), |(first, last)| format!("from {first} to {last}"));
                let said = |sum: Option<&Amount>| sum.copied().unwrap_or_default();
                found.push(format!(
                    "the sum of {register} {measure} for {account} {days} is kept as {}, and its postings make {}",
                    said(one.get(key)),
                    said(other.get(key))
                ));
            }
        }
        if serving.range(&register)? != replayed.range(&register)? {
            found.push(format!(
                "the days between which {register} has events are kept otherwise than they are"
            ));
        }
    }
    found.truncate(NAMED);
    Ok(found)
}

fn differences(serving: &dyn LedgerRead, replayed: &dyn LedgerRead) -> Stored<Vec<String>> {
    let mut known = BTreeMap::<Vec<u8>, i64>::new();
    each(serving, |_, bytes| *known.entry(bytes.to_vec()).or_default() += 1)?;
    let mut found = Vec::new();
    let mut name = |which: &str, bytes: &[u8]| {
        if found.len() < NAMED {
            found.push(format!("{which}: {}", String::from_utf8_lossy(bytes)));
        }
    };
    each(replayed, |_, bytes| match known.get_mut(bytes) {
        Some(n) if *n > 0 => *n -= 1,
        _ => name("only in the replay", bytes),
    })?;
    for (bytes, _) in known.iter().filter(|(_, n)| **n > 0) {
        name("only in the ledger that serves", bytes);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn unscored(record: &str, fault: &str) -> Unscored {
        Unscored {
            register: "letters".into(),
            record: Some(record.into()),
            period: None,
            measure: None,
            accounts: Vec::new(),
            first: date(2023, 1, 1),
            last: date(2023, 1, 1),
            fault: fault.into(),
        }
    }

    #[test]
    fn what_could_not_be_scored_in_one_of_two_ledgers_is_named_whatever_the_fault_says() {
        let slow = [unscored("1", "ran past its budget of 10 ms"), unscored("2", "failed: x")];
        let other = [unscored("1", "ran past its budget of 12 ms")];
        assert!(faults(&slow[..1], &other).is_empty(), "the same in other words");
        let one_way = faults(&slow, &other);
        assert!(
            one_way.len() == 1 && one_way[0].starts_with("unscored only in the ledger that serves"),
            "{one_way:?}"
        );
        let other_way = faults(&other, &slow);
        assert!(
            other_way.len() == 1 && other_way[0].starts_with("unscored only in the replay"),
            "{other_way:?}"
        );
        let many: Vec<Unscored> = (0..100).map(|n| unscored(&n.to_string(), "x")).collect();
        assert_eq!(faults(&many, &[]).len(), NAMED);
    }
}
