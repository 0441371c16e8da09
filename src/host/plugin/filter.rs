//! Which handlers a call concerns, decided by their options before any VM is entered.

use crate::plugin::handler::Handler;
use registrar_sdk::{Combine, Contract, Filter, Param, Point, Term, Value};
use std::{cmp::Ordering, collections::BTreeMap, sync::Arc};

/// A handler's options, made ready to be compared with arguments.
#[derive(Debug, Default)]
pub struct Filters {
    tests: Vec<Test>,
    rule: Option<FilterRule>,
}

#[derive(Debug)]
struct Test {
    at: FieldPath,
    wants: Wants,
    // Whether the option says which business the handler is about, as opposed to which cases.
    scope: bool,
}

#[derive(Debug)]
enum Wants {
    One(Value),
    Any(Vec<Value>),
    Dates(Vec<Term>),
}

// Where an argument holds what is compared: several places to try, the first that has it counts.
#[derive(Debug)]
struct FieldPath {
    bases: Vec<Base>,
    // A key below the base: of an option whose entries are fields' names.
    last: Option<String>,
}

// The argument's number, and the keys below it.
#[derive(Debug)]
struct Base {
    declared: &'static str,
    at: usize,
    keys: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct FilterRule {
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
            let mut test = |at: FieldPath, wants: Wants| filters.tests.push(Test { at, wants, scope });
            match place.filter {
                Filter::None => {}
                Filter::Equals(path) => test(FieldPath::new(point, &[path], None), wants(option)),
                Filter::Fields(paths) => {
                    for (key, value) in option.as_map().into_iter().flatten() {
                        test(FieldPath::new(point, paths, Some(key)), wants(value));
                    }
                }
                Filter::Dates(path) => {
                    let end = |name: &str| option.get(name).as_str().map(str::to_owned);
                    let wants = Wants::Dates(vec![Term { from: end("from"), to: end("to") }]);
                    test(FieldPath::new(point, &[path], None), wants);
                }
                Filter::Rule(_) => {
                    let from = options.at("effective.from").as_str().unwrap_or("").to_owned();
                    let name = option.as_str().unwrap_or("").to_owned();
                    filters.rule = Some(FilterRule { name, layer, from });
                }
            }
        }
        filters
    }

    /// Narrows them to the days of these terms, where the point knows the day.
    pub fn within(mut self, point: &'static Point, terms: &[Term]) -> Filters {
        if let Some(path) = date_of(point) {
            let wants = Wants::Dates(terms.to_vec());
            self.tests.push(Test { at: FieldPath::new(point, &[path], None), wants, scope: false });
        }
        self
    }

    /// Whether the handler is called with these arguments, rules aside.
    pub fn pass(&self, args: &[Value]) -> bool {
        self.holds(&mut FilteredValue::new(args))
    }

    /// Whether some arguments may concern both of two handlers.
    pub(crate) fn may_meet(&self, other: &Filters) -> bool {
        // Of two versions of one rule only the later is in force.
        let versions = match (&self.rule, &other.rule) {
            (Some(a), Some(b)) => a.name == b.name && (a.layer, &a.from) != (b.layer, &b.from),
            _ => false,
        };
        let apart = |a: &Test| other.tests.iter().any(|b| a.at.same(&b.at) && a.wants.excludes(&b.wants));
        !versions && !self.tests.iter().any(apart)
    }

    /// What it looks at.
    pub(crate) fn looks(&self) -> impl Iterator<Item = FilterSubject> + '_ {
        self.tests.iter().map(|test| FilterSubject {
            places: test.at.bases.iter().map(|base| (base.at, test.at.below(base))).collect(),
            days: match &test.wants {
                Wants::Dates(terms) => terms
                    .iter()
                    .flat_map(|term| term.from.iter().cloned().chain(term.to.iter().map(|to| after(to))))
                    .collect(),
                _ => Vec::new(),
            },
        })
    }

    #[inline]
    fn holds(&self, seen: &mut FilteredValue<'_>) -> bool {
        self.tests.iter().all(|test| test.pass(seen))
    }

    // In force on the date and about this business, whichever cases it is for.
    fn in_force(&self, seen: &mut FilteredValue<'_>) -> bool {
        let date_or_scope = |t: &&Test| t.scope || matches!(t.wants, Wants::Dates(_));
        self.tests.iter().filter(date_or_scope).all(|test| test.pass(seen))
    }
}

/// What one test of a handler's filters looks at.
pub(crate) struct FilterSubject {
    /// The argument's number and the keys below it: of several places the first that holds something.
    pub places: Vec<(usize, Vec<String>)>,
    /// Of dates, the texts from which on the test may answer otherwise; none of anything else.
    pub days: Vec<String>,
}

// The least text that is greater than this one.
fn after(text: &str) -> String {
    format!("{text}\0")
}

// What the declared paths lead to in one call's arguments: hundreds of handlers ask for the same few.
struct FilteredValue<'a> {
    args: &'a [Value],
    found: [Option<(&'static str, &'a Value)>; 6],
}

static NIL: Value = Value::Nil;

impl<'a> FilteredValue<'a> {
    fn new(args: &'a [Value]) -> FilteredValue<'a> {
        FilteredValue { args, found: [None; 6] }
    }

    #[inline]
    fn at(&mut self, base: &Base) -> &'a Value {
        for slot in &mut self.found {
            match slot {
                // A declared path is one static text: the same place in memory is the same path.
                Some((declared, value)) if std::ptr::eq(*declared, base.declared) => return value,
                Some(_) => {}
                None => {
                    let value = base.find(self.args);
                    *slot = Some((base.declared, value));
                    return value;
                }
            }
        }
        base.find(self.args)
    }
}

