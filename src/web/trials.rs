//! What the rules that wait would do, kept for a while.

use crate::served_office::ServedOffice;
use registrar_domain::OfficeKey;
use registrar_host::Fault;
use registrar_kernel::{KernelError, access::Principal, figures::Effect};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// How long what changed rules would do is taken as known: it takes as long as scoring anew what they
/// touch, and pages are renewed whenever something happens.
const KNOWN: Duration = Duration::from_secs(60);

/// What the rules that wait would do, in each office, as last looked at.
#[derive(Default)]
pub struct Trials(Mutex<HashMap<OfficeKey, KnownTrial>>);

/// Of which rules, since when, and what.
type KnownTrial = (String, Instant, Arc<Trial>);

impl Trials {
    /// Of an office and the rules that wait there, by their hash; nothing for who does not see all figures.
    pub fn of(&self, served: &ServedOffice, by: &Principal, waiting: &str) -> Option<Arc<Trial>> {
        // What is known was looked at for somebody else.
        if !by.sees_all() {
            return None;
        }
        // Held while it is reckoned, so that it is reckoned once, however many look.
        let mut known = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let found = known.get(&served.office.key());
        if let Some((_, _, trial)) =
            found.filter(|(hash, since, _)| hash == waiting && since.elapsed() < KNOWN)
        {
            return Some(trial.clone());
        }
        let trial = Arc::new(trial(served, by));
        known.insert(served.office.key(), (waiting.to_owned(), Instant::now(), trial.clone()));
        Some(trial)
    }
}

/// What changed rules would do, or why they can't be looked at.
pub enum Trial {
    Effect(Box<Effect>),
    Faults(Vec<Fault>),
    Refused(String),
}

fn trial(served: &ServedOffice, by: &Principal) -> Trial {
    match served.office.host().candidate() {
        Err(faults) => Trial::Faults(faults),
        Ok(candidate) => match served.ledger.preview(by, &candidate, &|_, _| {}) {
            Ok(effect) => Trial::Effect(Box::new(effect)),
            Err(KernelError::Registers(faults)) => Trial::Faults(faults),
            Err(error) => Trial::Refused(error.to_string()),
        },
    }
}
