//! Turns typed answers into their canonical form: numbers into postings, texts into refusals.
//!
//! What an answer leaves out comes from its handler's options; what neither says is an error that
//! names the remedy. The ledger sees only canonical answers.

use crate::calls::{amounts, period as periods};
use registrar_sdk::{Amount, Key, Refine, Value, value::Map};
use std::sync::LazyLock;

// Every posting has them: made once.
static ACCOUNT: LazyLock<Key> = LazyLock::new(|| "account".into());
static AMOUNT: LazyLock<Key> = LazyLock::new(|| "amount".into());

/// `score.post`: a list of postings, each with account, measure and amount.
pub fn post(at: &Refine<'_>, answer: Value) -> Result<Value, String> {
    let (event, record) = (arg(at, 0), arg(at, 1));
    let mut out = Vec::new();
    for mut posting in as_postings(answer)? {
        fill(&mut posting, at.options, &["measure", "tag", "clause"]);
        if !posting.contains_key("measure") {
            return Err("has no measure; give `measure` in the options of host.on, or in the posting".into());
        }
        if posting.contains_key("account") {
            out.push(Value::Map(posting));
        } else {
            share_out(posting, at.options, record, event, &mut out)?;
        }
    }
    Ok(Value::List(out))
}

/// `score.period`: a list of postings; account, measure and period are those of `p` unless said.
pub fn period(at: &Refine<'_>, answer: Value) -> Result<Value, String> {
    let p = arg(at, 0);
    let id = p.at("period.id").as_str().unwrap_or_default();
    let mut out = Vec::new();
    for mut posting in as_postings(answer)? {
        fill(&mut posting, at.options, &["measure", "tag", "clause"]);
        fill(&mut posting, p, &["measure", "account"]);
        let span = match posting.get("period").and_then(Value::as_str) {
            None => id.to_owned(),
            Some(named) => periods::larger(id, named)?,
        };
        posting.insert("period".into(), Value::text(span));
        out.push(Value::Map(posting));
    }
    Ok(Value::List(out))
}

/// Refusals: a text, in one language or two, is a refusal with that text; `level` is always there.
pub fn refusals(at: &Refine<'_>, answer: Value) -> Result<Value, String> {
    let items = match answer {
        Value::List(items) => items,
        // An author's empty table: no reason, not a reason that says nothing.
        Value::Map(map) if map.is_empty() => Vec::new(),
        one => vec![one],
    };
    let refusal = |item: Value| {
        let mut map = match item {
            Value::Map(map) if !map.contains_key("zh") && !map.contains_key("en") => map,
            text => Map::from([("text".into(), text)]),
        };
        map.entry("level".into()).or_insert_with(|| Value::text("refusal"));
        fill(&mut map, at.options, &["clause"]);
        Value::Map(map)
    };
    Ok(Value::List(items.into_iter().map(refusal).collect()))
}

/// `vote.tally`: of the vote's candidates each is named once at most, and its places add up.
pub fn tally(at: &Refine<'_>, answer: Value) -> Result<Value, String> {
    let Value::Map(mut tally) = answer else { return Ok(answer) };
    let vote = arg(at, 0);
    let candidates = vote.get("candidates").items();
    let named = |key: &str| tally.get(key).map(|list| list.items().to_vec()).unwrap_or_default();
    let mut seen: Vec<Value> = Vec::new();
    for key in ["elected", "revote", "failed"] {
        for name in named(key) {
            if !candidates.contains(&name) {
                return Err(format!("`{key}` names {name}, who is no candidate"));
            }
            if seen.contains(&name) {
                return Err(format!("`{key}` names {name} once more; each candidate comes to one end"));
            }
            seen.push(name);
        }
    }
    let number = |key: &str| tally.get(key).and_then(Value::as_int);
    let places = vote.get("places").as_int().unwrap_or(0);
    let again = number("again").unwrap_or(0);
    if (again > 0) == named("revote").is_empty() {
        return Err(
            "`revote` and `again` go together: among whom another round decides, and for how many places"
                .into(),
        );
    }
    let elected = i64::try_from(named("elected").len()).unwrap_or(i64::MAX);
    let vacant = number("vacant").unwrap_or(places - elected - again);
    if vacant < 0 || again < 0 || elected + again + vacant != places {
        return Err(format!(
            "{elected} elected, {again} to be voted again and {vacant} vacant are not the {places} places"
        ));
    }
    tally.insert("again".into(), Value::Int(again));
    tally.insert("vacant".into(), Value::Int(vacant));
    Ok(Value::Map(tally))
}

