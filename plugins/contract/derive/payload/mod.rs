//! A contract as Rust types: views of what handlers are given, structs for what they answer, and a
//! type for each point that ties the two together.
//!
//! The generated module is part of the crate that this one is part of. Should a change of the
//! declaration leave it uncompilable, empty it and run the test that rewrites it.

mod answer;
mod names;
mod point;
mod view;

use registrar_sdk::{Contract, Struct, Type};

/// The module of a contract, formatted as rustfmt leaves everything but long lines.
pub fn payload(contract: &Contract) -> String {
    let given = reached(contract.points.iter().flat_map(|p| p.params).map(|p| &p.ty));
    let answered = reached(contract.points.iter().map(|p| &p.answer));
    let views = given.iter().map(|s| view::of_struct(s)).collect();
    let mut answers: Vec<String> =
        answered.iter().map(|s| answer::of_struct(s, given.iter().any(|g| g.name == s.name))).collect();
    answers.extend(contract.points.iter().filter_map(answer::of_point));
    let args = contract.points.iter().filter_map(point::args).collect();
    let mut points: Vec<String> = contract.points.iter().map(point::of_point).collect();
    points.push(point::list(contract));

    let mut out = format!(
        "// @generated from the declaration in points, calls and model.\n\n\
         //! The contract \"{}\", revision {}, as Rust types, for native plugins. Derived from its\n\
         //! declaration; changes here are overwritten.\n\
         //!\n\
         //! A handler at a point of [`point`] gets the point's [`args`], made of [`view`]s, and returns what\n\
         //! stands in [`answer`].\n",
        contract.name, contract.revision
    );
    out.push_str(&module("view", "What handlers are given, borrowed until they return.", view::USES, views));
    out.push_str(&module("answer", "What handlers answer.", answer::USES, answers));
    out.push_str(&module("args", "The arguments of each point, by name.", point::ARGS_USES, args));
    out.push_str(&module("point", "Each point as a type, for `Plugin::at`.", point::USES, points));
    out
}

fn module(name: &str, doc: &str, uses: &str, items: Vec<String>) -> String {
    let body = format!("{uses}\n{}", items.join("\n"));
    let indented: String = body
        .lines()
        .map(|line| if line.is_empty() { "\n".into() } else { format!("    {line}\n") })
        .collect();
    format!("\n/// {doc}\npub mod {name} {{\n{indented}}}\n")
}

/// The structs that these types consist of, in the order in which they are first met. What only a
/// script's methods take is none of them.
fn reached<'a>(types: impl Iterator<Item = &'a Type>) -> Vec<&'static Struct> {
    let mut found = Vec::new();
    types.for_each(|ty| reach(ty, &mut found));
    found
}

fn reach(ty: &Type, found: &mut Vec<&'static Struct>) {
    match ty {
        Type::List(inner) | Type::Map(inner) | Type::Optional(inner) => reach(inner, found),
        Type::OneOf(types) => types.iter().for_each(|ty| reach(ty, found)),
        Type::Struct(s) if !found.iter().any(|f| f.name == s.name) => {
            found.push(s);
            s.fields.iter().for_each(|f| reach(&f.ty, found));
        }
        _ => {}
    }
}
