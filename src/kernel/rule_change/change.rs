//! How changed rules come to count: looked at, approved where the office says so, taken, told.

use crate::{
    access::Principal,
    action::{Act, ActError},
    error::KernelError,
    office::Office,
    rule_change::{
        approval::Approval,
        kept_rules::{RulesNotTaken, forget_recipes, keep_recipe, rules_of},
        ledger_service::LedgerService,
    },
};
use registrar_domain::{
    Actor,
    reserved::{APPROVE, OFFICE, TAKEN},
};
use registrar_host::{Candidate, Generation, GenerationManifest};
use registrar_ledger::{
    Effect, Ledger, Progress, RecomputePhase, RuleGeneration, effect::compare::compare,
    rebuild::serving_ledger::ServingLedger,
};
use registrar_sdk::{Value, value::Map};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};
use tracing::{error, info, warn};

/// Rules that were taken, and what they did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RulesTaken {
    /// The event that says so.
    pub event: String,
    /// The day.
    pub on: String,
    /// Who approved them, where that is needed.
    pub approved_by: Option<String>,
    /// The plugins that differ, with the hashes of their files before and after; absent: not there.
    pub plugins: BTreeMap<String, (Option<String>, Option<String>)>,
    /// What they did to the figures.
    pub effect: Effect,
}

/// The key of the note that tells the last change.
const LAST: &str = "rules-taken";

impl LedgerService {
    /// What the rules of a candidate would do, for who sees the whole office. Changes nothing.
    ///
    /// # Errors
    /// It is not for them, the store failed, its registers don't fit together, or a handler of it depends on more than
    /// its arguments.
    pub fn preview(
        &self,
        by: &Principal,
        candidate: &Candidate,
        progress: Progress<'_>,
    ) -> Result<Effect, KernelError> {
        let office = self.office();
        office.as_principal(by).whole("what rules would do to the figures")?;
        let rules = rules_of(office, &candidate.generation)?;
        let again = office.host().again(candidate).map_err(KernelError::Registers)?;
        if let Some(why) = self.ledger().impure(&**office, &rules, &rules_of(office, &again)?)? {
            return Err(KernelError::refused(why));
        }
        Ok(self.ledger().effect(&**office, &rules, progress)?)
    }

    /// The hash of changed rules that wait for approval.
    pub fn waiting(&self) -> Option<String> {
        self.wanted().waiting.clone()
    }

    /// The plugins by whose rules figures count; others may serve already, and wait.
    pub fn counting(&self) -> Arc<Generation> {
        self.ledger().rules().generation
    }

    /// Who must approve changed rules.
    ///
    /// # Errors
    /// The store failed.
    pub fn approval(&self) -> Result<Approval, KernelError> {
        Ok(Approval::of(&*self.office().read()?)?)
    }

    /// Approves the rules that wait, and counts by them. `only` is what their hash must begin with.
    ///
    /// # Errors
    /// Nothing waits or something else than what is meant, `by` may not approve, or the rules fail.
    pub fn approve(
        &self,
        by: &Actor,
        only: Option<&str>,
        progress: Progress<'_>,
    ) -> Result<Effect, ActError> {
        let office = self.office();
        let rules = RuleGeneration::from(&*office.plan()?);
        let refuse = |why: String| Err(KernelError::refused(why).into());
        if rules.hash == self.ledger().rules().hash {
            return refuse("no changed rules wait for approval".to_owned());
        }
        if let Some(only) = only.filter(|only| !rules.hash.starts_with(only)) {
            return refuse(format!(
                "what waits now is {}, not {only}; look at it with `registrar preview`",
                rules.hash
            ));
        }
        let act = Act {
            register: OFFICE.into(),
            record: Some(rules.hash.clone()),
            action: APPROVE.into(),
            by: by.clone(),
            ..Act::default()
        };
        office.rehearse(&act)?;
        let effect = self.ledger().effect(&**office, &rules, progress)?;
        if let Some(first) = effect.unscored.first() {
            return refuse(format!("rules that fail can't be approved: {first}"));
        }
        office.act(act)?;
        match self.take_rules(progress) {
            Ok(_) => Ok(effect),
            Err(RulesNotTaken::Kernel(why)) => Err(why.into()),
            Err(why) => refuse(format!("approved, but {why}")),
        }
    }

