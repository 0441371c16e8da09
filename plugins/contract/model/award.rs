//! Standings and awards.

use super::{LABEL, PERIOD, UNIT};
use registrar_sdk::{Amount, Field, Method, Param, Struct, Type, Value, value::Map};
use std::{cmp::Reverse, collections::BTreeSet};

/// One line of a standing.
pub static ROW: Struct = Struct::closed(
    "row",
    "One account in a standing.",
    &[
        Field::required("account", Type::Text, "The account.").sample(super::example_text),
        Field::optional("unit", Type::Struct(&UNIT), "The unit behind it."),
        Field::optional("measure", Type::Text, "The measure."),
        Field::optional("pool", Type::Text, "The pool it is ranked in."),
        Field::required("amount", Type::Amount, "Its total."),
        Field::optional("tags", Type::Map(&Type::Amount), "Its totals by tag."),
        Field::optional("rank", Type::Int, "Its rank in its pool, from 1."),
        Field::optional("excluded", LABEL, "Why it is out of the ranking."),
        Field::optional("unscored", Type::Bool, "Whether something of it could not be scored."),
    ],
);

/// What a ranking is for.
pub static RANK_CONTEXT: Struct = Struct::closed(
    "rank_context",
    "Which standing is being ranked.",
    &[
        Field::optional("register", Type::Text, "The register."),
        Field::required("measure", Type::Text, "The measure.").sample(|| Value::text("points")),
        Field::optional("pool", Type::Text, "The pool."),
        Field::optional("tag", Type::Text, "The tag, if only its postings count."),
        Field::required("period", Type::Struct(&PERIOD), "The period."),
        Field::required("places", Type::Int, "Decimals at which amounts are compared."),
    ],
);

static PENDING: Struct = Struct::closed(
    "pending",
    "Places that a decision has to fill.",
    &[
        Field::required("candidates", Type::List(&Type::Text), "The accounts that tie."),
        Field::required("places", Type::Int, "How many places are left for them."),
        Field::optional("waits", Type::Bool, "Whether it waits for an earlier decision."),
    ],
);

/// A winner, or places that are not decided yet.
pub static AWARD: Struct = Struct::closed(
    "award",
    "A winner, or places that await a decision.",
    &[
        Field::optional("account", Type::Text, "The winner; none while it is pending."),
        Field::optional("award", Type::Text, "What is awarded."),
        Field::optional("clause", Type::Text, "The clause; by the option `clause` if left out."),
        Field::optional("rank", Type::Int, "The rank it was chosen by."),
        Field::optional("amount", Type::Amount, "The amount it was chosen by."),
        Field::optional("pending", Type::Struct(&PENDING), "What a decision has to fill."),
    ],
);

static DECISION: Struct = Struct::closed(
    "decision",
    "How a tie was decided.",
    &[
        Field::required("candidates", Type::List(&Type::Text), "Among whom."),
        Field::required("chosen", Type::List(&Type::Text), "Who was chosen."),
    ],
);

static STANDING_OF: Struct = Struct::closed(
    "standing_of",
    "Which standing.",
    &[
        Field::optional("measure", Type::Text, "The measure; `points` if left out."),
        Field::optional("tag", Type::Text, "Ranked by the postings with this tag only."),
        Field::optional("pool", Type::Text, "Only this pool."),
    ],
);

static TAKE_OPTIONS: Struct = Struct::closed(
    "take_options",
    "How winners are taken.",
    &[
        Field::optional(
            "taken",
            Type::Choice(&["next", "lapse"]),
            "A place of one who has won already goes to the `next` (if left out), or lapses.",
        ),
        Field::optional("award", Type::Text, "What is awarded."),
        Field::optional("clause", Type::Text, "The clause."),
    ],
);