impl Base {
    fn find<'a>(&self, args: &'a [Value]) -> &'a Value {
        let arg = args.get(self.at).unwrap_or(&NIL);
        self.keys.iter().fold(arg, |value, key| value.get(key))
    }
}

impl Test {
    #[inline]
    fn pass(&self, seen: &mut FilteredValue<'_>) -> bool {
        let found = self.at.find(seen);
        match &self.wants {
            Wants::One(value) => holds(found, value),
            Wants::Any(values) => values.iter().any(|value| holds(found, value)),
            Wants::Dates(terms) => {
                found.as_str().is_some_and(|date| terms.iter().any(|term| term.holds(date)))
            }
        }
    }
}

impl Wants {
    // Whether no one value is what both want. A list-valued field may hold what each of them wants: which
    // fields are lists is not known here.
    fn excludes(&self, other: &Wants) -> bool {
        let values = |wants: &'_ Wants| -> Vec<Value> {
            match wants {
                Wants::One(value) => vec![value.clone()],
                Wants::Any(values) => values.clone(),
                Wants::Dates(_) => Vec::new(),
            }
        };
        match (self, other) {
            (Wants::Dates(some), Wants::Dates(others)) => {
                !some.iter().any(|a| others.iter().any(|b| a.overlaps(b)))
            }
            (Wants::Dates(_), _) | (_, Wants::Dates(_)) => false,
            (some, others) => {
                let others = values(others);
                !values(some).iter().any(|a| others.iter().any(|b| a.same(b)))
            }
        }
    }
}

// A list-valued field matches by any of its items.
#[inline]
fn holds(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Text(found), Value::Text(wanted)) => found == wanted,
        (Value::List(items), _) => items.iter().any(|item| item.same(wanted)),
        (found, _) => found.same(wanted),
    }
}

fn wants(option: &Value) -> Wants {
    match option {
        Value::List(values) => Wants::Any(values.clone()),
        value => Wants::One(value.clone()),
    }
}

impl FieldPath {
    fn new(point: &Point, paths: &[&'static str], last: Option<&str>) -> FieldPath {
        let base = |declared: &&'static str| {
            let mut keys: Vec<String> = declared.split('.').map(str::to_owned).collect();
            // At a point that folds items the path starts inside the item, which is argument 0.
            let at = position(point.params, &keys[0]);
            if at.is_some() {
                keys.remove(0);
            }
            Base { declared, at: at.unwrap_or(0), keys }
        };
        FieldPath { bases: paths.iter().map(base).collect(), last: last.map(str::to_owned) }
    }

    fn same(&self, other: &FieldPath) -> bool {
        let places = |path: &FieldPath| path.bases.iter().map(|base| base.declared).collect::<Vec<_>>();
        self.last == other.last && places(self) == places(other)
    }

    fn below(&self, base: &Base) -> Vec<String> {
        base.keys.iter().chain(&self.last).cloned().collect()
    }

    #[inline]
    fn find<'a>(&self, seen: &mut FilteredValue<'a>) -> &'a Value {
        for base in &self.bases {
            let value = seen.at(base);
            let value = self.last.as_ref().map_or(value, |key| value.get(key));
            if !value.is_nil() {
                return value;
            }
        }
        &NIL
    }
}

/// Where a point's arguments hold the day they are about; `None` if they hold none.
pub(crate) fn date_of(point: &Point) -> Option<&'static str> {
    point.options.iter().find_map(|place| match place.filter {
        Filter::Dates(path) => Some(path),
        _ => None,
    })
}

/// The day that a call of a point is about; `None` where its arguments hold none, or several.
pub(crate) fn day_of<'a>(point: &Point, args: &'a [Value]) -> Option<&'a str> {
    let (at, keys) = day_at(point)?;
    keys.fold(args.get(at)?, |value, key| value.get(key)).as_str()
}

/// The argument that holds the day that a call of a point is about, and the keys below it.
pub(crate) fn day_at(point: &Point) -> Option<(usize, impl Iterator<Item = &'static str>)> {
    if matches!(point.combine, Combine::Fold { each: true, .. }) {
        return None;
    }
    let (argument, below) = date_of(point)?.split_once('.')?;
    Some((position(point.params, argument)?, below.split('.')))
}

fn position(params: &[Param], name: &str) -> Option<usize> {
    params.iter().position(|p| p.name == name)
}

/// Chooses, of handlers with their filters, those that a call concerns.
///
/// Of those that share a rule's name and are in force on the date, only the latest version stays:
/// the highest layer (an office's overlay), then the latest `from`.
pub fn choose<'a>(handlers: &'a [(Arc<Handler>, Filters)], args: &[Value]) -> Vec<&'a Arc<Handler>> {
    let mut seen = FilteredValue::new(args);
    let mut latest: BTreeMap<&str, &FilterRule> = BTreeMap::new();
    for (_, filters) in handlers {
        if let Some(rule) = filters.rule.as_ref().filter(|_| filters.in_force(&mut seen)) {
            let best = latest.entry(&rule.name).or_insert(rule);
            if (rule.layer, &rule.from).cmp(&(best.layer, &best.from)) == Ordering::Greater {
                *best = rule;
            }
        }
    }
    let mut concerned = |filters: &Filters| {
        filters.holds(&mut seen)
            && filters.rule.as_ref().is_none_or(|rule| {
                latest
                    .get(&*rule.name)
                    .is_none_or(|best| (best.layer, &best.from) == (rule.layer, &rule.from))
            })
    };
    handlers.iter().filter(|(_, filters)| concerned(filters)).map(|(handler, _)| handler).collect()
}
