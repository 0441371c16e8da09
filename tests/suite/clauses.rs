//! Every clause that a rule set may hold, with a figure worked by hand that opens down to its
//! events, and with one input that moves it. Scripts of `scripts/`, and of `tests/clauses/` for
//! what no published set has.

mod awards;
mod elsewhere;
mod opened;
mod published;
mod pure;
mod reported;

use crate::bureau::Bureau;
use registrar_domain::Lang;
use registrar_ledger::{Explained, StandingQuery};
use registrar_sdk::{Amount, Value, value::Map};
use std::{collections::BTreeMap, path::PathBuf};

/// Three counties, a direct-reporting point of the first, a committee, and people of them.
const DIRECTORY: &str = "
    2000-01-01 a $unit class=county title=a order=1
    2000-01-01 b $unit class=county title=b order=2
    2000-01-01 c $unit class=county title=c order=3
    2000-01-01 d $unit class=direct title=d order=4 parent=a
    2000-01-01 e $unit class=committee title=e order=5
    2000-01-01 wang $person name=Wang unit=a
    2000-01-01 li $person name=Li unit=b
    2000-01-01 zhang $person name=Zhang";

/// An office of the plugins of these names, each with what its settings say.
struct Office<'a>(&'a [(&'a str, &'a str)]);

impl Office<'_> {
    /// The office after a log, a line an event: day, record, action, fields. `1..15` is fifteen
    /// records, each with such an event.
    fn after(&self, log: &str) -> Bureau {
        let path = |name: &str| -> PathBuf {
            let folder = crate::program::repository();
            let shipped = ["scripts", "scripts/examples"].map(|of| folder.join(of).join(name));
            let shipped = shipped.into_iter().find(|path| path.is_dir());
            if let Some(shipped) = shipped {
                shipped
            } else {
                folder.join("tests/clauses").join(format!("{name}.lua"))
            }
        };
        let plugins: Vec<PathBuf> = self.0.iter().map(|(name, _)| path(name)).collect();
        let settings = |(name, text): &(&str, &str)| ((*name).to_owned(), fields(text));
        let settings: BTreeMap<_, _> = self.0.iter().map(settings).filter(|(_, m)| !m.is_empty()).collect();
        let mut bureau = Bureau::with_plugins(&plugins, settings);
        lines(DIRECTORY).for_each(|line| enter(&bureau, line));
        bureau.open();
        // Taken in line by line, so that a replay of the whole is something else.
        for line in lines(log) {
            enter(&bureau, line);
            bureau.ledger().catch_up(&bureau).unwrap();
        }
        assert_eq!(bureau.ledger().unscored(None).unwrap(), []);
        bureau
    }

    /// That these figures come of a log, and those after one text of it is replaced by another;
    /// and that a fresh replay of either gives the same ledger.
    #[track_caller]
    fn moves(&self, log: &str, figures: &[&str], (from, to): (&str, &str), moved: &[&str]) {
        assert_eq!(log.matches(from).count(), 1, "`{from}` must be one input of\n{log}");
        for (log, figures) in [(log.to_owned(), figures), (log.replace(from, to), moved)] {
            let bureau = self.after(&log);
            for figure in figures {
                self.holds(&bureau, figure, &log);
            }
            bureau.check_replay();
        }
    }

    /// That a log comes to a figure, and with one more event to each of these.
    #[track_caller]
    fn grows(&self, log: &str, figure: &str, further: &[(&str, &str)]) {
        let of = figure.split_once(": ").unwrap().0;
        for (more, worked) in [("", figure)].iter().chain(further) {
            let log = format!("{log}\n{more}");
            let bureau = self.after(&log);
            let figure = if more.is_empty() { figure.to_owned() } else { format!("{of}: {worked}") };
            self.holds(&bureau, &figure, &log);
            bureau.check_replay();
        }
    }

    /// That a figure holds, in the standing and opened: `account period [measure]: working = amount`.
    #[track_caller]
    fn holds(&self, bureau: &Bureau, figure: &str, log: &str) {
        let (of, worked) = figure.split_once(": ").unwrap();
        let amount: Amount = worked.rsplit("= ").next().unwrap().parse().unwrap();
        let mut of = of.split(' ');
        let (account, period) = (of.next().unwrap(), of.next().unwrap().parse().unwrap());
        let measure = of.next().unwrap_or("points");
        let query = StandingQuery {
            register: "information".into(),
            period,
            measure: Some(measure.into()),
            pool: None,
            tag: None,
        };
        let standing = bureau.ledger().standing(bureau, &query).unwrap();
        let row = standing.rows.iter().find(|row| row.account == account);
        let explained =
            bureau.ledger().explain(bureau, "information", account, period, Some(measure), Lang::En).unwrap();
        // People without anything are not listed.
        let listed = row.map_or(Amount::ZERO, |row| row.amount);
        assert_eq!(listed, amount, "{figure}: {:?}\n{log}\n{explained:#?}", self.0);
        assert_eq!(explained.amount, amount, "{figure}: {explained:#?}");
        adds_up(&explained, 0);
    }
}

/// That a figure is what it opens into, down to events or periods with a clause and a place.
#[track_caller]
fn adds_up(node: &Explained, depth: usize) {
    if depth > 0 {
        assert!(node.clause.is_some() && node.source.is_some(), "no clause or place: {node:#?}");
    }
    if depth < 2 {
        let counted = node.children.iter().filter(|child| child.struck.is_none());
        let sum = counted.fold(Amount::ZERO, |sum, child| sum.checked_add(child.amount).unwrap());
        assert_eq!(sum, node.amount, "{node:#?}");
        node.children.iter().for_each(|child| adds_up(child, depth + 1));
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

fn enter(bureau: &Bureau, line: &str) {
    let mut words = line.splitn(4, ' ');
    let mut word = || words.next().unwrap_or_default();
    let (on, record, action) = (word().parse().unwrap(), word(), word());
    let (register, action) = match action.strip_prefix('$') {
        Some("award.decide") => ("$period", "award.decide"),
        Some(action) => ("$directory", action),
        None => ("information", action),
    };
    let text = Value::Map(fields(word())).to_json().to_string();
    let (first, last) = record.split_once("..").unwrap_or((record, record));
    let records = match (first.parse::<u32>(), last.parse::<u32>()) {
        (Ok(first), Ok(last)) => (first..=last).map(|n| n.to_string()).collect(),
        _ => vec![record.to_owned()],
    };
    for record in records {
        bureau.log(register, &record, action, on, &text);
    }
}

/// `unit=a joint=[b,c] urgent=true words=500`: what reads as JSON is that, a list of names a list.
fn fields(text: &str) -> Map {
    let value = |text: &str| match text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(list) => Value::List(list.split(',').map(Value::text).collect()),
        None => serde_json::from_str(text).unwrap_or_else(|_| Value::text(text)),
    };
    let pairs = text.split_whitespace().map(|pair| pair.split_once('=').unwrap());
    pairs.map(|(key, text)| (key.into(), value(text))).collect()
}