/// What an award is selected from.
pub static CONTEST: Struct = Struct::closed(
    "contest",
    "The standings of a period, and who has won so far.",
    &[
        Field::optional("register", Type::Text, "The register."),
        Field::required("period", Type::Struct(&PERIOD), "The period."),
        Field::required("rows", Type::List(&Type::Struct(&ROW)), "Every account's line under each measure."),
        Field::optional("places", Type::Map(&Type::Int), "By measure: decimals at which amounts are compared; six where it is silent."),
        Field::required("winners", Type::List(&Type::Struct(&AWARD)), "Who has won so far, by earlier handlers."),
        Field::optional("decisions", Type::List(&Type::Struct(&DECISION)), "How ties were decided."),
    ],
)
.with_methods(&[
    Method {
        name: "standing",
        doc: "The rows of a measure, best first, with ranks 1, 2, 2, 4; by total or by one tag, of all or of one pool.",
        params: &[Param { name: "of", ty: Type::Optional(&Type::Struct(&STANDING_OF)), doc: "Which; all points if left out." }],
        result: Type::List(&Type::Struct(&ROW)),
        run: standing,
    },
    Method {
        name: "take",
        doc: "The best `n` of a standing as winners. A tie at the cut becomes one `pending` entry.",
        params: &[
            Param { name: "list", ty: Type::List(&Type::Struct(&ROW)), doc: "A standing." },
            Param { name: "n", ty: Type::Int, doc: "How many places." },
            Param { name: "options", ty: Type::Optional(&Type::Struct(&TAKE_OPTIONS)), doc: "How." },
        ],
        result: Type::List(&Type::Struct(&AWARD)),
        run: take,
    },
]);

fn standing(s: &Value, args: &[Value]) -> Result<Value, String> {
    let of = &args[0];
    let measure = of.get("measure").as_str().unwrap_or("points");
    let places = s.get("places").get(measure).as_int().unwrap_or(6).clamp(0, 6) as u32;
    let mut rows: Vec<(Amount, Map)> = Vec::new();
    for row in s.get("rows").as_list().unwrap_or(&[]).iter().filter_map(Value::as_map) {
        let is = |key: &str, wanted: &str| row.get(key).and_then(Value::as_str).is_none_or(|v| v == wanted);
        let in_pool =
            of.get("pool").as_str().is_none_or(|pool| row.get("pool").and_then(Value::as_str) == Some(pool));
        if !is("measure", measure) || !in_pool {
            continue;
        }
        let mut row = row.clone();
        if let Some(tag) = of.get("tag").as_str() {
            let amount = row.get("tags").and_then(|tags| tags.get(tag).as_amount()).unwrap_or(Amount::ZERO);
            row.insert("amount".into(), Value::Amount(amount));
            row.remove("rank");
        }
        let amount = row.get("amount").and_then(Value::as_amount).unwrap_or(Amount::ZERO);
        rows.push((amount.round(places, registrar_sdk::amount::Rounding::HalfUp), row));
    }
    // A ranking that `rank.order` has made stands, within its pool; a tag's, and one across pools, is made here.
    let ranked = rows.iter().all(|(_, r)| r.contains_key("rank") || r.contains_key("excluded"));
    let one_pool = rows.windows(2).all(|pair| pair[0].1.get("pool") == pair[1].1.get("pool"));
    if ranked && one_pool {
        rows.sort_by_key(|(_, r)| r.get("rank").and_then(Value::as_int).unwrap_or(i64::MAX));
        // Who is first of a pool is first there, whatever place that is among all.
        if of.get("pool").as_str().is_some() {
            renumber(&mut rows);
        }
    } else {
        rank(&mut rows);
    }
    Ok(Value::List(rows.into_iter().map(|(_, row)| Value::Map(row)).collect()))
}

/// The ranks of a part as of the whole: in the same order, with the same ties.
fn renumber(rows: &mut [(Amount, Map)]) {
    let mut last: Option<(i64, i64)> = None;
    for (i, (_, row)) in rows.iter_mut().enumerate() {
        let Some(before) = row.get("rank").and_then(Value::as_int) else { continue };
        let rank = match last {
            Some((above, rank)) if above == before => rank,
            _ => i as i64 + 1,
        };
        last = Some((before, rank));
        row.insert("rank".into(), Value::Int(rank));
    }
}

fn rank(rows: &mut [(Amount, Map)]) {
    rows.sort_by_key(|(amount, row)| (row.contains_key("excluded"), Reverse(*amount)));
    let mut last: Option<(Amount, i64)> = None;
    for (i, (amount, row)) in rows.iter_mut().enumerate() {
        if row.contains_key("excluded") {
            row.remove("rank");
            continue;
        }
        let rank = match last {
            Some((above, rank)) if above == *amount => rank,
            _ => i as i64 + 1,
        };
        last = Some((*amount, rank));
        row.insert("rank".into(), Value::Int(rank));
    }
}

