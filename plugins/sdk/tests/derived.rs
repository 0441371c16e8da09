//! `registrar.h` is what `header.rs` says: a stale one is rewritten, and the test fails.

#[test]
fn the_header_in_the_tree_is_the_generated_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/registrar.h");
    let fresh = registrar_sdk::header::registrar_h();
    if std::fs::read_to_string(path).unwrap_or_default() != fresh {
        std::fs::write(path, &fresh).unwrap();
        panic!("{path} was stale and has been rewritten; commit it");
    }
}
