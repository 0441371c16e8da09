//! Which crate of the workspace depends on which.

use crate::{Config, Finding};
use serde_json::Value;

/// Every dependency between crates of the workspace that `architecture.toml` does not name. `metadata` is what
/// `cargo metadata --no-deps` prints. What tests and build scripts depend on is not looked at.
#[must_use]
pub fn check(metadata: &Value, config: &Config) -> Vec<Finding> {
    let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let packages = list(metadata, "packages");
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    // Wherever the checkout itself lies.
    let top = metadata["workspace_root"].as_str().unwrap_or_default();
    let members: Vec<String> = packages.iter().map(name).collect();
    let mut findings = Vec::new();
    for package in &packages {
        let from = name(package);
        // A library that only a test loads may be whatever the test needs.
        let manifest = package["manifest_path"].as_str().unwrap_or_default();
        if manifest.strip_prefix(top).is_some_and(|inside| inside.starts_with("/tests/")) {
            continue;
        }
        let Some(allowed) = config.crates.get(&from) else {
            findings.push(Finding::new(
                &from,
                "is no crate that architecture.toml knows: say there what it imports",
            ));
            continue;
        };
        let used =
            list(package, "dependencies").into_iter().filter(|dependency| dependency["kind"].is_null());
        for to in used.map(|dependency| name(&dependency)) {
            if members.contains(&to) && !allowed.contains(&to) {
                let text = format!("{from} depends on {to}: no such arrow is in architecture.toml");
                findings.push(Finding::new(format!("{from} -> {to}"), text));
            }
        }
    }
    findings
}
