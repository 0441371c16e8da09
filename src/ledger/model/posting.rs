//! A posting: an amount on an account under a measure, with all that explains it.
//!
//! Says what a posting is, how handlers see it and which bytes stand for it in the digest; who
//! makes postings is decided in `record_scorer` and `period_scorer`.

use crate::error::LedgerError;
use jiff::civil::Date;
use registrar_domain::{Period, Registers, event::storable};
use registrar_host::Handler;
use registrar_sdk::{Amount, Value, value::Map};
use serde::{Deserialize, Serialize};

/// One amount on one account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Posting {
    /// The register whose figures it belongs to.
    pub register: String,
    /// What made it.
    pub origin: Origin,
    /// The period it belongs to, if not to its event's day alone.
    pub span: Option<Period>,
    /// Who gets it.
    pub account: String,
    /// What it counts.
    pub measure: String,
    /// How much.
    pub amount: Amount,
    /// A label to add up by.
    pub tag: Option<String>,
    /// The clause that says so.
    pub clause: Option<String>,
    /// What the rule noted with it; nil if nothing.
    #[serde(default, skip_serializing_if = "Value::is_nil")]
    pub data: Value,
    /// The rule that made it.
    pub rule: RuleRef,
    /// Its place in that rule's answer, from 0.
    pub index: u32,
    /// Which of the postings derived from one place it is; 0 for the one that was not derived.
    #[serde(default)]
    pub part: u32,
    /// Who dropped it, if it does not count.
    pub struck: Option<RuleRef>,
    /// Who derived it from an earlier posting, if someone did.
    pub derived: Option<RuleRef>,
}

/// What made a posting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// An event.
    Event(EventRef),
    /// The scoring of a whole period.
    Period(Period),
    /// The difference that a later change makes to a closed period.
    Adjustment(Period),
}

/// The event behind a posting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventRef {
    /// Its place in the log.
    pub seq: u64,
    /// Its id.
    pub id: String,
    /// Its register, where the posting belongs to another's figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register: Option<String>,
    /// Its record.
    pub record: String,
    /// Its action.
    pub action: String,
    /// The day it counts for.
    pub on: Date,
}

/// The rule behind a posting: a handler as it was when it ran.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RuleRef {
    /// Its plugin; empty for what the kernel itself does.
    pub plugin: String,
    /// The plugin's version.
    pub version: String,
    /// Hash of all that the rule's answers depend on.
    pub hash: String,
    /// The file it is written in.
    pub file: String,
    /// The line of `host.on`.
    pub line: u32,
    /// Its number among the plugin's registrations.
    pub registration: u32,
    /// The clause it was registered with.
    pub clause: Option<String>,
}

impl RuleRef {
    /// The rule that a handler is.
    pub fn of(handler: &Handler) -> RuleRef {
        RuleRef {
            plugin: handler.plugin.id.clone(),
            version: handler.plugin.version.clone(),
            hash: handler.plugin.rule_hash.clone(),
            file: handler.source.file.clone(),
            line: handler.source.line,
            registration: handler.index,
            clause: handler.option("clause").as_str().map(str::to_owned),
        }
    }

    /// The kernel, where it posts by itself (adjustments of closed periods).
    pub fn kernel() -> RuleRef {
        RuleRef {
            plugin: String::new(),
            version: String::new(),
            hash: String::new(),
            file: String::new(),
            line: 0,
            registration: 0,
            clause: None,
        }
    }

    /// Where it is written, `letters/scoring.lua:14`; empty for the kernel.
    pub fn place(&self) -> String {
        if self.file.is_empty() { String::new() } else { format!("{}:{}", self.file, self.line) }
    }
}

/// Why an answer can't be taken as postings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadPosting(pub String);

