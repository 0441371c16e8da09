//! Finds every struct a contract speaks of.

use registrar_sdk::{Contract, Struct, Type};

/// All structs of a contract, each once, in the order in which they are first met.
pub fn structs(contract: &Contract) -> Vec<&'static Struct> {
    let mut found = Vec::new();
    for point in contract.points {
        point.params.iter().for_each(|p| visit(&p.ty, &mut found));
        visit(&point.answer, &mut found);
    }
    for option in contract.options {
        visit(&option.ty, &mut found);
    }
    for call in contract.calls {
        call.params.iter().for_each(|p| visit(&p.ty, &mut found));
        visit(&call.result, &mut found);
    }
    found
}

/// The structs that a type speaks of, itself included.
pub(crate) fn structs_of(ty: &Type) -> Vec<&'static Struct> {
    let mut found = Vec::new();
    visit(ty, &mut found);
    found
}

fn visit(ty: &Type, found: &mut Vec<&'static Struct>) {
    match ty {
        Type::List(inner) | Type::Map(inner) | Type::Optional(inner) => visit(inner, found),
        Type::OneOf(types) => types.iter().for_each(|ty| visit(ty, found)),
        Type::Struct(s) if !found.iter().any(|f| std::ptr::eq(*f, *s)) => {
            found.push(s);
            s.fields.iter().for_each(|f| visit(&f.ty, found));
            for method in s.methods {
                method.params.iter().for_each(|p| visit(&p.ty, found));
                visit(&method.result, found);
            }
        }
        _ => {}
    }
}