fn take(s: &Value, args: &[Value]) -> Result<Value, String> {
    let (list, options) = (args[0].as_list().unwrap_or(&[]), &args[2]);
    let mut places = match args[1].as_int() {
        Some(n) if n >= 0 => n as usize,
        _ => return Err(format!("take: {} places; expected a number from 0", args[1])),
    };
    let winners = s.get("winners").as_list().unwrap_or(&[]);
    // Who has won already is unknown while an earlier tie is open.
    if winners.iter().any(|w| !w.get("pending").is_nil()) {
        return Ok(Value::List(vec![pending(options, Vec::new(), places, true)]));
    }
    let taken: BTreeSet<&str> = winners.iter().filter_map(|w| w.get("account").as_str()).collect();
    let lapse = options.get("taken").as_str() == Some("lapse");
    let mut out = Vec::new();
    for group in level(list) {
        let is_taken = |row: &&Value| taken.contains(account(row));
        // A lapsing place is used up by the one who has won already; only a tie beyond the places
        // that are left needs a decision.
        let eligible: Vec<&Value> =
            if lapse { group } else { group.into_iter().filter(|row| !is_taken(row)).collect() };
        if eligible.is_empty() || places == 0 {
            continue;
        }
        let chosen: Vec<&Value> = if eligible.len() <= places {
            eligible
        } else {
            let names: BTreeSet<String> = eligible.iter().map(|row| account(row).to_owned()).collect();
            let Some(chosen) = decided(s, &names, places) else {
                out.push(pending(options, names.into_iter().map(Value::from).collect(), places, false));
                return Ok(Value::List(out));
            };
            eligible.into_iter().filter(|row| chosen.contains(account(row))).collect()
        };
        places -= chosen.len();
        out.extend(chosen.into_iter().filter(|row| !is_taken(row)).map(|row| winner(options, row)));
    }
    Ok(Value::List(out))
}

fn account(row: &Value) -> &str {
    row.get("account").as_str().unwrap_or_default()
}

/// Rows that are ranked, those of one rank together.
fn level(list: &[Value]) -> Vec<Vec<&Value>> {
    let mut groups: Vec<Vec<&Value>> = Vec::new();
    for row in list.iter().filter(|row| row.get("excluded").is_nil()) {
        let ranked = row.get("rank").as_int().is_some();
        match groups.last_mut() {
            Some(group) if ranked && group[0].get("rank").same(row.get("rank")) => group.push(row),
            _ => groups.push(vec![row]),
        }
    }
    groups
}

/// What is said of a place, with the award and the clause that the options name.
fn entry(options: &Value, parts: Vec<(&str, Value)>) -> Value {
    let mut map: Map = parts.into_iter().map(|(key, value)| (key.into(), value)).collect();
    for key in ["award", "clause"] {
        if !options.get(key).is_absent() {
            map.insert(key.into(), options.get(key).clone());
        }
    }
    Value::Map(map)
}

fn winner(options: &Value, row: &Value) -> Value {
    let mut parts = vec![("account", row.get("account").clone()), ("amount", row.get("amount").clone())];
    parts.extend(row.get("rank").as_int().map(|rank| ("rank", Value::Int(rank))));
    entry(options, parts)
}

/// Places about which a person decides.
fn pending(options: &Value, candidates: Vec<Value>, places: usize, waits: bool) -> Value {
    let mut parts = vec![("candidates", Value::List(candidates)), ("places", Value::Int(places as i64))];
    parts.extend(waits.then_some(("waits", Value::Bool(true))));
    entry(options, vec![("pending", Value::map(parts))])
}