/// `award.select`: a list of awards; each has an account, or is pending.
pub fn awards(at: &Refine<'_>, answer: Value) -> Result<Value, String> {
    let items = match answer {
        Value::List(items) => items,
        one => vec![one],
    };
    let award = |item: Value| match item {
        Value::Map(mut map) => {
            fill(&mut map, at.options, &["clause"]);
            match (map.contains_key("account"), map.contains_key("pending")) {
                (true, true) => Err("an award has both `account` and `pending`; give one of them".into()),
                (false, false) => {
                    Err("an award has neither `account` nor `pending`; give one of them".to_owned())
                }
                _ => Ok(Value::Map(map)),
            }
        }
        other => Err(format!("got {}; expected an award", other.kind())),
    };
    Ok(Value::List(items.into_iter().map(award).collect::<Result<_, _>>()?))
}

fn arg<'a>(at: &Refine<'a>, n: usize) -> &'a Value {
    static NIL: Value = Value::Nil;
    at.args.get(n).unwrap_or(&NIL)
}

fn as_postings(answer: Value) -> Result<Vec<Map>, String> {
    let items = match answer {
        Value::List(items) => items,
        one => vec![one],
    };
    items
        .into_iter()
        .map(|item| match item {
            Value::Map(map) => Ok(map),
            number => match number.as_amount() {
                Some(amount) => Ok(Map::from([(AMOUNT.clone(), Value::Amount(amount))])),
                None => Err(format!("got {}; expected a number or a posting", number.kind())),
            },
        })
        .collect()
}

