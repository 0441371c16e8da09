//! What the plugins of a generation define, and whether it may serve.

use super::{OfficeGeneration, held};
use crate::office::snapshot::OfficeSnapshot;
use registrar_contract::payload::point;
use registrar_domain::{
    OfficeKey, Registers, Store,
    register::definition::{Definition, DefinitionConflict, DefinitionFault, DefinitionObjection},
};
use registrar_host::{
    Claims, Conflict, Embedder, Failed, Fault, FaultKind, Generation, Host, NoServices, Objection, Scope,
};
use registrar_sdk::Value;
use registrar_sdk::native::Typed;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak},
};

/// The registers that a generation's plugins define. They are data: what a plugin looks up while it is asked is
/// nobody's directory, so that the same plugins always define the same.
///
/// # Errors
/// Everything that is wrong with them, each with its plugin.
pub fn registers_of(host: &Host, generation: &Arc<Generation>) -> Result<Arc<Registers>, Vec<Objection>> {
    let key = key(host, generation);
    if let Some(known) = key.and_then(|key| known().get(&key).and_then(Weak::upgrade)) {
        return Ok(known);
    }
    let registers = Arc::new(asked(host, generation)?);
    if let Some(key) = key {
        let mut known = known();
        known.retain(|_, registers| registers.strong_count() > 0);
        known.insert(key, Arc::downgrade(&registers));
    }
    Ok(registers)
}

/// Registers that some office holds, by what they were made of: offices with the same plugins share them.
type RegistersCache = HashMap<[u8; 32], Weak<Registers>>;

fn known() -> MutexGuard<'static, RegistersCache> {
    static KNOWN: OnceLock<Mutex<RegistersCache>> = OnceLock::new();
    // Whole at each step.
    KNOWN.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner)
}

fn key(host: &Host, generation: &Generation) -> Option<[u8; 32]> {
    let recipe = serde_json::to_vec(&*generation.recipe).ok()?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(format!("{} {} ", host.contract().name, host.contract().revision).as_bytes());
    Some(*hasher.update(&recipe).finalize().as_bytes())
}

fn asked(host: &Host, generation: &Arc<Generation>) -> Result<Registers, Vec<Objection>> {
    let snapshot = Arc::new(OfficeSnapshot::new(Arc::default()));
    let scope = Scope { generation: generation.clone(), snapshot, depth: 0 };
    let outcome = match host.dispatch(point::RegisterDefine::ID, Vec::new(), &scope, &mut NoServices) {
        Ok(outcome) => outcome,
        Err(Failed::Handler(fault)) => return Err(vec![fault.into()]),
        Err(Failed::Call(message)) => return Err(vec![fault(message).into()]),
    };
    let mut definitions = Vec::new();
    for step in &outcome.steps {
        let answers = match &step.answer {
            Value::List(items) => items.clone(),
            one => vec![one.clone()],
        };
        definitions.extend(answers.into_iter().map(|value| Definition {
            plugin: step.handler.plugin.id.clone(),
            file: step.handler.source.file.clone(),
            line: step.handler.source.line,
            value,
        }));
    }
    Registers::read(&definitions).map_err(|objections| objections.into_iter().map(objection).collect())
}

fn objection(objection: DefinitionObjection) -> Objection {
    let told = |told: DefinitionFault| Fault {
        plugin: told.plugin,
        file: told.file,
        line: Some(told.line),
        ..fault(told.message)
    };
    match objection {
        DefinitionObjection::Fault(fault) => Objection::Fault(told(fault)),
        DefinitionObjection::Conflict(DefinitionConflict { claim, parties }) => {
            Objection::Conflict(Conflict { claim, parties: parties.into_iter().map(told).collect() })
        }
    }
}

fn fault(message: String) -> Fault {
    Fault {
        plugin: "kernel".into(),
        file: String::new(),
        line: None,
        point: Some(point::RegisterDefine::ID.into()),
        kind: FaultKind::Declaration,
        message,
        said: None,
    }
}

/// What is told of a new generation.
type Swapped = dyn Fn(&Arc<Generation>) + Send + Sync;

/// Refuses plugins whose registers don't fit together or leave records without a stage.
pub(super) struct OfficeEmbedder {
    pub(super) store: Arc<dyn Store>,
    pub(super) key: OfficeKey,
    pub(super) defined: Arc<Mutex<Option<OfficeGeneration>>>,
    pub(super) swapped: Box<Swapped>,
}

impl Embedder for OfficeEmbedder {
    fn validate(&self, host: &Host, candidate: &Arc<Generation>) -> Result<Claims, Vec<Objection>> {
        let registers = registers_of(host, candidate)?;
        let occupied = self.store.begin_read(self.key).and_then(|read| read.occupied_stages());
        let occupied = occupied.map_err(|e| vec![fault(e.to_string()).into()])?;
        let mut faults = Vec::new();
        for (register, stage, count) in occupied {
            // A register that is gone takes nothing away: its records stay, hidden.
            let Some(register) = registers.by_id.get(&register) else { continue };
            if !register.stages.is_empty() && !register.has_stage(register.current_stage(&stage)) {
                let mut fault = fault(format!(
                    "{}: {count} records are in the stage \"{stage}\", which is gone; say where they are now with moved_to = {{ [\"{stage}\"] = … }}",
                    register.id
                ));
                fault.plugin.clone_from(&register.plugin);
                let handlers = candidate.handlers(point::RegisterDefine::ID);
                if let Some(owner) = handlers.iter().find(|h| h.plugin.id == register.plugin) {
                    fault.file.clone_from(&owner.source.file);
                    fault.line = Some(owner.source.line);
                }
                faults.push(Objection::Fault(fault));
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let claims = registers.claims.clone();
        let plan = OfficeGeneration { generation: candidate.clone(), registers };
        *held(&self.defined) = Some(plan);
        Ok(claims)
    }

    fn swapped(&self, _: &Host, generation: &Arc<Generation>) {
        (self.swapped)(generation);
    }
}
