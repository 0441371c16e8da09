//! What earlier imports took: under which ids they were logged, and which of their rows live.

use super::row::origin;
use crate::{error::KernelError, office::PAGE};
use registrar_domain::{
    Actor, Event, ReadTx,
    reserved::{IMPORT, OFFICE},
};
use std::collections::{BTreeMap, BTreeSet};

/// An import as it was logged, each time it took something.
#[derive(Clone, Debug)]
pub(super) struct Logged {
    /// Its id.
    pub id: String,
    /// The register whose records came in.
    pub register: String,
    /// The action that its rows took.
    pub action: String,
    /// The file's name.
    pub file: String,
    /// Who imported first, and on which day.
    pub first: (Actor, jiff::civil::Date),
    /// The ids of the events under which it was logged: the causes of its rows' events.
    pub runs: BTreeSet<String>,
}

/// All imports, in the order in which they began.
pub(super) fn logged(read: &dyn ReadTx) -> Result<Vec<Logged>, KernelError> {
    let mut imports: Vec<Logged> = Vec::new();
    for event in read.events_in(OFFICE, 0, usize::MAX)? {
        if event.action != IMPORT || event.dead {
            continue;
        }
        let word =
            |name: &str| event.fields.get(name).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        match imports.iter_mut().find(|import| import.id == event.record) {
            Some(import) => drop(import.runs.insert(event.id)),
            None => imports.push(Logged {
                id: event.record.clone(),
                register: word("register"),
                action: word("action"),
                file: word("file"),
                first: (event.by.clone(), event.on),
                runs: BTreeSet::from([event.id]),
            }),
        }
    }
    Ok(imports)
}

/// Goes through the events of a register that came of imports: each with the run it came of.
pub(super) fn each_row(
    read: &dyn ReadTx,
    register: &str,
    runs: &BTreeSet<String>,
    take: &mut dyn FnMut(Event),
) -> Result<(), KernelError> {
    let mut after = 0;
    loop {
        let events = read.events_in(register, after, PAGE)?;
        let Some(last) = events.last() else { return Ok(()) };
        after = last.seq;
        let caused = |event: &Event| event.cause.as_ref().is_some_and(|cause| runs.contains(cause));
        events.into_iter().filter(caused).for_each(&mut *take);
    }
}

/// The living rows of an import, by their place in the table.
pub(super) fn places(
    read: &dyn ReadTx,
    import: &Logged,
) -> Result<BTreeMap<String, (String, Event)>, KernelError> {
    let mut places = BTreeMap::new();
    each_row(read, &import.register, &import.runs, &mut |event| {
        let Some((hash, place)) = origin(&event.id) else { return };
        if !event.dead {
            places.insert(place.to_owned(), (hash.to_owned(), event));
        }
    })?;
    Ok(places)
}
