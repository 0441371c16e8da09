//! Dated figures of a plugin: amounts that people change without touching a script, each with its unit and the clause
//! it stands in.

use crate::plugin::document::{Clauses, text_of};
use registrar_sdk::{Amount, BilingualText, Map, Value};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, ops::Bound};

/// The key under which the operator's settings of a plugin say figures otherwise; no setting can be called so.
pub const FIGURES: &str = "figures";

/// What is written for a figure that ends on a day.
const ENDED: &str = "-";

/// A plugin's figures, by name.
pub type DatedFigures = BTreeMap<String, DatedFigure>;

/// A figure with all it has been and will be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DatedFigure {
    /// What people call it.
    #[serde(serialize_with = "BilingualText::in_one_line")]
    pub label: BilingualText,
    /// What it counts: points, yuan, items a month.
    #[serde(skip_serializing_if = "BilingualText::is_empty", serialize_with = "BilingualText::in_one_line")]
    pub unit: BilingualText,
    /// The clause it stands in.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub clause: String,
    /// A remark, such as where it comes from.
    #[serde(skip_serializing_if = "BilingualText::is_empty", serialize_with = "BilingualText::in_one_line")]
    pub note: BilingualText,
    /// What it is from a day on; none where it ends. Before the first day there is none.
    pub from: BTreeMap<String, Option<Amount>>,
    /// Its line in `plugin.toml`; 0 if that is not known.
    pub line: u32,
}

/// `[figures]` as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a figure with its days, { from = { 2023-01-01 = 5 } }")]
pub struct FigureToml {
    label: Option<toml::Value>,
    unit: Option<toml::Value>,
    #[serde(default)]
    clause: String,
    note: Option<toml::Value>,
    from: Option<toml::Value>,
}

impl DatedFigure {
    /// What it is on a day, written `2023-02-14`, and since when; `None` where there is none.
    pub fn on(&self, day: &str) -> Option<(&str, Amount)> {
        let upto = (Bound::Unbounded, Bound::Included(day));
        let (since, amount) = self.from.range::<str, _>(upto).next_back()?;
        Some((since, (*amount)?))
    }

    /// The next day from which it is something else than on this one.
    pub fn next(&self, day: &str) -> Option<(&str, Option<Amount>)> {
        let after = (Bound::Excluded(day), Bound::Unbounded);
        let now = self.on(day).map(|(_, amount)| amount);
        let mut later = self.from.range::<str, _>(after).map(|(from, amount)| (from.as_str(), *amount));
        later.find(|(_, amount)| *amount != now)
    }
}

impl FigureToml {
    /// The figure it describes, on this line.
    ///
    /// # Errors
    /// What is wrong with it: no day, a day or an amount that is none.
    pub(crate) fn read(&self, name: &str, line: u32) -> Result<DatedFigure, String> {
        if !is_name(name) {
            return Err(
                "a figure's name has small letters, digits and _, and begins with a letter".to_owned()
            );
        }
        let Some(days) = self.from.as_ref().and_then(toml::Value::as_table).filter(|days| !days.is_empty())
        else {
            return Err("has no day; write from = { 2023-01-01 = 5 }".to_owned());
        };
        let said = |value: &Option<toml::Value>| value.as_ref().map(text_of).unwrap_or_default();
        let label = self.label.as_ref().map_or_else(|| BilingualText::same(name), text_of);
        let from = days.iter().map(|(day, value)| dated(day, &crate::plugin::toml_value::from_toml(value)));
        let from = from.collect::<Result<_, String>>()?;
        Ok(DatedFigure {
            label,
            unit: said(&self.unit),
            clause: self.clause.clone(),
            note: said(&self.note),
            from,
            line,
        })
    }
}

