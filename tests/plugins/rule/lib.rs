//! The rule that the benchmarks count by, as a library: three look-ups, six branches.

#![forbid(unsafe_code)]

use registrar_sdk::native::{Plugin, View};

registrar_sdk::plugin! { manifest: "plugin.toml", load: load }

fn load(plugin: &mut Plugin<'_>) -> Result<(), String> {
    plugin.on("bench.count", (), |_, args| Ok(points(args[0], args[1])))
}

/// What an adoption counts.
pub fn points(event: View<'_>, record: View<'_>) -> f64 {
    let mut points = match record.get("kind").as_str() {
        Some("dynamic") => 2.0,
        Some("routine") => 3.0,
        Some("research") => 10.0,
        Some("voice") => 4.0,
        _ => 1.0,
    };
    let form = event.get("fields");
    points += match form.get("level").as_str() {
        Some("district") => 1.0,
        Some("city") => 2.0,
        Some("province") => 4.0,
        Some("state") => 8.0,
        _ => 0.0,
    };
    points += match form.get("carrier").as_str() {
        Some("journal") => 3.0,
        Some("brief") => 2.0,
        Some("daily") => 1.0,
        _ => 0.0,
    };
    if event.get("nth").as_int().unwrap_or(0) > 2 {
        return 0.0;
    }
    if record.get("urgent").as_bool() == Some(true) {
        points += 1.0;
    }
    if record.get("stage").as_str() != Some("adopted") {
        points = 0.0;
    }
    match event.get("on").as_str().unwrap_or("") {
        on if on >= "2023-07-01" => points += 2.0,
        on if on >= "2023-04-01" => points += 1.0,
        _ => {}
    }
    if record.get("unit").as_str() == Some("unit-7") { points * 2.0 } else { points }
}
