//! A record's postings among themselves: which were dropped, which derived, and by whom.
//!
//! Reads what `score.reconcile` handlers answered; a handler may drop and derive, nothing else.

use crate::model::posting::{Posting, RuleRef};
use registrar_contract::payload::point;
use registrar_host::{Fault, FaultKind, Generation, Handler, HandlerOutcome, Outcome};
use registrar_sdk::Value;
use registrar_sdk::native::Typed;
use std::{collections::BTreeMap, sync::Arc};

const POINT: &str = point::ScoreReconcile::ID;

/// Who of the rules that post comes first where several do.
pub(crate) enum Ranks {
    /// Somebody says who comes first, and means it.
    AsPosted,
    /// By plugin and registration: higher `priority` first, as the bits of an inverted total order.
    ByPriority(BTreeMap<(String, u32), u64>),
}

impl Ranks {
    /// Of the rules of a generation.
    pub fn of(generation: &Generation) -> Ranks {
        let handlers = generation.handlers(point::ScorePost::ID);
        let said =
            |handler: &Arc<Handler>| !handler.option("before").is_nil() || !handler.option("after").is_nil();
        if generation.recipe.order.contains_key(point::ScorePost::ID) || handlers.iter().any(said) {
            return Ranks::AsPosted;
        }
        let rank = |h: &Arc<Handler>| {
            let priority = h.option("priority").as_f64().unwrap_or(0.0);
            ((h.plugin.id.clone(), h.index), !ordered_bits(priority))
        };
        Ranks::ByPriority(handlers.iter().map(rank).collect())
    }

    /// The order in which a record's postings are given, whatever their plugins and files are called: by event, then
    /// by priority, and what lies in several files of one priority by what it says.
    pub fn order(&self, postings: &[Posting]) -> Vec<usize> {
        let Ranks::ByPriority(ranks) = self else { return (0..postings.len()).collect() };
        let mut ordered = Vec::with_capacity(postings.len());
        let of = |at: &usize| postings[*at].event().map(|event| event.seq);
        let all: Vec<usize> = (0..postings.len()).collect();
        for event in all.chunk_by(|a, b| of(a) == of(b)) {
            let mut blocks: BTreeMap<(u64, &str, &str), Vec<usize>> = BTreeMap::new();
            for at in event {
                let rule = &postings[*at].rule;
                let rank = ranks.get(&(rule.plugin.clone(), rule.registration)).copied().unwrap_or(u64::MAX);
                blocks.entry((rank, &rule.plugin, &rule.file)).or_default().push(*at);
            }
            if blocks.len() == 1 {
                ordered.extend(event);
                continue;
            }
            let text = |at: &usize| postings[*at].to_value().to_json().to_string();
            let mut blocks: Vec<(u64, Vec<String>, Vec<usize>)> = blocks
                .into_iter()
                .map(|((rank, ..), block)| (rank, block.iter().map(text).collect(), block))
                .collect();
            blocks.sort();
            ordered.extend(blocks.into_iter().flat_map(|(.., block)| block));
        }
        ordered
    }
}

/// A number's bits, ordered as the numbers are.
fn ordered_bits(number: f64) -> u64 {
    let bits = number.to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

/// The postings as the handlers are given them, in this order: each with an id by which it is known again.
pub(crate) fn as_arguments(postings: &[Posting], order: &[usize]) -> Value {
    let with_id = |i: &usize| match postings[*i].to_value() {
        Value::Map(mut map) => {
            map.insert("id".into(), Value::text(i.to_string()));
            Value::Map(map)
        }
        other => other,
    };
    Value::List(order.iter().map(with_id).collect())
}

/// What became of the postings: kept, struck, and those derived from them at the end.
///
/// # Errors
/// A handler answered something that is no posting of the record and was not made from one.
pub(crate) fn apply(
    postings: Vec<Posting>,
    order: &[usize],
    outcome: &Outcome,
) -> Result<Vec<Posting>, Fault> {
    let mut live = LivePostings { live: order.iter().map(|i| (*i, Value::Nil)).collect(), postings };
    // Values known so far: those given first, and what each handler derived.
    for (slot, value) in
        live.live.iter_mut().zip(as_arguments(&live.postings, order).as_list().unwrap_or(&[]))
    {
        slot.1 = value.clone();
    }
    for step in &outcome.steps {
        live.step(step)?;
    }
    Ok(live.postings)
}

struct LivePostings {
    postings: Vec<Posting>,
    /// Which postings are not struck, with the value that stands for each.
    live: Vec<(usize, Value)>,
}

impl LivePostings {
    fn step(&mut self, step: &HandlerOutcome) -> Result<(), Fault> {
        let rule = RuleRef::of(&step.handler);
        let mut given = Vec::new();
        for item in &step.given {
            if let Some(at) = self.live.iter().position(|(_, value)| value.same(item)) {
                given.push(self.live.remove(at));
            }
        }
        let mut kept = vec![false; given.len()];
        let mut derived = Vec::new();
        for answer in step.answer.as_list().unwrap_or(&[]) {
            let same = (0..given.len()).find(|&i| !kept[i] && given[i].1.same(answer));
            match same {
                Some(i) => kept[i] = true,
                None => derived.push(self.derive(answer, &given, &rule, step)?),
            }
        }
        for ((index, value), kept) in given.into_iter().zip(kept) {
            if kept {
                self.live.push((index, value));
            } else {
                self.postings[index].struck = Some(rule.clone());
            }
        }
        self.live.extend(derived);
        Ok(())
    }

    fn derive(
        &mut self,
        answer: &Value,
        given: &[(usize, Value)],
        rule: &RuleRef,
        step: &HandlerOutcome,
    ) -> Result<(usize, Value), Fault> {
        let from = answer.get("from");
        let base = given
            .iter()
            .find(|(_, value)| !from.is_nil() && (value.get("id") == from || value.get("from") == from));
        let Some((base, _)) = base else {
            return Err(bad(
                step,
                "returned a posting that it was not given; return what is kept, and make others with p:with",
            ));
        };
        let base = &self.postings[*base];
        if !base.data.same(answer.get("data")) {
            return Err(bad(
                step,
                "returned a posting with other data; a derived posting keeps its origin's",
            ));
        }
        let amount = answer.get("amount").as_amount().ok_or_else(|| bad(step, "returned no amount"))?;
        let text = |key: &str| answer.get(key).as_str().map(str::to_owned);
        let part = self
            .postings
            .iter()
            .filter(|p| p.event() == base.event() && p.rule == base.rule && p.index == base.index)
            .map(|p| p.part)
            .max()
            .unwrap_or(0)
            + 1;
        let mut posting = base.clone();
        posting.account = text("account").unwrap_or_else(|| base.account.clone());
        posting.measure = text("measure").unwrap_or_else(|| base.measure.clone());
        posting.amount = amount;
        posting.tag = text("tag");
        posting.clause = text("clause");
        posting.part = part;
        posting.derived = Some(rule.clone());
        self.postings.push(posting);
        Ok((self.postings.len() - 1, answer.clone()))
    }
}

fn bad(step: &HandlerOutcome, message: &str) -> Fault {
    Fault {
        plugin: step.handler.plugin.id.clone(),
        file: step.handler.source.file.clone(),
        line: Some(step.handler.source.line),
        point: Some(POINT.to_owned()),
        kind: FaultKind::BadAnswer,
        message: message.to_owned(),
        said: None,
    }
}