/// What figures are with what the operator says of them: further days, or other amounts on those that are there.
///
/// # Errors
/// A figure that is not declared, a day or an amount that is none.
pub(crate) fn overlaid(declared: &DatedFigures, operator: Option<&Value>) -> Result<DatedFigures, String> {
    let mut figures = declared.clone();
    let Some(operator) = operator else { return Ok(figures) };
    let empty = Map::new();
    let Some(said) = operator.as_map().or_else(|| operator.is_nil().then_some(&empty)) else {
        return Err(format!(
            "`{FIGURES}` is {operator}; expected a table such as {{ name = {{ 2024-01-01 = 5 }} }}"
        ));
    };
    for (name, days) in said {
        let Some(figure) = figures.get_mut(&**name) else {
            return Err(unknown(declared, name));
        };
        let Some(days) = days.as_map() else {
            return Err(format!(
                "the figure `{name}` is {days}; say from when, as {name} = {{ 2024-01-01 = 5 }}"
            ));
        };
        for (day, value) in days {
            let (day, amount) =
                dated(day, value).map_err(|problem| format!("the figure `{name}` {problem}"))?;
            figure.from.insert(day, amount);
        }
    }
    Ok(figures)
}

/// That there is no such figure, with the nearest there is.
pub(crate) fn unknown(figures: &DatedFigures, name: &str) -> String {
    let hint = registrar_sdk::suggest::nearest(name, figures.keys().map(String::as_str));
    format!("the figure `{name}` is not declared under [figures] in plugin.toml{hint}")
}

/// A clause's text with the figures that it names in braces as they are on a day; what is no figure stays as it is.
/// A figure that there is not yet is a dash.
pub(crate) fn filled(text: &BilingualText, figures: &DatedFigures, day: &str) -> BilingualText {
    if figures.is_empty() {
        return text.clone();
    }
    let fill = |text: &str| {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let named = after.split_once('}').and_then(|(name, rest)| Some((figures.get(name)?, rest)));
            match named {
                Some((figure, further)) => {
                    out.push_str(
                        &figure.on(day).map_or_else(|| "—".to_owned(), |(_, amount)| amount.to_string()),
                    );
                    rest = further;
                }
                None => {
                    out.push('{');
                    rest = after;
                }
            }
        }
        out + rest
    };
    BilingualText { zh: fill(&text.zh), en: fill(&text.en) }
}

/// The first thing wrong between figures and clauses: a figure's clause that the document lacks, a name in braces
/// that no figure has. With the figure's line, if it is one's.
pub(crate) fn against_clauses(
    figures: &DatedFigures,
    clauses: &Clauses,
) -> Result<(), (Option<u32>, String)> {
    let known = || clauses.keys().map(String::as_str);
    for (name, figure) in figures {
        if !figure.clause.is_empty() && !clauses.is_empty() && !clauses.contains_key(&figure.clause) {
            let hint = registrar_sdk::suggest::nearest(&figure.clause, known());
            let text = format!(
                "the figure `{name}` stands in the clause \"{}\", which is not there{hint}",
                figure.clause
            );
            return Err((Some(figure.line).filter(|line| *line > 0), text));
        }
    }
    if figures.is_empty() {
        return Ok(());
    }
    for (clause, text) in clauses {
        for text in [&text.zh, &text.en] {
            let named = text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name);
            if let Some(stray) = named.filter(|name| is_name(name)).find(|name| !figures.contains_key(*name))
            {
                return Err((
                    None,
                    format!("the clause \"{clause}\" names {{{stray}}}: {}", unknown(figures, stray)),
                ));
            }
        }
    }
    Ok(())
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn dated(day: &str, value: &Value) -> Result<(String, Option<Amount>), String> {
    let date: jiff::civil::Date =
        day.parse().map_err(|_| format!("has the day \"{day}\"; write days like 2023-01-01"))?;
    if value.as_str() == Some(ENDED) {
        return Ok((date.to_string(), None));
    }
    let amount = match value {
        Value::Int(n) => Amount::from_int(*n),
        other => other.as_f64().and_then(|n| Amount::from_f64(n).ok()),
    };
    match amount {
        Some(amount) => Ok((date.to_string(), Some(amount))),
        None => Err(format!(
            "is {value} from {day} on; expected a number alone, without its unit, with at most six decimals, or \"{ENDED}\" where it ends"
        )),
    }
}

