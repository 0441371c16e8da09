//! The rules that a ledger counts by, kept so that they can be loaded again; and why others do not count.

use crate::{
    error::KernelError,
    office::{Office, defined::registers_of},
    rule_change::approval::Approval,
};
use registrar_host::{Fault, Generation, GenerationManifest, faults_of};
use registrar_ledger::{Ledger, LedgerError, LedgerShelf, NotSwapped, Progress, RuleGeneration};
use std::sync::Arc;
use tracing::{error, info};

/// Why changed rules do not count.
#[derive(Debug, thiserror::Error)]
pub enum RulesNotTaken {
    /// Something could not be scored by them.
    #[error(transparent)]
    NotSwapped(NotSwapped),
    /// It could not be tried at all.
    #[error(transparent)]
    Kernel(#[from] KernelError),
}

impl From<NotSwapped> for RulesNotTaken {
    fn from(why: NotSwapped) -> RulesNotTaken {
        match why {
            NotSwapped::Ledger(why) => RulesNotTaken::Kernel(why.into()),
            unscored @ NotSwapped::Unscored(_) => RulesNotTaken::NotSwapped(unscored),
        }
    }
}

impl From<LedgerError> for RulesNotTaken {
    fn from(why: LedgerError) -> RulesNotTaken {
        RulesNotTaken::Kernel(why.into())
    }
}

/// The key of the note that tells what rules were made of.
fn recipe_key(rules: &str) -> String {
    format!("recipe {rules}")
}

/// Notes what rules are made of, so that they can be loaded again after a restart.
pub(crate) fn keep_recipe(office: &Office, rules: &RuleGeneration) {
    let text = serde_json::to_string(&*rules.generation.recipe).map_err(|why| why.to_string());
    let kept = text.and_then(|text| office.host().note(&recipe_key(&rules.hash), Some(&text)));
    if let Err(why) = kept {
        error!(office = %office.name, "What the rules are made of could not be kept for a restart: {why}");
    }
}

pub(crate) fn forget_recipes(office: &Office, serving: &str) {
    let serving = recipe_key(serving);
    let old = |key: &String| key.starts_with(&recipe_key("")) && *key != serving;
    for key in office.host().notes().unwrap_or_default().iter().filter(|key| old(key)) {
        // A line too many does no harm.
        let _ = office.host().note(key, None);
    }
}

/// The rules that a ledger counts by, loaded of kept versions.
pub(crate) fn rules_kept(office: &Office, hash: &str) -> Result<RuleGeneration, String> {
    let text = office.host().noted(&recipe_key(hash))?.ok_or("what they are made of was not kept")?;
    let recipe: GenerationManifest = serde_json::from_str(&text).map_err(|why| why.to_string())?;
    let join = |faults: Vec<Fault>| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let candidate = office.host().candidate_by(&recipe).map_err(join)?;
    rules_of(office, &candidate.generation).map_err(|why| why.to_string())
}

pub(crate) fn rules_of(office: &Office, generation: &Arc<Generation>) -> Result<RuleGeneration, KernelError> {
    let registers =
        registers_of(office.host(), generation).map_err(faults_of).map_err(KernelError::Registers)?;
    Ok(RuleGeneration::new(generation.clone(), registers))
}

/// Opens a ledger by the rules that it counted by, where other ones need approval or are to be
/// compared with them; else by those that serve.
pub(crate) fn open(
    office: &Office,
    shelf: Box<dyn LedgerShelf>,
    rules: RuleGeneration,
    progress: Progress<'_>,
) -> Result<Ledger, KernelError> {
    let approval = Approval::of(&*office.read()?)?;
    let choose = |mark: &str| {
        if mark.is_empty() || mark == rules.hash {
            return rules.clone();
        }
        match rules_kept(office, mark) {
            Ok(kept) => kept,
            Err(why) if approval.lets(&rules.hash) => {
                info!(office = %office.name, "The earlier rules can't be loaded, so there is nothing to compare with: {why}");
                rules.clone()
            }
            Err(why) => {
                error!(office = %office.name, "The approved rules can't be loaded, so those that serve count WITHOUT approval: {why}");
                rules.clone()
            }
        }
    };
    let ledger = Ledger::open_by(shelf, office, choose, progress)?;
    keep_recipe(office, &ledger.rules());
    Ok(ledger)
}
