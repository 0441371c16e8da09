//! Lua stubs: what an editor's language server reads to complete and check scripts.

use super::walk;
use crate::calls::{GLOBALS, VALUES};
use registrar_sdk::{Contract, HostCall, Param, Point, Struct, Type};
use std::{collections::BTreeSet, fmt::Write};

/// The stubs of a contract, for LuaLS.
pub fn stubs(contract: &Contract) -> String {
    let mut out = format!(
        "---@meta\n-- @generated\n-- Derived from the contract \"{}\", revision {}; changes here are overwritten.\n\n",
        contract.name, contract.revision
    );
    for s in walk::structs(contract) {
        class(&mut out, contract, s);
    }
    for point in contract.points {
        options_class(&mut out, contract, point);
    }
    host(&mut out, contract);
    for call in contract.calls.iter().filter(|c| !VALUES.contains(&c.name)) {
        function(&mut out, contract, call);
    }
    for point in contract.points {
        if let Some(short) = point.shorthand {
            let _ = write!(
                out,
                "---{}\n---@param id string\n---@param definition table # {}\nfunction host.{short}(id, definition) end\n\n",
                point.doc,
                lua_type(&point.answer)
            );
        }
    }
    out
}

fn class(out: &mut String, contract: &Contract, s: &Struct) {
    let _ = writeln!(out, "---{}\n---@class registrar.{}", s.doc, s.name);
    for field in s.fields {
        let mark = if field.required { "" } else { "?" };
        let _ = writeln!(out, "---@field {}{mark} {} # {}", field.name, lua_type(&field.ty), field.doc);
    }
    if s.open {
        out.push_str("---@field [string] any\n");
    }
    if !s.methods.is_empty() {
        let _ = writeln!(out, "local {} = {{}}", s.name);
    }
    out.push('\n');
    for method in s.methods {
        let _ = writeln!(out, "---{}", method.doc);
        params(out, method.params);
        // Where a method registers handlers as `host.on` does, an editor knows what each point gives.
        if contract.call("on").is_some_and(|on| std::ptr::eq(on.params, method.params)) {
            let this = format!("self: registrar.{}, ", s.name);
            contract.points.iter().for_each(|point| overloads(out, point, &this));
        }
        let names: Vec<_> = method.params.iter().map(|p| p.name).collect();
        let _ = write!(
            out,
            "---@return {}\nfunction {}:{}({}) end\n\n",
            lua_type(&method.result),
            s.name,
            method.name,
            names.join(", ")
        );
    }
}

fn options_class(out: &mut String, contract: &Contract, point: &Point) {
    let _ = writeln!(out, "---Options of `{}`.\n---@class {}", point.id, options_name(point));
    for at in point.options {
        if let Some(option) = contract.option(at.option) {
            let mark = if at.required { "" } else { "?" };
            let _ =
                writeln!(out, "---@field {}{mark} {} # {}", option.name, lua_type(&option.ty), option.doc);
        }
    }
    out.push('\n');
}

fn options_name(point: &Point) -> String {
    format!("registrar.options.{}", point.id.replace('.', "_"))
}

fn host(out: &mut String, contract: &Contract) {
    out.push_str("---What the host offers.\n---@class registrar.host\n");
    for call in contract.calls.iter().filter(|c| VALUES.contains(&c.name)) {
        let _ = writeln!(out, "---@field {} {} # {}", call.name, lua_type(&call.result), call.doc);
    }
    out.push_str("host = {}\n\n");
    let folders: BTreeSet<&str> =
        contract.calls.iter().filter_map(|c| c.name.rsplit_once('.')).map(|(folder, _)| folder).collect();
    for folder in folders {
        let _ = writeln!(out, "host.{folder} = {{}}\n");
    }
}

fn function(out: &mut String, contract: &Contract, call: &HostCall) {
    let _ = writeln!(out, "---{}", call.doc);
    if let Some(capability) = call.capability {
        let _ = writeln!(out, "---Needs the capability `{capability}`.");
    }
    params(out, call.params);
    if !matches!(call.result, Type::Optional(Type::Any)) {
        let _ = writeln!(out, "---@return {}", lua_type(&call.result));
    }
    if call.name == "on" {
        for point in contract.points {
            overloads(out, point, "");
        }
    }
    let names: Vec<_> = call.params.iter().map(|p| p.name).collect();
    let prefix = if GLOBALS.contains(&call.name) { "" } else { "host." };
    let _ = write!(out, "function {prefix}{}({}) end\n\n", call.name, names.join(", "));
}

fn overloads(out: &mut String, point: &Point, this: &str) {
    let args: Vec<_> = point.params.iter().map(|p| format!("{}: {}", p.name, lua_type(&p.ty))).collect();
    let handler = format!("fun({}): ({})?", args.join(", "), lua_type(&point.answer));
    let _ = writeln!(
        out,
        "---@overload fun({this}point: \"{}\", options: {}, handler: {handler})",
        point.id,
        options_name(point)
    );
    if point.options.iter().all(|o| !o.required) {
        let _ = writeln!(out, "---@overload fun({this}point: \"{}\", handler: {handler})", point.id);
    }
}

fn params(out: &mut String, params: &[Param]) {
    for p in params {
        let (mark, ty) = match p.ty {
            Type::Optional(inner) => ("?", *inner),
            ty => ("", ty),
        };
        let _ = writeln!(out, "---@param {}{mark} {} # {}", p.name, lua_type(&ty), p.doc);
    }
}

fn lua_type(ty: &Type) -> String {
    match ty {
        Type::Any => "any".into(),
        Type::Bool => "boolean".into(),
        Type::Int => "integer".into(),
        Type::Number | Type::Amount => "number".into(),
        Type::Text | Type::Bytes | Type::Date => "string".into(),
        Type::Choice(words) => words.iter().map(|w| format!("{w:?}")).collect::<Vec<_>>().join("|"),
        Type::List(item) => match lua_type(item) {
            item if item.contains('|') => format!("({item})[]"),
            item => format!("{item}[]"),
        },
        Type::Map(item) => format!("table<string, {}>", lua_type(item)),
        Type::Struct(s) => format!("registrar.{}", s.name),
        Type::Optional(inner) => format!("({})?", lua_type(inner)),
        Type::OneOf(types) => types.iter().map(lua_type).collect::<Vec<_>>().join("|"),
    }
}