fn decided(s: &Value, candidates: &BTreeSet<String>, places: usize) -> Option<BTreeSet<String>> {
    let names = |list: &Value| -> BTreeSet<String> {
        list.as_list().unwrap_or(&[]).iter().filter_map(|n| n.as_str().map(str::to_owned)).collect()
    };
    s.get("decisions").as_list()?.iter().find_map(|decision| {
        let chosen = names(decision.get("chosen"));
        let fits = names(decision.get("candidates")) == *candidates
            && chosen.len() == places
            && chosen.is_subset(candidates);
        fits.then_some(chosen)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contest(winners: &str, decisions: &str) -> Value {
        serde_json::from_str(&format!(
            r#"{{"winners":{winners},"decisions":{decisions},"places":{{"points":0}},"rows":[
              {{"account":"a","measure":"points","amount":90,"tags":{{"adopted":50}},"pool":"city"}},
              {{"account":"b","measure":"points","amount":80,"tags":{{"adopted":20}},"pool":"city"}},
              {{"account":"c","measure":"points","amount":70,"tags":{{"adopted":40}},"pool":"direct"}},
              {{"account":"d","measure":"points","amount":70,"tags":{{"adopted":40}},"pool":"city"}},
              {{"account":"e","measure":"points","amount":95,"tags":{{}},"excluded":"notified twice","pool":"city"}}]}}"#
        ))
        .unwrap()
    }

    fn taken(s: &Value, of: &str, n: i64, options: &str) -> String {
        let of = serde_json::from_str(of).unwrap();
        let list = standing(s, &[of]).unwrap();
        let options = serde_json::from_str(options).unwrap();
        let winners = take(s, &[list, Value::Int(n), options]).unwrap();
        winners
            .as_list()
            .unwrap()
            .iter()
            .map(|w| match w.get("pending") {
                Value::Nil => w.get("account").as_str().unwrap().to_owned(),
                pending if pending.get("waits") == &Value::Bool(true) => "waits".to_owned(),
                pending => format!("{} for {}", pending.get("candidates"), pending.get("places")),
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn ranks_are_1_2_3_3_and_the_excluded_have_none() {
        let rows = standing(&contest("[]", "[]"), &[Value::Nil]).unwrap();
        let ranks: Vec<_> = rows.as_list().unwrap().iter().map(|r| r.get("rank").as_int()).collect();
        assert_eq!(ranks, [Some(1), Some(2), Some(3), Some(3), None]);
    }

    #[test]
    fn ranks_of_a_pool_are_its_own() {
        let s: Value = serde_json::from_str(
            r#"{"rows":[
              {"account":"a","measure":"points","amount":90,"rank":1,"pool":"city"},
              {"account":"b","measure":"points","amount":80,"rank":2,"pool":"direct"},
              {"account":"c","measure":"points","amount":80,"rank":2,"pool":"direct"},
              {"account":"x","measure":"points","amount":99,"excluded":"twice","pool":"direct"},
              {"account":"d","measure":"points","amount":70,"rank":4,"pool":"direct"}]}"#,
        )
        .unwrap();
        let ranks = |of: &str| -> Vec<Option<i64>> {
            let rows = standing(&s, &[serde_json::from_str(of).unwrap()]).unwrap();
            rows.as_list().unwrap().iter().map(|row| row.get("rank").as_int()).collect()
        };
        assert_eq!(ranks(r#"{"pool":"direct"}"#), [Some(1), Some(1), Some(3), None]);
        assert_eq!(ranks(r#"{"pool":"city"}"#), [Some(1)]);
    }

    #[test]
    fn a_place_of_one_who_has_won_goes_to_the_next_or_lapses() {
        let s = contest(r#"[{"account":"a"},{"account":"b"}]"#, "[]");
        let by_adoption = r#"{"tag":"adopted","pool":"city"}"#;
        assert_eq!(taken(&s, by_adoption, 1, r#"{"taken":"next"}"#), "d");
        assert_eq!(taken(&s, by_adoption, 1, r#"{"taken":"lapse"}"#), "");
        assert_eq!(taken(&s, by_adoption, 2, r#"{"taken":"lapse"}"#), "d");
    }

    #[test]
    fn a_tie_at_the_cut_waits_for_a_decision_and_later_awards_wait_for_it() {
        let s = contest("[]", "[]");
        assert_eq!(taken(&s, "{}", 3, "{}"), r#"a b ["c","d"] for 1"#);
        assert_eq!(taken(&s, "{}", 4, "{}"), "a b c d");
        let decided = contest("[]", r#"[{"candidates":["d","c"],"chosen":["d"]}]"#);
        assert_eq!(taken(&decided, "{}", 3, "{}"), "a b d");
        let open = contest(r#"[{"pending":{"candidates":["c","d"],"places":1}}]"#, "[]");
        assert_eq!(taken(&open, "{}", 1, "{}"), "waits");
    }
}
