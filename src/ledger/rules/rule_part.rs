//! A handler as a part of a rule: what it is about, and when it is in force.

use crate::rules::day_span::DaySpan;
use registrar_host::Handler;
use registrar_sdk::{Term, Value};

/// One handler, with what decides which others it stands beside.
#[derive(Clone, Debug)]
pub(crate) struct RulePart {
    pub plugin: String,
    pub file: String,
    pub line: u32,
    pub point: &'static str,
    /// The rule's name; empty: none.
    pub rule: String,
    /// Its folder's number.
    pub layer: usize,
    /// When its options say that it is in force.
    pub effective: DaySpan,
    /// When it is in force, given when its rule set acts.
    pub spans: Vec<DaySpan>,
    /// Its options.
    pub options: Value,
}

/// Options that say which calls a handler is for, one word or several.
const WHICH: [&str; 9] =
    ["register", "action", "period", "pool", "name", "format", "kind", "outlet", "place"];

impl RulePart {
    /// The part that a handler is, of a rule set that acts on these terms.
    pub fn new(handler: &Handler, terms: Option<&Vec<Term>>) -> RulePart {
        let end = |name: &str| handler.option("effective").get(name).as_str();
        let effective = DaySpan::read(end("from"), end("to"));
        let spans = match terms {
            Some(terms) => terms.iter().filter_map(|term| effective.shared(of_term(term))).collect(),
            None => vec![effective],
        };
        RulePart {
            plugin: handler.plugin.id.clone(),
            file: handler.source.file.clone(),
            line: handler.source.line,
            point: handler.point,
            rule: handler.option("rule").as_str().unwrap_or_default().to_owned(),
            layer: handler.plugin.layer,
            effective,
            spans,
            options: Value::clone(&handler.options),
        }
    }

    /// File and line.
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }

    /// The words of an option that takes one or several.
    pub fn words(&self, option: &str) -> Vec<&str> {
        self.options.get(option).items().iter().filter_map(Value::as_str).collect()
    }

    /// Whether an option leaves a word in; one not given leaves all in.
    pub fn admits(&self, option: &str, word: &str) -> bool {
        let words = self.words(option);
        words.is_empty() || words.contains(&word)
    }

    /// Whether an option leaves some word in that the other's does, too.
    pub fn shares(&self, other: &RulePart, option: &str) -> bool {
        let (own, others) = (self.words(option), other.words(option));
        own.is_empty() || others.is_empty() || own.iter().any(|word| others.contains(word))
    }

    /// The first days on which both are in force.
    pub fn together(&self, other: &RulePart) -> Option<DaySpan> {
        let pairs = self.spans.iter().flat_map(|own| other.spans.iter().map(|o| own.shared(*o)));
        pairs.flatten().min()
    }

    /// Whether the two are asked about the same thing and say the same kind of thing of it. What is
    /// for other kinds, under another tag or of another measure adds up on purpose.
    pub fn same_business(&self, other: &RulePart) -> bool {
        let same = |option: &str| self.options.get(option) == other.options.get(option);
        let either = |option: &str| {
            self.options.get(option).is_nil() || other.options.get(option).is_nil() || same(option)
        };
        self.point == other.point
            && WHICH.iter().all(|option| self.shares(other, option))
            && ["measure", "tag"].into_iter().all(same)
            && either("account")
            && self.same_cases(other)
    }

    // `match` on the same fields, with a value in common for each.
    fn same_cases(&self, other: &RulePart) -> bool {
        let empty = Default::default();
        let own = self.options.get("match").as_map().unwrap_or(&empty);
        let others = other.options.get("match").as_map().unwrap_or(&empty);
        let meet = |a: &Value, b: &Value| a.items().iter().any(|x| b.items().iter().any(|y| x.same(y)));
        own.len() == others.len()
            && own.iter().all(|(field, value)| others.get(field).is_some_and(|o| meet(value, o)))
    }
}

/// The days of a term.
pub(crate) fn of_term(term: &Term) -> DaySpan {
    DaySpan::read(term.from.as_deref(), term.to.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use registrar_contract::OFFICE;
    use registrar_sdk::{Combine, Filter};

    /// Options that are compared otherwise, in [`RulePart::same_business`].
    const COMPARED: [&str; 3] = ["measure", "tag", "account"];

    #[test]
    fn every_option_that_filters_tells_rules_apart() {
        // A new way of filtering must not make two rules look as if they counted one thing twice.
        let counts = OFFICE.points.iter().filter(|point| !matches!(point.combine, Combine::Lifecycle(_)));
        let missing: Vec<String> = counts
            .flat_map(|point| point.options.iter().map(move |option| (point.id, option)))
            .filter(|(_, option)| match option.filter {
                Filter::Equals(_) => true,
                // A matter of cases, of days, of names; of none.
                Filter::Fields(_) | Filter::Dates(_) | Filter::Rule(_) | Filter::None => false,
            })
            .filter(|(_, option)| ![&WHICH[..], &COMPARED[..]].concat().contains(&option.option))
            .map(|(point, option)| format!("{point}: {}", option.option))
            .collect();
        assert_eq!(missing, Vec::<String>::new());
    }
}
