//! What becomes of a record's deadlines when something happens to it, or when their day ends. Asks no plugin, stores
//! nothing.

use jiff::civil::Date;
use registrar_domain::{
    Event,
    reserved::VOID,
    storage::{Deadline, DeadlineState},
};
use std::collections::BTreeMap;

/// A record's deadlines by name.
pub(crate) type Deadlines = BTreeMap<String, Deadline>;

/// What changes among a record's deadlines.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct DeadlineChanges {
    /// Those that are new, or stand otherwise than before.
    pub put: Vec<Deadline>,
    /// The names of those that are gone.
    pub removed: Vec<String>,
}

impl DeadlineChanges {
    /// Makes the changes to what is known.
    pub fn apply(self, known: &mut Deadlines) {
        for name in self.removed {
            known.remove(&name);
        }
        known.extend(self.put.into_iter().map(|deadline| (deadline.name.clone(), deadline)));
    }
}

/// What an event changes: duties that are no longer asked for are met, or done late; a right is used by the action
/// of its name. After a void what nobody asks for any more is gone, and what is asked for still is as if the event had
/// never been: done no longer, missed if its day had ended.
pub(crate) fn after_event(known: &Deadlines, wanted: &Deadlines, event: &Event) -> DeadlineChanges {
    let mut changes = DeadlineChanges::default();
    let uses = |known: &Deadline| known.state.is_right() && event.action == known.name;
    let is_void = event.action == VOID;
    for deadline in wanted.values() {
        match known.get(&deadline.name) {
            // What had settled it no longer counts.
            Some(known) if is_void && known.event == deadline.event => match known.state {
                DeadlineState::Late => {
                    changes.put.push(Deadline { state: ended_as(deadline).state, ..deadline.clone() });
                }
                DeadlineState::Missed | DeadlineState::Lapsed => {}
                _ => changes.put.push(deadline.clone()),
            },
            Some(known) if !replaces(deadline, known, uses(known)) => {}
            _ => changes.put.push(deadline.clone()),
        }
    }
    for known in known.values() {
        let in_time = event.on <= known.due;
        let settled = |state| Deadline { state, ..known.clone() };
        let is_wanted = wanted.contains_key(&known.name);
        match known.state {
            _ if changes.put.iter().any(|put| put.name == known.name) => {}
            DeadlineState::Allowed | DeadlineState::Lapsed if uses(known) => {
                let in_time = in_time && known.state == DeadlineState::Allowed;
                changes.put.push(settled(if in_time { DeadlineState::Met } else { DeadlineState::Late }));
            }
            DeadlineState::Open | DeadlineState::Allowed if !is_wanted && is_void => {
                changes.removed.push(known.name.clone());
            }
            DeadlineState::Allowed if !is_wanted => changes.removed.push(known.name.clone()),
            DeadlineState::Open if !is_wanted && in_time => changes.put.push(settled(DeadlineState::Met)),
            DeadlineState::Open | DeadlineState::Missed if !is_wanted => {
                changes.put.push(settled(DeadlineState::Late));
            }
            _ => {}
        }
    }
    changes
}

/// Whether a computed deadline takes the place of the one that is known. Frozen ones give way only to
/// another deadline of the same name, from a later event; one that was met, also to the same days: what
/// is asked for once more is owed once more.
fn replaces(computed: &Deadline, known: &Deadline, used: bool) -> bool {
    DeadlineState::RUNNING.contains(&known.state) && !used
        || computed.event > known.event
            && (known.state == DeadlineState::Met
                || (computed.start, computed.due) != (known.start, known.due))
}

/// The running deadline whose day ended first before `today`, as it stands after that.
pub(crate) fn next_ended(known: &Deadlines, today: Date) -> Option<Deadline> {
    let running = known.values().filter(|deadline| DeadlineState::RUNNING.contains(&deadline.state));
    let ended = running.filter(|deadline| deadline.due < today);
    ended.min_by_key(|deadline| (deadline.due, &deadline.name)).map(ended_as)
}