impl Posting {
    /// The posting that a rule answered, in the contract's canonical form.
    ///
    /// # Errors
    /// It lacks an account, measure or amount, or names a period it can't belong to, or a register or measure
    /// that is not there.
    pub fn from_answer(
        answer: &Value,
        (registers, register): (&Registers, &str),
        mut origin: Origin,
        rule: RuleRef,
        index: u32,
    ) -> Result<Posting, BadPosting> {
        let text = |key: &str| answer.get(key).as_str().map(str::to_owned);
        let needed = |key: &str| {
            text(key).filter(|t| !t.is_empty()).ok_or_else(|| {
                BadPosting(format!("posting {} has no {key}; name one in it or in the options", index + 1))
            })
        };
        let amount = answer
            .get("amount")
            .as_amount()
            .ok_or_else(|| BadPosting(format!("posting {} has no amount; expected a number", index + 1)))?;
        let counted_in = text("register").filter(|named| named != register);
        if let Some(named) = &counted_in {
            known_elsewhere(registers, named, &needed("measure")?)?;
            if let Origin::Event(event) = &mut origin {
                event.register = Some(register.to_owned());
            }
        }
        let span = match text("period") {
            Some(named) => Some(origin.span_named(&named)?),
            None => origin.own_span(),
        };
        let data = storable(answer.get("data").clone()).map_err(|why| BadPosting(format!("data: {why}")))?;
        Ok(Posting {
            register: counted_in.unwrap_or_else(|| register.to_owned()),
            span,
            account: needed("account")?,
            measure: needed("measure")?,
            amount,
            tag: text("tag"),
            clause: text("clause").or_else(|| rule.clause.clone()),
            data,
            rule,
            index,
            part: 0,
            struck: None,
            derived: None,
            origin,
        })
    }

    /// The days it belongs to: its period's, or its event's.
    pub fn days(&self) -> (Date, Date) {
        match (self.span.or(self.origin.own_span()), &self.origin) {
            (None, Origin::Event(event)) => (event.on, event.on),
            (Some(span), _) => (span.first(), span.last()),
            (None, Origin::Period(span) | Origin::Adjustment(span)) => (span.first(), span.last()),
        }
    }

    /// The register of its event.
    pub fn event_register(&self) -> &str {
        self.event().and_then(|event| event.register.as_deref()).unwrap_or(&self.register)
    }

    /// Whether it counts at all.
    pub fn counts(&self) -> bool {
        self.struck.is_none()
    }

    /// The event behind it, if there is one.
    pub fn event(&self) -> Option<&EventRef> {
        match &self.origin {
            Origin::Event(event) => Some(event),
            _ => None,
        }
    }

    /// The posting as handlers see it.
    pub fn to_value(&self) -> Value {
        let mut map = Map::new();
        let mut put = |key: &str, value: Value| {
            if !value.is_nil() {
                map.insert(key.into(), value);
            }
        };
        put("account", Value::text(&self.account));
        put("amount", Value::Amount(self.amount));
        put("measure", Value::text(&self.measure));
        put("tag", self.tag.clone().into());
        put("clause", self.clause.clone().into());
        put("data", self.data.clone());
        put("register", Value::text(&self.register));
        put("period", self.span.map(|span| span.to_string()).into());
        if let Origin::Event(event) = &self.origin {
            put("event", Value::text(&event.id));
            put("action", Value::text(&event.action));
            put("on", Value::text(event.on.to_string()));
        }
        Value::Map(map)
    }

    /// The bytes that stand for it in the ledger's digest: what it says, not where its rule is
    /// written.
    ///
    /// # Errors
    /// Its data holds a number that JSON has no form for.
    pub fn canonical_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let origin = match &self.origin {
            Origin::Event(event) => serde_json::json!({ "event": event.id }),
            Origin::Period(period) => serde_json::json!({ "period": period }),
            Origin::Adjustment(period) => serde_json::json!({ "adjustment": period }),
        };
        serde_json::to_vec(&(
            (&self.register, origin, &self.span, &self.account, &self.measure, &self.amount),
            (&self.tag, &self.clause, &self.data),
            (&self.rule.plugin, self.rule.registration, self.index, self.part),
            (self.struck.as_ref().map(|r| &r.plugin), self.derived.as_ref().map(|r| &r.plugin)),
        ))
    }
}

