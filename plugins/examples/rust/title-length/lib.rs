//! A check of drafts, with the contract's types: a long title is hinted at.
#![forbid(unsafe_code)]

use registrar_contract::payload::{
    answer::{Finding, FindingLevel},
    point,
};
use registrar_sdk::{BilingualText, native::Plugin};

registrar_sdk::plugin! { manifest: "plugin.toml", examples: "examples.jsonl", load: load }

fn load(plugin: &mut Plugin<'_>) -> Result<(), String> {
    plugin.at(point::RecordCheck, (), |_call, args| {
        let length = args.draft.field("title").as_str().unwrap_or("").chars().count();
        let text = BilingualText::new("标题较长", "a long title");
        Ok((length > 40).then(|| Finding::new(FindingLevel::Hint, text)).into_iter().collect())
    })
}