#[cfg(test)]
mod tests {
    use crate::plugin::{figure::*, manifest::Manifest};

    const TOLL: &str = "toll = { from = { 2022-01-01 = 2, 2023-06-01 = 2.5, 2024-01-01 = \"-\" }, unit = \"yuan\", clause = \"c\" }";

    fn figures(lines: &str) -> Result<DatedFigures, (Option<u32>, String)> {
        let text = format!("version = \"1\"\n[figures]\n{lines}\n");
        let manifest = Manifest::parse(&text)?;
        let clauses = manifest.clauses.iter().map(|(id, text)| (id.clone(), text_of(text))).collect();
        against_clauses(&manifest.figures, &clauses)?;
        Ok(manifest.figures)
    }

    #[test]
    fn a_figure_is_what_it_was_last_said_to_be() {
        let figures = figures(TOLL).unwrap();
        let toll = &figures["toll"];
        let on = |day: &str| {
            toll.on(day).map_or("none".to_owned(), |(since, amount)| format!("{amount} since {since}"))
        };
        assert_eq!(on("2021-12-31"), "none");
        assert_eq!(on("2022-01-01"), "2 since 2022-01-01");
        assert_eq!(on("2023-06-01"), "2.5 since 2023-06-01");
        assert_eq!(on("2024-01-01"), "none");
        assert_eq!(toll.next("2022-05-01").unwrap().0, "2023-06-01");
        assert_eq!(toll.next("2024-05-01"), None);
        assert_eq!(toll.line, 3);
    }

    #[test]
    fn a_clause_shows_the_figure_of_the_day() {
        let text = BilingualText { zh: "每次{toll}元，见{其他}".into(), en: "{toll} yuan {".into() };
        let on = |day: &str| filled(&text, &figures(TOLL).unwrap(), day).to_string();
        assert_eq!(on("2022-05-01"), "每次2元，见{其他} · 2 yuan {");
        assert_eq!(on("2020-05-01"), "每次—元，见{其他} · — yuan {");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let check = |lines: &str, line: Option<u32>, part: &str| {
            let (found, text) = figures(lines).unwrap_err();
            assert!(text.contains(part) && found == line, "{found:?} {text}");
        };
        check("toll = { from = { 2022-13-01 = 2 } }", Some(3), "\"2022-13-01\"");
        check("\n  toll = { from = { 2022-01-01 = \"two\" } }", Some(4), "expected a number");
        check("toll = { from = {} }", Some(3), "no day");
        check("Toll = { from = { 2022-01-01 = 2 } }", Some(3), "small letters");
        check("toll = { since = { 2022-01-01 = 2 } }", Some(3), "since");
        check(&format!("{TOLL}\n[clauses]\nd = \"x\""), Some(3), "the clause \"c\", which is not there");
        check(&format!("{TOLL}\n[clauses]\nc = \"{{tol}} yuan\""), None, "did you mean `toll`");
    }

    #[test]
    fn the_operator_says_further_days_of_declared_figures() {
        let declared = figures(TOLL).unwrap();
        let said = |json: &str| overlaid(&declared, Some(&serde_json::from_str(json).unwrap()));
        let found = said(r#"{"toll":{"2023-06-01":3,"2023-09-01":4}}"#).unwrap();
        assert_eq!(found["toll"].on("2023-07-01").unwrap().1.to_string(), "3");
        assert_eq!(found["toll"].on("2023-09-01").unwrap().1.to_string(), "4");
        assert!(said(r#"{"tol":{"2023-06-01":3}}"#).unwrap_err().contains("did you mean `toll`"));
        assert!(said(r#"{"toll":3}"#).unwrap_err().contains("say from when"));
        assert!(said(r#"{"toll":{"soon":3}}"#).unwrap_err().contains("\"soon\""));
    }
}
