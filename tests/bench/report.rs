//! The results, as a table and as JSON.

use serde_json::{Value, json};
use std::fmt::Write;

/// All lines so far.
#[derive(Default)]
pub struct Report {
    lines: Vec<Line>,
}

/// What is hoped for.
#[derive(Clone, Copy)]
pub enum Aim {
    /// The quotient is at most this.
    Ratio(f64),
    /// The speed is at least this share of the bare limit's.
    Speed(f64),
    /// It takes at most so many nanoseconds.
    Time(f64),
    /// Only shown, to say where the time goes.
    None,
}

/// One result.
pub struct Line {
    /// What was measured.
    pub what: String,
    /// Nanoseconds it takes.
    pub ours: f64,
    /// Nanoseconds the bare limit takes.
    pub bare: Option<f64>,
    /// How often the bare limit's time it takes.
    pub ratio: Option<f64>,
    /// What is hoped for.
    pub aim: Aim,
}

impl Line {
    /// A time by itself.
    pub fn alone(what: impl Into<String>, ours: f64, aim: Aim) -> Line {
        Line { what: what.into(), ours, bare: None, ratio: None, aim }
    }

    /// A time beside the bare limit's.
    pub fn beside(what: impl Into<String>, pair: &crate::measure::Pair, aim: Aim) -> Line {
        Line { what: what.into(), ours: pair.ours, bare: Some(pair.bare), ratio: Some(pair.ratio), aim }
    }

    /// A time beside another that was not taken in turns with it.
    pub fn quotient(what: impl Into<String>, ours: f64, bare: f64, aim: Aim) -> Line {
        Line { what: what.into(), ours, bare: Some(bare), ratio: Some(ours / bare), aim }
    }

    fn reached(&self) -> Option<bool> {
        match self.aim {
            Aim::Ratio(most) => self.ratio.map(|ratio| ratio <= most),
            Aim::Speed(least) => self.ratio.map(|ratio| 1.0 / ratio >= least),
            Aim::Time(most) => Some(self.ours <= most),
            Aim::None => None,
        }
    }
}

impl Report {
    /// Adds a result.
    pub fn add(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// Whether nothing was measured.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// For people. The quotient is of times; for a speed, of speeds.
    pub fn table(&self) -> String {
        let mut out = String::new();
        let width = self.lines.iter().map(|l| l.what.chars().count()).max().unwrap_or(0);
        let mut row = |what: &str, cells: [&str; 5]| {
            let pad = " ".repeat(width.saturating_sub(what.chars().count()));
            let [ours, bare, ratio, aim, reached] = cells;
            let line = format!("{what}{pad}  {ours:>10}  {bare:>10}  {ratio:>7}  {aim:>9}  {reached}");
            let _ = writeln!(out, "{}", line.trim_end());
        };
        row("", ["ours", "bare", "ratio", "aim", ""]);
        for line in &self.lines {
            let speed = matches!(line.aim, Aim::Speed(_));
            let ratio = line.ratio.map(|r| if speed { 1.0 / r } else { r });
            let ratio = ratio.map_or(String::new(), |r| format!("{r:.3}"));
            let bare = line.bare.map_or(String::new(), duration);
            let aim = match line.aim {
                Aim::Ratio(most) => format!("≤ {most}"),
                Aim::Speed(least) => format!("≥ {least}"),
                Aim::Time(most) => format!("≤ {}", duration(most)),
                Aim::None => String::new(),
            };
            let reached = line.reached().map_or("", |yes| if yes { "reached" } else { "NOT REACHED" });
            row(&line.what, [&duration(line.ours), &bare, &ratio, &aim, reached]);
        }
        out
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let line = |l: &Line| {
            let (kind, aim) = match l.aim {
                Aim::Ratio(most) => (Some("ratio_at_most"), Some(most)),
                Aim::Speed(least) => (Some("speed_at_least"), Some(least)),
                Aim::Time(most) => (Some("nanoseconds_at_most"), Some(most)),
                Aim::None => (None, None),
            };
            json!({
                "what": l.what, "nanoseconds": l.ours, "bare_nanoseconds": l.bare, "ratio": l.ratio,
                "aim": aim, "aim_kind": kind, "reached": l.reached(),
            })
        };
        self.lines.iter().map(line).collect()
    }
}

fn duration(nanoseconds: f64) -> String {
    match nanoseconds {
        n if n < 1e3 => format!("{n:.1} ns"),
        n if n < 1e6 => format!("{:.2} µs", n / 1e3),
        n if n < 1e9 => format!("{:.2} ms", n / 1e6),
        n => format!("{:.2} s", n / 1e9),
    }
}
