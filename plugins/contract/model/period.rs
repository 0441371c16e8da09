//! Periods, and what a rule for a whole period may look at.

use super::{COUNTED_EVENT, POSTING, QUOTA, UNIT};
use crate::model::PERIOD_KINDS;
use registrar_sdk::{Amount, Field, Method, Param, Struct, Type, Value};

/// A span of time with a name.
pub static PERIOD: Struct = Struct::closed(
    "period",
    "A month, a two-month window, a quarter, half, year, or the year up to a month.",
    &[
        Field::required(
            "id",
            Type::Text,
            "`2023-02`, `2023-01/2`, `2023-Q1`, `2023-H1`, `2023` or `2023-01..2023-05`.",
        )
        .sample(|| Value::text("2023-01")),
        Field::required("kind", Type::Choice(KINDS), "Which of them it is.").sample(|| Value::text("month")),
        Field::required("first", Type::Date, "Its first day.").sample(|| Value::text("2023-01-01")),
        Field::required("last", Type::Date, "Its last day.").sample(|| Value::text("2023-01-31")),
    ],
);

/// The kinds a period can have.
pub const KINDS: &[&str] = &["month", "two-month", "quarter", "half", "year", "cumulative"];

static TOTAL_OF: Struct = Struct::closed(
    "total_of",
    "Which postings to add up.",
    &[
        Field::optional("tag", Type::Text, "Only those with this tag."),
        Field::optional("clause", Type::Text, "Only those with this clause."),
    ],
);

static COUNT_OF: Struct = Struct::closed(
    "count_of",
    "Which events to count.",
    &[
        Field::optional("action", Type::Text, "Only those of this action."),
        Field::optional(
            "first",
            Type::Bool,
            "Only each record's first of its action, so that a resubmission counts once.",
        ),
        Field::optional("match", Type::Map(&Type::Any), "Only those whose record or form has these values."),
        Field::optional("distinct", Type::Choice(&["record"]), "`record`: each record once."),
    ],
);

/// What a rule for a period is given.
pub static PERIOD_CONTEXT: Struct = Struct::closed(
    "period_context",
    "One account in one period under one measure.",
    &[
        Field::required("account", Type::Text, "The account.").sample(super::example_text),
        Field::required("unit", Type::Struct(&UNIT), "The unit behind it, as of the period's last day."),
        Field::optional("register", Type::Text, "The register."),
        Field::required("measure", Type::Text, "The measure.").sample(|| Value::text("points")),
        Field::required("period", Type::Struct(&PERIOD), "The period."),
        Field::required(
            "postings",
            Type::List(&Type::Struct(&POSTING)),
            "The account's postings in it, additions of earlier handlers included.",
        )
        .on_request(),
        Field::required(
            "events",
            Type::List(&Type::Struct(&COUNTED_EVENT)),
            "The live events of the account's records in it.",
        )
        .on_request(),
        Field::required("quotas", Type::List(&Type::Struct(&QUOTA)), "What it owed, and had."),
    ],
)
.with_methods(&[
    Method {
        name: "total",
        doc: "The sum of the account's postings in the period, or of those with a tag or clause.",
        params: &[Param {
            name: "of",
            ty: Type::Optional(&Type::Struct(&TOTAL_OF)),
            doc: "Which; all if left out.",
        }],
        result: Type::Amount,
        run: total,
    },
    Method {
        name: "count",
        doc: "How many events the account has in the period.",
        params: &[Param {
            name: "of",
            ty: Type::Optional(&Type::Struct(&COUNT_OF)),
            doc: "Which; all if left out.",
        }],
        result: Type::Int,
        run: count,
    },
]);

const _: () = assert!(PERIOD_KINDS.len() + 1 == KINDS.len());

fn total(p: &Value, args: &[Value]) -> Result<Value, String> {
    let of = &args[0];
    let wanted = |posting: &Value| {
        ["tag", "clause"].iter().all(|key| of.get(key).is_absent() || of.get(key) == posting.get(key))
    };
    let mut sum = Amount::ZERO;
    for posting in p.get("postings").as_list().unwrap_or(&[]).iter().filter(|p| wanted(p)) {
        let amount = posting.get("amount").as_amount().ok_or("a posting has no amount")?;
        sum = sum.checked_add(amount).ok_or("the total is beyond the range of amounts")?;
    }
    Ok(Value::Amount(sum))
}

fn count(p: &Value, args: &[Value]) -> Result<Value, String> {
    let of = &args[0];
    let wanted = |event: &&Value| {
        (of.get("action").is_absent() || of.get("action") == event.get("action"))
            && (of.get("first") != &Value::Bool(true) || event.get("nth").as_int() == Some(1))
            && of.get("match").as_map().is_none_or(|fields| {
                fields.iter().all(|(key, value)| {
                    [event.at("item"), event.at("fields")].iter().any(|side| matches(side.get(key), value))
                })
            })
    };
    let events = p.get("events").as_list().unwrap_or(&[]).iter().filter(wanted);
    let n = match of.get("distinct").as_str() {
        Some(_) => events
            .map(|e| (e.get("register").as_str(), e.get("record").as_str()))
            .collect::<std::collections::BTreeSet<_>>()
            .len(),
        None => events.count(),
    };
    Ok(Value::Int(n as i64))
}

/// Whether a field's value is what was asked for, or one of it, or lists it.
pub(crate) fn matches(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (found, Value::List(any)) if !matches!(found, Value::List(_)) => any.iter().any(|w| found.same(w)),
        (Value::List(items), wanted) if !matches!(wanted, Value::List(_)) => {
            items.iter().any(|i| i.same(wanted))
        }
        _ => found.same(wanted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context() -> Value {
        serde_json::from_str(
            r#"{"postings":[{"amount":0.2,"tag":"a"},{"amount":0.2,"tag":"b"},{"amount":0.2,"tag":"a"}],
              "events":[
                {"action":"submit","register":"i","record":"1","nth":1,"fields":{},"item":{"kind":"dynamic"}},
                {"action":"submit","register":"i","record":"1","nth":2,"fields":{},"item":{"kind":"dynamic"}},
                {"action":"submit","register":"i","record":"2","nth":1,"fields":{},"item":{"kind":"research"}},
                {"action":"adopt","register":"i","record":"2","nth":1,"fields":{"carrier":"journal"},"item":{"kind":"research"}}]}"#,
        )
        .unwrap()
    }

    fn check_count(of: &str, expected: i64) {
        let of = serde_json::from_str(of).unwrap();
        assert_eq!(count(&context(), &[of]), Ok(Value::Int(expected)));
    }

    #[test]
    fn events_are_counted_by_action_first_match_and_record() {
        check_count("null", 4);
        check_count(r#"{"action":"submit"}"#, 3);
        check_count(r#"{"action":"submit","first":true}"#, 2);
        check_count(r#"{"distinct":"record"}"#, 2);
        check_count(r#"{"match":{"kind":"research"}}"#, 2);
        check_count(r#"{"match":{"kind":["research","dynamic"]},"action":"submit"}"#, 3);
        check_count(r#"{"match":{"carrier":"journal"}}"#, 1);
    }

    #[test]
    fn totals_are_exact() {
        let all = total(&context(), &[Value::Nil]).unwrap();
        assert_eq!(all, Value::Amount("0.6".parse().unwrap()));
        let a = total(&context(), &[Value::map([("tag", Value::text("a"))])]).unwrap();
        assert_eq!(a, Value::Amount("0.4".parse().unwrap()));
    }
}
