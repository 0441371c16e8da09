//! The reference page: every point, option and host call, in Markdown.

use super::walk;
use crate::calls::{GLOBALS, VALUES};
use registrar_sdk::{
    Combine, Contract, Failure, Filter, HostCall, Lifecycle, Param, Phase, Point, Struct, Type, Where,
};
use std::fmt::Write;

const VALUES_AT_THE_BORDER: &str = "\
## Values at the border

| a script's value | becomes | notes |
|---|---|---|
| nil | absent, or no answer | `host.null` clears a field instead |
| a number | what is declared: an integer, a number, an amount | NaN, infinities and integers beyond 2^53 are errors |
| a number for an amount | the decimal it stands for | within 1e-9 of a number with at most six decimals; any other is refused (`10/3`: use `host.split`) |
| text | UTF-8 text, counted in characters | invalid UTF-8 is an error where text is declared |
| text for bytes | bytes | |
| text for a date | a date like `2023-02-14` | a day that does not exist is an error |
| `{}` | an empty list or table, as declared | undeclared: a list |
| a table with keys 1 to n | a list | holes and mixed keys are errors |
| a table with text keys | a table, keys sorted | other keys are errors |

";

/// The reference page of a contract.
pub fn reference(contract: &Contract) -> String {
    let mut out = format!(
        "# The contract \"{}\", revision {}\n\n<!-- @generated -->\n\nDerived from its declaration; changes here are overwritten.\n\n",
        contract.name, contract.revision
    );
    out.push_str("## Points\n\n| point | combining | a failure | phase |\n|---|---|---|---|\n");
    for point in contract.points {
        let _ = writeln!(
            out,
            "| [`{0}`](#{1}) | {2} | {3} | {4} |",
            point.id,
            point.id.replace('.', ""),
            combining(point.combine),
            failing(point.failure),
            point.phase.name()
        );
    }
    out.push('\n');
    contract.points.iter().for_each(|point| of_point(&mut out, contract, point));
    out.push_str("## Options of `host.on`\n\n| option | type | what it says |\n|---|---|---|\n");
    for option in contract.options {
        let _ = writeln!(out, "| `{}` | {} | {} |", option.name, type_name(&option.ty), option.doc);
    }
    out.push_str("\n## What the host offers\n\n");
    contract.calls.iter().for_each(|call| of_call(&mut out, contract, call));
    out.push_str(VALUES_AT_THE_BORDER);
    out.push_str("## Structs\n\n");
    walk::structs(contract).into_iter().for_each(|s| of_struct(&mut out, s));
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// The section of one point.
pub fn point_reference(contract: &Contract, point: &Point) -> String {
    let mut out = String::new();
    of_point(&mut out, contract, point);
    out
}

fn of_point(out: &mut String, contract: &Contract, point: &Point) {
    let _ = writeln!(out, "### {}\n\n{}\n", point.id, point.doc);
    if let Some(instead) = point.deprecated {
        let _ = writeln!(out, "**Deprecated**: {instead}\n");
    }
    let args: Vec<_> = point.params.iter().map(|p| p.name).collect();
    let answer = match (point.combine, &point.answer) {
        (Combine::Notify | Combine::Lifecycle(_), Type::Any) => "nothing".into(),
        (_, ty) => type_name(ty),
    };
    let _ = writeln!(out, "`({})` → {answer}\n", args.join(", "));
    params(out, point.params);
    let _ = writeln!(out, "* Combining: {}.", combining(point.combine));
    let _ = writeln!(out, "* A failure: {}.", failing(point.failure));
    let mut phase = format!("* Phase: {}", point.phase.name());
    if !point.extra_calls.is_empty() {
        let extra: Vec<_> = point.extra_calls.iter().map(|c| format!("`host.{c}`")).collect();
        let _ = write!(phase, ", and {}", extra.join(", "));
    }
    let _ = writeln!(
        out,
        "{phase}. Budget: {} ms, and {} ms in host calls that wait.",
        point.budget_ms, point.io_budget_ms
    );
    let options: Vec<_> = point
        .options
        .iter()
        .filter(|at| contract.option(at.option).is_some())
        .map(|at| format!("`{}`{}{}", at.option, filtering(at), if at.required { ", needed" } else { "" }))
        .collect();
    let _ = writeln!(out, "* Options: {}.", options.join("; "));
    if let Some(short) = point.shorthand {
        let _ = writeln!(
            out,
            "* `host.{short}(id, value)` registers a handler that answers `value` with that `id`."
        );
    }
    out.push('\n');
}

fn of_call(out: &mut String, contract: &Contract, call: &HostCall) {
    let prefix = if GLOBALS.contains(&call.name) { "" } else { "host." };
    if VALUES.contains(&call.name) {
        let _ = writeln!(out, "### {prefix}{}\n\n{}\n", call.name, call.doc);
    } else {
        let args: Vec<_> = call
            .params
            .iter()
            .map(|p| format!("{}{}", p.name, if matches!(p.ty, Type::Optional(_)) { "?" } else { "" }))
            .collect();
        let result = match &call.result {
            Type::Optional(Type::Any) => String::new(),
            ty => format!(" → {}", type_name(ty)),
        };
        let _ =
            writeln!(out, "### {prefix}{}\n\n{}\n\n`({})`{result}\n", call.name, call.doc, args.join(", "));
        params(out, call.params);
    }
    let mut when = match call.phases {
        phases if phases == Phase::ALL => "everywhere".to_owned(),
        [] => String::new(),
        phases => phases.iter().map(|p| p.name()).collect::<Vec<_>>().join(", "),
    };
    let added: Vec<_> = contract
        .points
        .iter()
        .filter(|p| p.extra_calls.contains(&call.name))
        .map(|p| format!("`{}`", p.id))
        .collect();
    if !added.is_empty() {
        let joint = if when.is_empty() { "" } else { ", and at " };
        let _ = write!(when, "{joint}{}", added.join(", "));
    }
    let _ = write!(out, "* Phases: {when}.");
    if let Some(capability) = call.capability {
        let _ = write!(out, " Needs the capability `{capability}`.");
    }
    out.push_str("\n\n");
}

fn of_struct(out: &mut String, s: &Struct) {
    let _ = writeln!(out, "### {}\n\n{}\n", s.name, s.doc);
    if !s.fields.is_empty() {
        out.push_str("| field | type | what it is |\n|---|---|---|\n");
    }
    for field in s.fields {
        let needed = if field.required { "" } else { "?" };
        let _ = writeln!(out, "| `{}`{needed} | {} | {} |", field.name, type_name(&field.ty), field.doc);
    }
    if s.open {
        out.push_str("| … | any value | further keys |\n");
    }
    out.push('\n');
    for method in s.methods {
        let args: Vec<_> = method.params.iter().map(|p| p.name).collect();
        let _ = writeln!(
            out,
            "`{}:{}({})` → {}: {}\n",
            s.name,
            method.name,
            args.join(", "),
            type_name(&method.result),
            method.doc
        );
        params(out, method.params);
    }
}

fn params(out: &mut String, params: &[Param]) {
    for p in params {
        let _ = writeln!(out, "* `{}`, {}: {}", p.name, type_name(&p.ty), p.doc);
    }
    if !params.is_empty() {
        out.push('\n');
    }
}

fn combining(combine: Combine) -> String {
    match combine {
        Combine::First { per: None } => "the first answer that is not nil".into(),
        Combine::First { per: Some(key) } => format!("the first answer for each `{key}`"),
        Combine::Collect => "all answers, in order".into(),
        Combine::Fold { append: Some(append), .. } => {
            let list = append.list;
            let own: Vec<String> = append.of_same.iter().map(|(field, _)| format!("`{field}`")).collect();
            match own.is_empty() {
                true => format!("each answer is added to `{list}`, which the next one sees"),
                false => format!(
                    "each answer is added to `{list}`, which the next one sees, if its {} are those of the argument",
                    own.join(", ")
                ),
            }
        }
        Combine::Fold { each: true, .. } => {
            "each gets what the last returned, of that what its filters choose".into()
        }
        Combine::Fold { .. } => "each gets what the last returned; nil keeps it".into(),
        Combine::Veto => "all run; any refusal stops, and all reasons are shown".into(),
        Combine::Notify => "after commit, each handler at its own pace, at least once".into(),
        Combine::Lifecycle(moment) => match moment {
            Lifecycle::Load => "before the plugin goes live".into(),
            Lifecycle::Migrate => "when its state's version changed".into(),
            Lifecycle::Unload => "after its last call".into(),
        },
    }
}

fn failing(failure: Failure) -> &'static str {
    match failure {
        Failure::RejectGeneration => "the new version does not go live",
        Failure::LogAndContinue => "is logged, and the work goes on",
        Failure::DenyCall => "denies the call",
        Failure::FailCall => "fails the call; no other handler is asked instead",
        Failure::Hold => "holds what depends on it: shown as unscored, closing refused",
        Failure::SkipAndShow => "is skipped and shown",
        Failure::RetryThenPark => "is tried again, then parked",
    }
}

fn filtering(at: &Where) -> String {
    match at.filter {
        Filter::None => String::new(),
        Filter::Equals(path) => format!(" (`{path}`)"),
        Filter::Fields(paths) => {
            format!(
                " (fields of {})",
                paths.iter().map(|p| format!("`{p}`")).collect::<Vec<_>>().join(" or ")
            )
        }
        Filter::Dates(path) | Filter::Rule(path) => format!(" (by `{path}`)"),
    }
}

fn type_name(ty: &Type) -> String {
    match ty {
        Type::Amount => "an amount".into(),
        Type::Struct(s) => format!("[{0}](#{0})", s.name),
        Type::List(item) => format!("a list of {}", bare(item)),
        Type::Map(item) => format!("a table of {}", bare(item)),
        Type::Optional(inner) => format!("{} or nil", type_name(inner)),
        Type::OneOf(types) => types.iter().map(type_name).collect::<Vec<_>>().join(", or "),
        Type::Choice(words) => words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", "),
        plain => plain.describe(),
    }
}

fn bare(ty: &Type) -> String {
    let name = type_name(ty);
    ["a ", "an "].iter().find_map(|article| name.strip_prefix(article)).map_or(name.clone(), str::to_owned)
}
