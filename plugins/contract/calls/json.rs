//! JSON, for what comes from outside and goes there.

use super::{arg, function, param};
use registrar_sdk::{HostCall, Type, Value};

/// Text longer than this is not read.
const LONGEST: usize = 1 << 20;

pub(super) const ENCODE: HostCall = function(
    "json.encode",
    "A value as JSON on one line: keys sorted, amounts as numbers, `host.null` and absent ones as null.",
    &[param("value", Type::Any, "The value.")],
    Type::Text,
    encode,
);

pub(super) const DECODE: HostCall = function(
    "json.decode",
    "The value that JSON says, null as `host.null`. What is no JSON, or longer than 1 MiB, is an error.",
    &[param("text", Type::Text, "The JSON.")],
    Type::Any,
    decode,
);

fn encode(args: &[Value]) -> Result<Value, String> {
    Ok(Value::text(arg(args, 0).to_json().to_string()))
}

fn decode(args: &[Value]) -> Result<Value, String> {
    let text = arg(args, 0).as_str().unwrap_or_default();
    if text.len() > LONGEST {
        return Err(format!("json.decode: the text has {} bytes; at most {LONGEST} are read", text.len()));
    }
    serde_json::from_str(text).map(Value::from_json).map_err(|why| format!("json.decode: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded_again() {
        let value = Value::map([
            ("b", Value::List(vec![Value::Int(1), Value::Num(0.5), Value::text("信息")])),
            ("a", Value::Bool(true)),
        ]);
        let text = encode(std::slice::from_ref(&value)).unwrap();
        assert_eq!(text, Value::text(r#"{"a":true,"b":[1,0.5,"信息"]}"#));
        assert_eq!(decode(&[text]).unwrap(), value);
    }

    #[test]
    fn what_is_no_json_is_an_error_with_its_place() {
        assert!(decode(&[Value::text("{\"a\": }")]).unwrap_err().contains("column 7"));
        assert!(decode(&[Value::text("1".repeat(LONGEST + 1))]).unwrap_err().contains("at most"));
    }
}
