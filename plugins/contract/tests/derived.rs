//! The derived files in the tree are those of the declaration; a stale one is rewritten and fails.

use registrar_contract::{
    OFFICE,
    derive::{payload, reference, schema, stubs},
};
use std::{fs, path::Path};

fn check(path: &str, fresh: String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    let found = fs::read_to_string(&path).unwrap_or_default();
    if found != fresh {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).unwrap();
        }
        fs::write(&path, fresh).unwrap();
        panic!("{} was stale; it is rewritten now: look at it and commit it", path.display());
    }
}

#[test]
fn the_schema_is_fresh() {
    let text = serde_json::to_string_pretty(&schema(&OFFICE)).unwrap();
    check("plugins/contract/schema.json", text + "\n");
}

#[test]
fn the_lua_stubs_are_fresh() {
    check("scripts/types/registrar.lua", stubs(&OFFICE));
}

#[test]
fn the_reference_page_is_fresh() {
    check("plugins/contract/REFERENCE.md", reference(&OFFICE));
}

#[test]
fn the_rust_types_are_fresh() {
    check("plugins/contract/payload.rs", payload(&OFFICE));
}
