//! NAME: a check on drafts.

#![forbid(unsafe_code)]

use registrar_sdk::{BilingualText, Value, native::Plugin};

registrar_sdk::plugin! { manifest: "plugin.toml", examples: "examples.jsonl", load: load }

fn load(plugin: &mut Plugin<'_>) -> Result<(), String> {
    let longest = plugin.settings().get("longest").as_int().unwrap_or(40);
    plugin.on("record.check", (), move |_, args| {
        let length = args[0].get("title").as_str().unwrap_or("").chars().count() as i64;
        let text = BilingualText::new("标题较长", "a long title");
        let hint = [("level", "hint".into()), ("field", "title".into()), ("text", text.into())];
        Ok((length > longest).then(|| Value::map(hint)))
    })
}

#[cfg(test)]
mod tests {
    use registrar_sdk::{Value, native::Fake};

    #[test]
    fn a_long_title_is_hinted_at() {
        let mut host = Fake::load(super::registrar_plugin, [("longest", Value::Int(4))]).unwrap();
        let mut check = |title: &str| host.call("record.check", &[Value::map([("title", title.into())])]);
        assert_eq!(check("四个汉字"), [Ok(Value::Nil)]);
        assert_eq!(check("一共五个字")[0].as_ref().unwrap().get("field"), &Value::text("title"));
    }
}