/// A running deadline after its day: a duty is missed, a right has lapsed.
pub(crate) fn ended_as(deadline: &Deadline) -> Deadline {
    let state = match deadline.state {
        DeadlineState::Allowed => DeadlineState::Lapsed,
        _ => DeadlineState::Missed,
    };
    Deadline { state, ..deadline.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DeadlineState::{Allowed, Lapsed, Late, Met, Missed, Open};

    fn deadline(event: u64, due: &str, state: DeadlineState) -> Deadline {
        Deadline {
            register: "item".into(),
            record: "a".into(),
            name: "reply".into(),
            start: "2023-01-02".parse().unwrap(),
            due: due.parse().unwrap(),
            why: Default::default(),
            handler: "t#0".into(),
            event,
            state,
        }
    }

    fn check(
        known: DeadlineState,
        action: &str,
        on: &str,
        wanted: Option<Deadline>,
        expected: Option<DeadlineState>,
    ) {
        let by_name = |deadline: Deadline| Deadlines::from([("reply".to_owned(), deadline)]);
        let mut course = by_name(deadline(1, "2023-01-31", known));
        let event = format!(
            r#"{{"id":"x","seq":2,"register":"item","record":"a","action":"{action}","on":"{on}","by":"li","fields":{{}}}}"#
        );
        let event: Event = serde_json::from_str(&event).unwrap();
        after_event(&course, &wanted.map(by_name).unwrap_or_default(), &event).apply(&mut course);
        let state = course.get("reply").map(|deadline| deadline.state);
        assert_eq!(state, expected, "{known:?}, {action} on {on}");
    }

    #[test]
    fn a_duty_that_is_no_longer_asked_for_was_done() {
        check(Open, "answer", "2023-01-31", None, Some(Met));
        check(Open, "answer", "2023-02-01", None, Some(Late));
        check(Missed, "answer", "2023-01-30", None, Some(Late));
        check(Open, "void", "2023-01-30", None, None);
        check(Met, "void", "2023-01-30", None, Some(Met));
        // What met it is void, and it is asked for as before.
        check(Met, "void", "2023-01-30", Some(deadline(1, "2023-01-31", Open)), Some(Open));
        check(Late, "void", "2023-02-10", Some(deadline(1, "2023-01-31", Open)), Some(Missed));
        check(Missed, "void", "2023-02-10", Some(deadline(1, "2023-01-31", Open)), Some(Missed));
    }

    #[test]
    fn a_right_is_used_by_the_action_of_its_name_and_lapses_otherwise() {
        check(Allowed, "reply", "2023-01-31", None, Some(Met));
        check(Allowed, "reply", "2023-02-01", None, Some(Late));
        check(Lapsed, "reply", "2023-02-01", None, Some(Late));
        check(Allowed, "answer", "2023-01-20", None, None);
        check(Lapsed, "answer", "2023-02-20", None, Some(Lapsed));
        // Also while whoever computes it goes on asking for it.
        check(Allowed, "reply", "2023-01-31", Some(deadline(1, "2023-01-31", Allowed)), Some(Met));
        check(Met, "note", "2023-01-31", Some(deadline(1, "2023-01-31", Allowed)), Some(Met));
        check(Lapsed, "note", "2023-02-05", Some(deadline(1, "2023-01-31", Allowed)), Some(Lapsed));
    }

    #[test]
    fn what_is_frozen_gives_way_to_a_later_event_alone() {
        check(Open, "note", "2023-01-05", Some(deadline(1, "2023-02-28", Open)), Some(Open));
        check(Missed, "note", "2023-02-05", Some(deadline(1, "2023-02-28", Open)), Some(Missed));
        check(Missed, "assign", "2023-02-05", Some(deadline(2, "2023-02-28", Open)), Some(Open));
        check(Met, "assign", "2023-02-05", Some(deadline(2, "2023-01-31", Open)), Some(Open));
    }

    #[test]
    fn the_first_that_ended_is_missed_or_lapses() {
        let mut known = Deadlines::new();
        for (name, due, state) in
            [("b", "2023-01-10", Open), ("a", "2023-01-20", Allowed), ("c", "2023-01-05", Met)]
        {
            known.insert(name.into(), Deadline { name: name.into(), ..deadline(1, due, state) });
        }
        let mut told = Vec::new();
        while let Some(ended) = next_ended(&known, "2023-01-21".parse().unwrap()) {
            told.push(format!("{} {:?}", ended.name, ended.state));
            known.insert(ended.name.clone(), ended);
        }
        assert_eq!(told, ["b Missed", "a Lapsed"]);
    }
}
