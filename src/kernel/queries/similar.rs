//! Records that resemble one, as plugins find them; what a person may not see is not among them.

use crate::{
    access::Principal,
    error::KernelError,
    office::{Office, OfficeGeneration},
    queries::{OfficeView, read_calls::ReadCalls},
};
use registrar_contract::payload::point;
use registrar_domain::{ReadTx, Record};
use registrar_host::{Caller, Fault, Scope, Services};
use registrar_sdk::native::Typed;
use registrar_sdk::{Map, Value};
use serde::Serialize;
use std::collections::BTreeMap;

/// A record that resembles another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SimilarRecord {
    /// Its register.
    pub register: String,
    /// Its id.
    pub record: String,
    /// From 0 (nothing in common) to 1 (the same).
    pub score: f64,
    /// What they share: `here`, `there` (field, from, to in characters from 1) and `text`.
    pub passages: Value,
    /// The plugin that found it.
    pub plugin: String,
}

/// What was found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SimilarPage {
    /// The records, the most alike first.
    pub similar: Vec<SimilarRecord>,
    /// Plugins that failed: what they would have found is missing.
    pub skipped: Vec<Fault>,
}

impl OfficeView<'_> {
    /// The records that resemble one, among those that they may see.
    ///
    /// # Errors
    /// An unknown register or record, or one that they may not see.
    pub fn similar(&self, register: &str, record: &str) -> Result<SimilarPage, KernelError> {
        let plan = self.office.plan()?;
        let known = self.record(register, record)?;
        self.office.similar_to(&plan, self.by, &*self.office.read()?, &known)
    }

    /// The records that resemble what they are filling in for a new one.
    ///
    /// # Errors
    /// An unknown register, or one that they may not open.
    pub fn similar_to_draft(&self, register: &str, fields: Map) -> Result<SimilarPage, KernelError> {
        let plan = self.office.plan()?;
        let (definition, _) = self.opened(register)?;
        let mut draft = Record::new(&definition, "");
        draft.fields.extend(fields.into_iter().filter(|(name, _)| definition.fields.contains_key(&**name)));
        self.office.similar_to(&plan, self.by, &*self.office.read()?, &draft)
    }
}

impl Office {
    /// The same for a record at hand.
    pub(crate) fn similar_to(
        &self,
        plan: &OfficeGeneration,
        principal: &Principal,
        tx: &dyn ReadTx,
        record: &Record,
    ) -> Result<SimilarPage, KernelError> {
        let scope = Scope { generation: plan.generation.clone(), snapshot: self.snapshot(), depth: 0 };
        let mut services = SimilarSearch { office: self, plan, principal, tx };
        let outcome =
            self.host().dispatch(point::RecordSimilar::ID, vec![record.to_value()], &scope, &mut services)?;
        // Several plugins may find the same record: the one that finds more of it is shown.
        let mut best: BTreeMap<(String, String), SimilarRecord> = BTreeMap::new();
        for step in &outcome.steps {
            for one in step.answer.items() {
                let text = |key: &str| one.get(key).as_str().map(str::to_owned);
                let similar = SimilarRecord {
                    register: text("register").unwrap_or_else(|| record.register.clone()),
                    record: text("record").unwrap_or_default(),
                    score: one.get("score").as_f64().unwrap_or(0.0),
                    passages: one.get("passages").clone(),
                    plugin: step.handler.plugin.id.clone(),
                };
                if (&similar.register, &similar.record) == (&record.register, &record.id)
                    || !services.may_see(&similar)?
                {
                    continue;
                }
                let key = (similar.register.clone(), similar.record.clone());
                if best.get(&key).is_none_or(|known| known.score < similar.score) {
                    best.insert(key, similar);
                }
            }
        }
        let mut similar: Vec<SimilarRecord> = best.into_values().collect();
        similar.sort_by(|a, b| b.score.total_cmp(&a.score));
        Ok(SimilarPage { similar, skipped: outcome.skipped })
    }
}

// Reads with the rights of whoever looks.
struct SimilarSearch<'a> {
    office: &'a Office,
    plan: &'a OfficeGeneration,
    principal: &'a Principal,
    tx: &'a dyn ReadTx,
}

impl SimilarSearch<'_> {
    // A plugin may keep an index of everything; what it names is checked all the same.
    fn may_see(&self, similar: &SimilarRecord) -> Result<bool, KernelError> {
        let Ok(register) = self.plan.registers.find(&similar.register) else { return Ok(false) };
        let record = self.tx.record(&similar.register, &similar.record)?.map(|r| register.present(r));
        Ok(record.is_some_and(|record| self.principal.may_see(register, &record)))
    }
}

impl Services for SimilarSearch<'_> {
    fn call(&mut self, name: &str, _: &Caller<'_>, args: &[Value]) -> Result<Value, String> {
        ReadCalls { office: self.office, plan: self.plan, principal: self.principal, tx: self.tx }
            .call(name, args)
    }
}
