//! Counts a vote: plugins say whether it holds and what it comes to.

use crate::office::{Office, OfficeGeneration};
use registrar_contract::payload::point;
use registrar_host::{Failed, Scope, Services};
use registrar_sdk::native::Typed;
use registrar_sdk::{Value, value::Map};
use std::collections::BTreeMap;

/// Asks the handlers, `depth` dispatches deep; what they ask meanwhile `services` answers.
pub(crate) fn count(
    office: &Office,
    plan: &OfficeGeneration,
    depth: u8,
    services: &mut dyn Services,
    vote: &Value,
) -> Result<Value, String> {
    let Value::Map(mut vote) = vote.clone() else {
        return Err(format!("got {}; expected a vote", vote.kind()));
    };
    let secret = vote.get("secret").and_then(Value::as_bool) == Some(true);
    let ballots = bundled(vote.get("ballots").unwrap_or(&Value::Nil), secret)?;
    vote.insert("ballots".into(), ballots.clone());
    let kind = vote.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
    let vote = Value::Map(vote);
    let scope = Scope { generation: plan.generation.clone(), snapshot: office.snapshot(), depth };
    let mut ask = |point: &str| office.host().dispatch(point, vec![vote.clone()], &scope, services);
    let failed = |why: Failed| why.to_string();
    let checked = ask(point::VoteCheck::ID).map_err(failed)?;
    let refusals: Vec<Value> = checked.steps.iter().flat_map(|step| step.answer.items().to_vec()).collect();
    let refused = refusals.iter().any(|one| one.get("level").as_str() != Some("warning"));
    let tally = match refused {
        true => Value::Nil,
        false => {
            let tally = ask(point::VoteTally::ID).map_err(failed)?.value;
            if tally.is_nil() {
                return Err(format!(
                    "nobody counts votes of the kind \"{kind}\"; register a handler at {} for it",
                    point::VoteTally::ID
                ));
            }
            tally
        }
    };
    Ok(Value::map([("refusals", Value::List(refusals)), ("tally", tally), ("ballots", ballots)]))
}

/// Equal ballots together, in the order of what is on them: neither when nor by whom one was entered is told.
fn bundled(ballots: &Value, secret: bool) -> Result<Value, String> {
    let mut bundles = BTreeMap::<String, (Map, i64)>::new();
    for (at, ballot) in ballots.items().iter().enumerate() {
        let mut map = ballot.as_map().cloned().unwrap_or_default();
        let count = map.remove("count").map_or(Some(1), |count| count.as_int());
        let Some(count) = count.filter(|count| *count > 0) else {
            return Err(format!("ballot {}: `count` must be at least 1", at + 1));
        };
        if secret && map.contains_key("member") {
            return Err(format!(
                "ballot {}: in a secret vote no ballot says whose it is; leave `member` out",
                at + 1
            ));
        }
        if map.contains_key("member") && count > 1 {
            return Err(format!("ballot {}: one member has one ballot", at + 1));
        }
        let key = Value::Map(map.clone()).to_json().to_string();
        bundles.entry(key).or_insert((map, 0)).1 += count;
    }
    let bundle = |(mut map, count): (Map, i64)| {
        map.insert("count".into(), Value::Int(count));
        Value::Map(map)
    };
    Ok(Value::List(bundles.into_values().map(bundle).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ballot(marks: &str, more: &str) -> Value {
        serde_json::from_str(&format!(r#"{{"marks":{{{marks}}}{more}}}"#)).unwrap()
    }

    #[test]
    fn equal_ballots_come_together_in_whatever_order_they_came() {
        let mut ballots = vec![
            ballot(r#""a":"for""#, ""),
            ballot(r#""a":"against""#, ""),
            ballot(r#""a":"for""#, r#","count":3"#),
        ];
        let one = bundled(&Value::List(ballots.clone()), true).unwrap();
        ballots.reverse();
        assert_eq!(bundled(&Value::List(ballots), true).unwrap(), one);
        let counts: Vec<_> = one.items().iter().map(|ballot| ballot.get("count").as_int()).collect();
        assert_eq!(counts, [Some(1), Some(4)]);
    }

    #[test]
    fn a_secret_ballot_says_nothing_of_whose_it_is() {
        let named = Value::List(vec![ballot(r#""a":"for""#, r#","member":"li""#)]);
        assert!(bundled(&named, true).unwrap_err().contains("leave `member` out"));
        assert_eq!(bundled(&named, false).unwrap().items()[0].get("member").as_str(), Some("li"));
        let none = Value::List(vec![ballot("", r#","count":0"#)]);
        assert!(bundled(&none, true).unwrap_err().contains("at least 1"));
    }
}
