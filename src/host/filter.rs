//! Which handlers a call concerns, decided by their options before any VM is entered.

use crate::handler::Handler;
use registrar_sdk::{Contract, Filter, Param, Point, Value};
use std::{cmp::Ordering, collections::BTreeMap, sync::Arc};

/// A handler's options, made ready to be compared with arguments.
#[derive(Debug, Default)]
pub struct Filters {
    tests: Vec<Test>,
    rule: Option<Rule>,
}

#[derive(Debug)]
struct Test {
    at: Path,
    wants: Wants,
    // Whether the option says which business the handler is about, as opposed to which cases.
    scope: bool,
}

#[derive(Debug)]
enum Wants {
    One(Value),
    Any(Vec<Value>),
    Dates { from: Option<String>, to: Option<String> },
}

// The argument's number, and the keys below it; several to try, the first that is there counts.
#[derive(Debug)]
struct Path(Vec<(usize, Vec<String>)>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    name: String,
    layer: usize,
    from: String,
}

impl Filters {
    /// Prepares the options of one handler of `point`.
    pub fn new(contract: &Contract, point: &'static Point, options: &Value, layer: usize) -> Filters {
        let mut filters = Filters::default();
        for place in point.options {
            let option = options.get(place.option);
            if option.is_nil() {
                continue;
            }
            let scope = contract.group_by == Some(place.option);
            let mut test = |at: Path, wants: Wants| filters.tests.push(Test { at, wants, scope });
            match place.filter {
                Filter::None => {}
                Filter::Equals(path) => test(Path::new(point, &[path], None), wants(option)),
                Filter::Fields(paths) => {
                    for (key, value) in option.as_map().into_iter().flatten() {
                        test(Path::new(point, paths, Some(key)), wants(value));
                    }
                }
                Filter::Dates(path) => {
                    let end = |name: &str| option.get(name).as_str().map(str::to_owned);
                    let wants = Wants::Dates { from: end("from"), to: end("to") };
                    test(Path::new(point, &[path], None), wants);
                }
                Filter::Rule(_) => {
                    let from = options.at("effective.from").as_str().unwrap_or("").to_owned();
                    let name = option.as_str().unwrap_or("").to_owned();
                    filters.rule = Some(Rule { name, layer, from });
                }
            }
        }
        filters
    }

    /// Whether the handler is called with these arguments, rules aside.
    #[inline]
    pub fn pass(&self, args: &[Value]) -> bool {
        self.tests.iter().all(|test| test.pass(args))
    }

    // In force on the date and about this business, whichever cases it is for.
    fn in_force(&self, args: &[Value]) -> bool {
        let date_or_scope = |t: &&Test| t.scope || matches!(t.wants, Wants::Dates { .. });
        self.tests.iter().filter(date_or_scope).all(|test| test.pass(args))
    }
}

impl Test {
    fn pass(&self, args: &[Value]) -> bool {
        let found = self.at.find(args);
        match &self.wants {
            Wants::One(value) => holds(found, value),
            Wants::Any(values) => values.iter().any(|value| holds(found, value)),
            Wants::Dates { from, to } => found.as_str().is_some_and(|date| {
                from.as_deref().is_none_or(|from| from <= date) && to.as_deref().is_none_or(|to| date <= to)
            }),
        }
    }
}

// A list-valued field matches by any of its items.
fn holds(found: &Value, wanted: &Value) -> bool {
    match found {
        Value::List(items) => items.iter().any(|item| item.same(wanted)),
        found => found.same(wanted),
    }
}

fn wants(option: &Value) -> Wants {
    match option {
        Value::List(values) => Wants::Any(values.clone()),
        value => Wants::One(value.clone()),
    }
}

impl Path {
    fn new(point: &Point, paths: &[&str], last: Option<&str>) -> Path {
        let one = |path: &&str| {
            let mut keys: Vec<String> = path.split('.').map(str::to_owned).collect();
            // At a point that folds items the path starts inside the item, which is argument 0.
            let at = position(point.params, &keys[0]);
            if at.is_some() {
                keys.remove(0);
            }
            keys.extend(last.map(str::to_owned));
            (at.unwrap_or(0), keys)
        };
        Path(paths.iter().map(one).collect())
    }

    fn find<'a>(&self, args: &'a [Value]) -> &'a Value {
        static NIL: Value = Value::Nil;
        for (at, keys) in &self.0 {
            let Some(arg) = args.get(*at) else { continue };
            let found = keys.iter().fold(arg, |value, key| value.get(key));
            if !found.is_nil() {
                return found;
            }
        }
        &NIL
    }
}

fn position(params: &[Param], name: &str) -> Option<usize> {
    params.iter().position(|p| p.name == name)
}

/// Chooses, of handlers with their filters, those that a call concerns.
///
/// Of those that share a rule's name and are in force on the date, only the latest version stays:
/// the highest layer (an office's overlay), then the latest `from`.
pub fn choose<'a>(handlers: &'a [(Arc<Handler>, Filters)], args: &[Value]) -> Vec<&'a Arc<Handler>> {
    let mut latest: BTreeMap<&str, &Rule> = BTreeMap::new();
    for (_, filters) in handlers {
        if let Some(rule) = filters.rule.as_ref().filter(|_| filters.in_force(args)) {
            let best = latest.entry(&rule.name).or_insert(rule);
            if (rule.layer, &rule.from).cmp(&(best.layer, &best.from)) == Ordering::Greater {
                *best = rule;
            }
        }
    }
    let concerned = |(_, filters): &&(Arc<Handler>, Filters)| {
        filters.pass(args)
            && filters.rule.as_ref().is_none_or(|rule| {
                latest
                    .get(&*rule.name)
                    .is_none_or(|best| (best.layer, &best.from) == (rule.layer, &rule.from))
            })
    };
    handlers.iter().filter(concerned).map(|(handler, _)| handler).collect()
}
