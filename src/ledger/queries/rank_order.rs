//! Ranks: by amount, and by what `rank.order` says of them.

use crate::{
    model::posting::RuleRef, queries::standing_row::StandingRow, scoring::scoring_context::ScoringContext,
};
use registrar_contract::payload::point;
use registrar_host::{Fault, FaultKind, Outcome};
use registrar_sdk::native::Typed;
use registrar_sdk::{Amount, BilingualText, Value, amount::Rounding};
use std::collections::BTreeMap;

const POINT: &str = point::RankOrder::ID;

/// Ranks 1, 2, 2, 4 by amount at the measure's places; equals stay in the order they are listed in.
pub(super) fn default_ranks(rows: &mut [StandingRow], places: u32) {
    let shown = |row: &StandingRow| row.amount.round(places, Rounding::HalfUp);
    rows.sort_by_key(|row| (row.excluded.is_some(), std::cmp::Reverse(shown(row))));
    let mut above: Option<(Amount, i64)> = None;
    for (i, row) in rows.iter_mut().enumerate() {
        row.rank = match (&row.excluded, above) {
            (Some(_), _) => None,
            (None, Some((amount, rank))) if amount == shown(row) => Some(rank),
            (None, _) => Some(i as i64 + 1),
        };
        above = row.rank.map(|rank| (shown(row), rank));
    }
}

/// Lets `rank.order` have its say; gives back what each rule said. The error is what went wrong there.
pub(super) fn order(
    world: &ScoringContext<'_>,
    rows: &mut [StandingRow],
    context: Value,
    measure: &str,
    places: u32,
) -> Result<Vec<(RuleRef, Value)>, String> {
    if !world.has(POINT) {
        return Ok(Vec::new());
    }
    let given: Vec<Value> = rows.iter().map(|row| row.to_value(measure)).collect();
    let outcome = world.dispatch(POINT, vec![Value::List(given), context]).map_err(|e| e.to_string())?;
    if outcome.steps.is_empty() {
        return Ok(Vec::new());
    }
    let answered = outcome.value.as_list().unwrap_or(&[]);
    let by_account: BTreeMap<&str, &Value> =
        answered.iter().filter_map(|row| Some((row.get("account").as_str()?, row))).collect();
    let mut reranked = false;
    for row in rows.iter_mut() {
        let Some(answer) = by_account.get(row.account.as_str()) else {
            return Err(bad(
                &outcome,
                format!("left out {}; give back every row, excluded ones with a reason", row.account),
            ));
        };
        let rank = answer.get("rank").as_int();
        reranked |= rank.is_some() && rank != row.rank;
        row.excluded = Some(answer.get("excluded")).filter(|why| !why.is_absent()).map(BilingualText::read);
        row.rank = if row.excluded.is_some() { None } else { rank.or(row.rank) };
    }
    if answered.len() != rows.len() {
        return Err(bad(&outcome, "answered rows that it was not given".to_owned()));
    }
    if reranked {
        rows.sort_by_key(|row| (row.rank.is_none(), row.rank));
    } else {
        // It only took some out: the others move up.
        default_ranks(rows, places);
    }
    Ok(outcome.steps.iter().map(|step| (RuleRef::of(&step.handler), step.answer.clone())).collect())
}

fn bad(outcome: &Outcome, message: String) -> String {
    let rule = outcome.steps.last().map(|step| RuleRef::of(&step.handler));
    let rule = rule.unwrap_or_else(RuleRef::kernel);
    let fault = Fault {
        plugin: rule.plugin,
        file: rule.file,
        line: Some(rule.line),
        point: Some(POINT.to_owned()),
        kind: FaultKind::BadAnswer,
        message,
        said: None,
    };
    fault.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queries::standing_row::tests::row;

    fn ranks(places: u32, rows: &[(&str, &str, bool)]) -> String {
        let mut rows: Vec<StandingRow> = rows.iter().map(|(a, n, e)| row(a, n, *e)).collect();
        default_ranks(&mut rows, places);
        let shown =
            |r: &StandingRow| format!("{}{}", r.account, r.rank.map_or("-".into(), |n| n.to_string()));
        rows.iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn equal_amounts_share_a_rank_and_the_next_is_counted() {
        assert_eq!(
            ranks(0, &[("a", "1", false), ("b", "5", false), ("c", "5", false), ("d", "9", false)]),
            "d1 b2 c2 a4"
        );
        assert_eq!(ranks(0, &[("a", "5", false), ("b", "9", true), ("c", "4", false)]), "a1 c2 b-");
    }

    #[test]
    fn amounts_are_compared_at_the_measures_places() {
        let close = [("a", "2.51", false), ("b", "2.54", false)];
        assert_eq!(ranks(1, &close), "a1 b1");
        assert_eq!(ranks(2, &close), "b1 a2");
    }
}