    /// The last change of the rules, and what it did, for who sees the whole office.
    ///
    /// # Errors
    /// It is not for them, or the store failed.
    pub fn last_change(&self, by: &Principal) -> Result<Option<RulesTaken>, KernelError> {
        self.office().as_principal(by).whole("what rules did to the figures")?;
        let noted = self.office().host().noted(LAST).map_err(KernelError::refused)?;
        let read = |text: String| {
            serde_json::from_str(&text).map_err(|why| {
                KernelError::refused(format!("the note of the last change can't be read: {why}"))
            })
        };
        noted.map(read).transpose()
    }

    /// Takes rules, if the office lets them count. Says whether the log was replayed.
    pub(crate) fn take(&self, rules: RuleGeneration, progress: Progress<'_>) -> Result<bool, RulesNotTaken> {
        let office = self.office();
        let _one_at_a_time = self.taking();
        let ledger = self.ledger();
        let now = ledger.rules();
        let approval = Approval::of(&*office.read()?).map_err(KernelError::from)?;
        if now.hash != rules.hash && !approval.lets(&rules.hash) {
            let new = self.wanted().waiting.replace(rules.hash.clone()).as_ref() != Some(&rules.hash);
            if new {
                let role = approval.role.unwrap_or_default();
                warn!(office = %office.name, rules = %rules.hash, role, "Changed rules wait for approval; `registrar preview` shows what they do.");
            }
            return Ok(false);
        }
        self.wanted().waiting = None;
        // What came in meanwhile is no effect of the rules.
        ledger.catch_up(&**office)?;
        keep_recipe(office, &rules);
        let before = ledger.serving();
        let replayed = ledger.rebuild(&**office, rules, progress)?;
        if replayed {
            tell(office, ledger, &before, approval.by(&ledger.rules().hash));
            RecomputePhase::Sweeping.begins();
            drop(before);
        }
        Ok(replayed)
    }
}

// The rules count already: what fails here is only not told.
fn tell(office: &Office, ledger: &Ledger, before: &ServingLedger, approved_by: Option<&str>) {
    let after = ledger.serving();
    let told = compare(office, before, &after).map_err(KernelError::from).and_then(|effect| {
        info!(office = %office.name, rules = %effect.after, "Changed rules count: {}.", effect.summary());
        let plugins = changes(&before.rules.generation.recipe, &after.rules.generation.recipe);
        note_taken(office, effect, plugins, approved_by)?;
        Ok(ledger.catch_up(office).map(drop)?)
    });
    if let Err(why) = told {
        error!(office = %office.name, "The rules changed, but what they did could not be noted: {why}");
    }
    forget_recipes(office, &after.rules.hash);
}

fn note_taken(
    office: &Office,
    effect: Effect,
    plugins: BTreeMap<String, (Option<String>, Option<String>)>,
    approved_by: Option<&str>,
) -> Result<(), KernelError> {
    let hash = |hash: &Option<String>| hash.as_ref().map_or(Value::Nil, Value::text);
    let line = |(id, (before, after)): (&String, &(Option<String>, Option<String>))| {
        (id.clone(), Value::map([("before", hash(before)), ("after", hash(after))]))
    };
    let mut fields = Map::from([
        ("before".into(), Value::text(&effect.before)),
        ("plugins".into(), Value::map(plugins.iter().map(line))),
        ("effect".into(), Value::text(effect.summary())),
    ]);
    if let Some(by) = approved_by {
        fields.insert("approved_by".into(), Value::text(by));
    }
    let done = office.act(Act {
        register: OFFICE.into(),
        record: Some(effect.after.clone()),
        action: TAKEN.into(),
        by: Actor::Operator,
        fields,
        ..Act::default()
    });
    let refused = |why: &dyn std::fmt::Display| KernelError::refused(why.to_string());
    let events = done.map_err(|why| refused(&why))?.events;
    let event = events.first().ok_or_else(|| KernelError::refused("no event was logged"))?;
    let taken = RulesTaken {
        event: event.id.clone(),
        on: event.on.to_string(),
        approved_by: approved_by.map(str::to_owned),
        plugins,
        effect,
    };
    let text = serde_json::to_string(&taken).map_err(|why| refused(&why))?;
    office.host().note(LAST, Some(&text)).map_err(KernelError::refused)
}

fn changes(
    before: &GenerationManifest,
    after: &GenerationManifest,
) -> BTreeMap<String, (Option<String>, Option<String>)> {
    let of = |recipe: &GenerationManifest, id: &String| recipe.plugins.get(id).map(|(hash, _)| hash.clone());
    let ids = before.plugins.keys().chain(after.plugins.keys());
    let pairs = ids.map(|id| (id.clone(), (of(before, id), of(after, id))));
    pairs.filter(|(_, (before, after))| before != after).collect()
}