fn fill(map: &mut Map, from: &Value, keys: &[&str]) {
    let Some(from) = from.as_map() else { return };
    for &key in keys {
        if let Some((key, value)) = from.get_key_value(key).filter(|(_, value)| !value.is_absent()) {
            map.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
}

/// Posts to the account, or accounts, in the field that the option `account` names.
fn share_out(
    posting: Map,
    options: &Value,
    record: &Value,
    event: &Value,
    out: &mut Vec<Value>,
) -> Result<(), String> {
    let Some(field) = options.get("account").as_str() else {
        return Err("has no account; give `account` in the options of host.on, or in the posting".into());
    };
    let value = match record.get(field) {
        absent if absent.is_absent() => event.at("fields").get(field),
        value => value,
    };
    let accounts = match value {
        Value::Text(_) => {
            let mut posting = posting;
            posting.insert(ACCOUNT.clone(), value.clone());
            out.push(Value::Map(posting));
            return Ok(());
        }
        Value::List(accounts) if !accounts.is_empty() => accounts,
        Value::Nil | Value::Null | Value::List(_) => {
            return Err(format!(
                "the field `{field}`, which the option `account` names, is empty in this record and its form; \
                 answer nil for such records, or make the field required"
            ));
        }
        other => return Err(format!("the field `{field}` holds {}; an account is text", other.kind())),
    };
    if let Some(other) = accounts.iter().find(|a| a.as_str().is_none()) {
        return Err(format!("the list in `{field}` holds {}; an account is text", other.kind()));
    }
    let total = posting.get("amount").and_then(Value::as_amount).unwrap_or(Amount::ZERO);
    let parts = shares(total, accounts.len(), field, options.get("share"))?;
    for (account, part) in accounts.iter().zip(parts) {
        let mut one = posting.clone();
        one.insert(ACCOUNT.clone(), account.clone());
        one.insert(AMOUNT.clone(), Value::Amount(part));
        out.push(Value::Map(one));
    }
    Ok(())
}

/// What each of the accounts in the field that the option `account` names gets of an amount, as the option `share`
/// says: the whole, equal parts that add up to it, or parts by weights.
///
/// # Errors
/// There are fewer weights than accounts, or nothing is said.
pub fn shares(total: Amount, accounts: usize, field: &str, share: &Value) -> Result<Vec<Amount>, String> {
    match share {
        Value::Text(word) if &**word == "each" => Ok(vec![total; accounts]),
        Value::Text(_) => amounts::split_evenly(total, accounts, None),
        Value::List(weights) if weights.len() >= accounts => {
            amounts::split_by(total, &weights[..accounts], None)
        }
        Value::List(weights) => {
            Err(format!("`share` has {} weights for {accounts} accounts in `{field}`", weights.len()))
        }
        _ => Err(format!(
            "the field `{field}` holds {accounts} accounts; say in the options how they share: share = \"each\", \
             \"split\" or a list of weights"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(json: &str) -> Value {
        serde_json::from_str(json).unwrap()
    }

    fn check_post(options: &str, answer: &str, expected: &str) {
        let options = value(options);
        let args =
            [value(r#"{"fields":{"authors":["x","y"]}}"#), value(r#"{"unit":"xihu","joint":["a","b","c"]}"#)];
        let answer = registrar_sdk::conform::conform(&crate::points::ALL[11].answer, value(answer)).unwrap();
        let got = match post(&Refine { options: &options, args: &args }, answer) {
            Ok(list) => list
                .as_list()
                .unwrap()
                .iter()
                .map(|p| {
                    format!("{}:{}:{}", p.get("account"), p.get("measure"), p.get("amount")).replace('"', "")
                })
                .collect::<Vec<_>>()
                .join(" "),
            Err(why) => why,
        };
        assert!(got.contains(expected), "got `{got}`, expected `{expected}`");
    }

    #[test]
    fn numbers_become_postings_by_the_options() {
        check_post(r#"{"measure":"points","account":"unit"}"#, "3", "xihu:points:3");
        check_post(
            r#"{"measure":"points","account":"joint","share":"each"}"#,
            "3",
            "a:points:3 b:points:3 c:points:3",
        );
        check_post(
            r#"{"measure":"points","account":"joint","share":"split"}"#,
            "10",
            "a:points:3.34 b:points:3.33 c:points:3.33",
        );
        check_post(r#"{"measure":"fee","account":"authors","share":[3,2]}"#, "100", "x:fee:60 y:fee:40");
        check_post("{}", r#"{"amount":2,"account":"z","measure":"fee"}"#, "z:fee:2");
    }

    #[test]
    fn what_is_missing_is_named_with_its_remedy() {
        check_post(r#"{"account":"unit"}"#, "3", "give `measure` in the options");
        check_post(r#"{"measure":"points"}"#, "3", "give `account` in the options");
        check_post(r#"{"measure":"points","account":"author"}"#, "3", "the field `author`");
        check_post(r#"{"measure":"points","account":"joint"}"#, "3", "share = \"each\"");
        check_post(r#"{"measure":"points","account":"joint","share":[1]}"#, "3", "1 weights for 3 accounts");
    }

    #[test]
    fn a_periods_posting_belongs_to_it_or_to_a_larger_one() {
        let args = [value(r#"{"account":"a","measure":"points","period":{"id":"2023-02","kind":"month"}}"#)];
        let check = |answer: &str, expected: &str| {
            let got = period(&Refine { options: &Value::Nil, args: &args }, value(answer));
            let got = got.map_or_else(|why| why, |v| v.to_json().to_string());
            assert!(got.contains(expected), "got `{got}`, expected `{expected}`");
        };
        check("-2", r#"[{"account":"a","amount":"-2","measure":"points","period":"2023-02"}]"#);
        check(r#"{"amount":"1","period":"year"}"#, r#""period":"2023""#);
        check(r#"{"amount":"1","period":"2023-Q1"}"#, r#""period":"2023-Q1""#);
        check(r#"{"amount":"1","period":"2023-Q2"}"#, "does not contain 2023-02");
    }

    #[test]
    fn a_text_is_a_refusal() {
        let options = value(r#"{"clause":"art. 3"}"#);
        let none = refusals(&Refine { options: &options, args: &[] }, value("{}")).unwrap();
        assert_eq!(none.to_string(), "[]");
        let got = refusals(&Refine { options: &options, args: &[] }, Value::text("too late")).unwrap();
        assert_eq!(got.to_json().to_string(), r#"[{"clause":"art. 3","level":"refusal","text":"too late"}]"#);
        let both = value(r#"{"zh":"已超期","en":"late"}"#);
        let got = refusals(&Refine { options: &Value::Nil, args: &[] }, both).unwrap();
        assert_eq!(got.to_json().to_string(), r#"[{"level":"refusal","text":{"en":"late","zh":"已超期"}}]"#);
    }

    fn check_tally(answer: &str, expected: &str) {
        let args = [value(r#"{"candidates":["a","b","c"],"places":2}"#)];
        let got = match tally(&Refine { options: &Value::Nil, args: &args }, value(answer)) {
            Ok(tally) => format!("again {} vacant {}", tally.get("again"), tally.get("vacant")),
            Err(why) => why,
        };
        assert!(got.contains(expected), "got `{got}`, expected `{expected}`");
    }

    #[test]
    fn the_places_of_a_tally_add_up() {
        check_tally(r#"{"elected":["a","b"]}"#, "again 0 vacant 0");
        check_tally(r#"{"elected":["a"],"failed":["b"]}"#, "again 0 vacant 1");
        check_tally(r#"{"elected":["a"],"revote":["b","c"],"again":1}"#, "again 1 vacant 0");
        check_tally(r#"{"elected":["a"],"revote":["b","c"]}"#, "go together");
        check_tally(r#"{"elected":["a","b","c"]}"#, "are not the 2 places");
        check_tally(r#"{"elected":["a"],"vacant":0}"#, "are not the 2 places");
        check_tally(r#"{"elected":["x"]}"#, "who is no candidate");
        check_tally(r#"{"elected":["a"],"failed":["a"]}"#, "once more");
    }
}
