//! JSON schemas of what points take and answer, for editors and for other languages.

use super::walk;
use registrar_sdk::{Contract, Point, Struct, Type, value::MAX_INT};
use serde_json::{Map, Value as Json, json};

/// The whole contract: every struct under `$defs`, and arguments and answer of every point.
pub fn schema(contract: &Contract) -> Json {
    let points: Map<String, Json> =
        contract.points.iter().map(|point| (point.id.to_owned(), body(point))).collect();
    json!({
        "$comment": "@generated from the declaration; changes here are overwritten.",
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": contract.name,
        "revision": contract.revision,
        "$defs": definitions(walk::structs(contract)),
        "points": points,
    })
}

/// One point by itself: a schema of `{ arguments, answer }` with the structs it needs.
pub fn point_schema(point: &Point) -> Json {
    let mut needed: Vec<&'static Struct> = Vec::new();
    for ty in point.params.iter().map(|p| &p.ty).chain([&point.answer]) {
        for s in walk::structs_of(ty) {
            if !needed.iter().any(|n| n.name == s.name) {
                needed.push(s);
            }
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": point.id,
        "type": "object",
        "properties": body(point),
        "$defs": definitions(needed),
    })
}

fn body(point: &Point) -> Json {
    let required: Vec<_> =
        point.params.iter().filter(|p| !matches!(p.ty, Type::Optional(_))).map(|p| p.name).collect();
    let properties: Map<String, Json> =
        point.params.iter().map(|p| (p.name.to_owned(), with_doc(of_type(&p.ty), p.doc))).collect();
    json!({
        "arguments": {
            "description": point.doc,
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        },
        "answer": { "anyOf": [of_type(&point.answer), { "type": "null" }] },
    })
}

fn definitions(structs: Vec<&'static Struct>) -> Map<String, Json> {
    structs.into_iter().map(|s| (s.name.to_owned(), of_struct(s))).collect()
}

fn of_struct(s: &Struct) -> Json {
    let properties: Map<String, Json> =
        s.fields.iter().map(|f| (f.name.to_owned(), with_doc(of_type(&f.ty), f.doc))).collect();
    let required: Vec<_> = s.fields.iter().filter(|f| f.required).map(|f| f.name).collect();
    json!({
        "description": s.doc,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": s.open,
    })
}

fn of_type(ty: &Type) -> Json {
    match ty {
        Type::Any => json!({}),
        Type::Bool => json!({ "type": "boolean" }),
        Type::Int => json!({ "type": "integer", "minimum": -MAX_INT, "maximum": MAX_INT }),
        Type::Number => json!({ "type": "number" }),
        // Given as a number, printed as a decimal string, so that no reader rounds it.
        Type::Amount => json!({ "type": ["number", "string"], "format": "amount" }),
        Type::Text => json!({ "type": "string" }),
        Type::Bytes => json!({ "type": ["string", "array"], "format": "bytes" }),
        Type::Date => json!({ "type": "string", "format": "date" }),
        Type::Choice(words) => json!({ "enum": words }),
        Type::List(item) => json!({ "type": "array", "items": of_type(item) }),
        Type::Map(item) => json!({ "type": "object", "additionalProperties": of_type(item) }),
        Type::Struct(s) => json!({ "$ref": format!("#/$defs/{}", s.name) }),
        Type::Optional(inner) => json!({ "anyOf": [of_type(inner), { "type": "null" }] }),
        Type::OneOf(types) => json!({ "anyOf": types.iter().map(of_type).collect::<Vec<_>>() }),
    }
}

fn with_doc(mut schema: Json, doc: &str) -> Json {
    schema["description"] = doc.into();
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_points_schema_stands_by_itself() {
        let schema = point_schema(crate::OFFICE.point("score.post").unwrap());
        assert_eq!(schema["properties"]["arguments"]["required"], json!(["event", "record"]));
        let text = schema.to_string();
        for reference in text.match_indices("#/$defs/").map(|(i, m)| &text[i + m.len()..]) {
            let name = reference.split('"').next().unwrap();
            assert!(schema["$defs"].get(name).is_some(), "{name} is missing");
        }
    }
}