/// What is posted into another register's figures is counted there under a measure that it declares.
fn known_elsewhere(registers: &Registers, register: &str, measure: &str) -> Result<(), BadPosting> {
    let declared =
        registers.find(register).map_err(|why| BadPosting(format!("posting for another register: {why}")))?;
    if declared.measures.contains_key(measure) {
        return Ok(());
    }
    let known = declared.measures.keys().map(String::as_str);
    let unknown = LedgerError::unknown("measure", measure, known);
    Err(BadPosting(format!("posting for the register {register}, which has no such measure: {unknown}")))
}

impl Origin {
    fn own_span(&self) -> Option<Period> {
        match self {
            Origin::Event(_) => None,
            Origin::Period(period) | Origin::Adjustment(period) => Some(*period),
        }
    }

    // A name is a period, or the kind of the larger one that is meant.
    fn span_named(&self, name: &str) -> Result<Period, BadPosting> {
        let (first, last) = match self {
            Origin::Event(event) => (event.on, event.on),
            Origin::Period(period) | Origin::Adjustment(period) => (period.first(), period.last()),
        };
        let span = match registrar_domain::PeriodKind::named(name) {
            Some(kind) => Period::of(last, kind),
            None => {
                name.parse().map_err(|e: registrar_domain::period::NotAPeriod| BadPosting(e.to_string()))?
            }
        };
        if span.first() <= first && last <= span.last() {
            return Ok(span);
        }
        let own = if first == last { first.to_string() } else { format!("{first} to {last}") };
        Err(BadPosting(format!("period {span} does not contain {own}; name a period that does")))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use jiff::civil::date;

    pub(crate) fn rule(plugin: &str) -> RuleRef {
        RuleRef { plugin: plugin.into(), ..RuleRef::kernel() }
    }

    pub(crate) fn event(seq: u64, on: Date) -> Origin {
        Origin::Event(EventRef {
            seq,
            id: format!("e{seq}"),
            register: None,
            record: "r".into(),
            action: "accept".into(),
            on,
        })
    }

    pub(crate) fn posting(plugin: &str, origin: Origin) -> Posting {
        let made = answer(r#"{"account":"a","measure":"points","amount":1}"#, origin).unwrap();
        Posting { rule: rule(plugin), ..made }
    }

    fn answer(json: &str, origin: Origin) -> Result<Posting, BadPosting> {
        let registers = Registers::default();
        Posting::from_answer(
            &serde_json::from_str(json).unwrap(),
            (&registers, "letters"),
            origin,
            rule("p"),
            0,
        )
    }

    #[test]
    fn an_answer_becomes_a_posting_or_says_what_it_lacks() {
        let on = date(2023, 2, 14);
        let posting =
            answer(r#"{"account":"a","measure":"points","amount":0.2,"data":{"k":1}}"#, event(1, on))
                .unwrap();
        assert_eq!((posting.amount.to_string().as_str(), posting.days()), ("0.2", (on, on)));
        let lacking = answer(r#"{"account":"a","amount":1}"#, event(1, on)).unwrap_err();
        assert!(lacking.0.contains("has no measure"), "{lacking}");
    }

    #[test]
    fn an_addition_belongs_to_its_period_or_a_larger_one() {
        let q1 = || Origin::Period("2023-Q1".parse().unwrap());
        let spans = |period: &str| {
            let json = format!(r#"{{"account":"a","measure":"points","amount":1{period}}}"#);
            answer(&json, q1()).map(|p| p.span.unwrap().to_string())
        };
        assert_eq!(spans("").unwrap(), "2023-Q1");
        assert_eq!(spans(r#","period":"2023""#).unwrap(), "2023");
        assert_eq!(spans(r#","period":"half""#).unwrap(), "2023-H1");
        assert!(spans(r#","period":"2023-02""#).unwrap_err().0.contains("does not contain"));
        assert!(spans(r#","period":"2024""#).is_err());
    }
}
