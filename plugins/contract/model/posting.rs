//! Postings: amounts on accounts.

use registrar_sdk::{Field, Method, Param, Struct, Type, Value, value::Map};

/// A posting as a rule answers it; what its options say may be left out.
pub static POSTING_ANSWER: Struct = Struct::closed(
    "posting_answer",
    "An amount that a rule puts on an account; what the handler's options say may be left out.",
    &[
        Field::optional("account", Type::Text, "The account; by the option `account` if left out."),
        Field::required("amount", Type::Amount, "How much."),
        Field::optional("measure", Type::Text, "What it counts; by the option `measure` if left out."),
        Field::optional("tag", Type::Text, "A label to add up or choose by."),
        Field::optional("clause", Type::Text, "The clause of the rule document."),
        Field::optional(
            "data",
            Type::Any,
            "Whatever explains it; the events whose ids it lists under `because` are shown where the figure is opened.",
        ),
        Field::optional(
            "period",
            Type::Text,
            "The period it belongs to, or the kind of a larger one, if it is not its event's day or its own period.",
        ),
        Field::optional(
            "register",
            Type::Text,
            "The register whose figures it belongs to, which declares the measure; the event's own if left out.",
        ),
    ],
);

/// A posting in the ledger.
pub static POSTING: Struct = Struct::closed(
    "posting",
    "An amount on an account under a measure.",
    &[
        Field::optional("id", Type::Text, "Its id during one dispatch; a derived one has none yet."),
        Field::optional("from", Type::Text, "The id of the posting it was derived from."),
        Field::required("account", Type::Text, "The account.").sample(super::example_text),
        Field::required("amount", Type::Amount, "How much."),
        Field::required("measure", Type::Text, "What it counts.").sample(|| Value::text("points")),
        Field::optional("tag", Type::Text, "A label to add up or choose by."),
        Field::optional("clause", Type::Text, "The clause of the rule document."),
        Field::optional("data", Type::Any, "Whatever explains it; the events whose ids it lists under `because` are shown where the figure is opened."),
        Field::optional("period", Type::Text, "The period a period's posting belongs to."),
        Field::optional("register", Type::Text, "The register whose figures it belongs to."),
        Field::optional("event", Type::Text, "The id of its event."),
        Field::optional("action", Type::Text, "The action of its event."),
        Field::optional("on", Type::Date, "The date of its event."),
    ],
)
.with_methods(&[Method {
    name: "with",
    doc: "The same posting with some of it changed; it keeps its origin and data.",
    params: &[Param { name: "changes", ty: Type::Struct(&POSTING_CHANGES), doc: "What differs." }],
    result: Type::Struct(&POSTING),
    run: with,
}]);

static POSTING_CHANGES: Struct = Struct::closed(
    "posting_changes",
    "What a derived posting has different.",
    &[
        Field::optional("account", Type::Text, "Another account."),
        Field::optional("amount", Type::Amount, "Another amount."),
        Field::optional("measure", Type::Text, "Another measure."),
        Field::optional("tag", Type::Text, "Another label."),
        Field::optional("clause", Type::Text, "The clause that says so."),
    ],
);

fn with(posting: &Value, args: &[Value]) -> Result<Value, String> {
    let mut derived: Map = posting.as_map().cloned().ok_or("this is no posting")?;
    if let Some(id) = derived.remove("id") {
        derived.insert("from".into(), id);
    }
    for (key, value) in args[0].as_map().into_iter().flatten() {
        match value {
            Value::Null => derived.remove(key),
            value => derived.insert(key.clone(), value.clone()),
        };
    }
    Ok(Value::Map(derived))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_posting_keeps_its_origin() {
        let posting = serde_json::from_str(
            r#"{"id":"7","event":"e1","account":"a","amount":"10","measure":"points","data":{"k":1}}"#,
        )
        .unwrap();
        let changes = serde_json::from_str(r#"{"account":"b"}"#).unwrap();
        let once = with(&posting, &[changes]).unwrap();
        assert_eq!(once.get("from"), &Value::text("7"));
        assert_eq!(once.at("data.k"), &Value::Int(1));
        assert_eq!(once.get("account"), &Value::text("b"));
        assert!(once.get("id").is_nil());
        let twice = with(&once, &[Value::map([("amount", Value::Int(1))])]).unwrap();
        assert_eq!(twice.get("from"), &Value::text("7"));
        assert_eq!(twice.get("event"), &Value::text("e1"));
    }
}
