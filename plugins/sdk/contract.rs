//! The vocabulary of a contract: points, host calls, how answers combine, what a failure means.
//!
//! A contract is one value. Everything about it is derived from that value: schemas, Lua stubs,
//! the reference page, the checks at load.

use crate::{Type, Value};

/// Everything a host offers its plugins.
#[derive(Debug)]
pub struct Contract {
    /// Its name, shown in messages and in a plugin's manifest.
    pub name: &'static str,
    /// Rises whenever a point or call changes incompatibly; a manifest names the one it was written for.
    pub revision: u32,
    /// Where plugins are called.
    pub points: &'static [Point],
    /// What plugins can call.
    pub calls: &'static [HostCall],
    /// The options of `host.on`, of which each point names those it takes.
    pub options: &'static [OptionDecl],
    /// The option whose value ties plugins into one group that goes live whole or not at all.
    pub group_by: Option<&'static str>,
}

/// A named, typed place where the host calls plugins.
#[derive(Debug)]
pub struct Point {
    /// `noun.verb`.
    pub id: &'static str,
    /// What it is for, in one or two sentences.
    pub doc: &'static str,
    /// What handlers are given, in order; a handler may take fewer.
    pub params: &'static [Param],
    /// What a handler may answer, besides nil.
    pub answer: Type,
    /// How the handlers' answers become one.
    pub combine: Combine,
    /// What a handler's failure means.
    pub failure: Failure,
    /// Which host calls its handlers may make.
    pub phase: Phase,
    /// Host calls allowed here beyond its phase (`now`, `sequence`).
    pub extra_calls: &'static [&'static str],
    /// The options `host.on` takes here.
    pub options: &'static [Where],
    /// Milliseconds a handler may compute.
    pub budget_ms: u32,
    /// Milliseconds a handler may spend in host calls that wait for something.
    pub io_budget_ms: u32,
    /// `host.<shorthand>(id, value)` registers a handler that answers `value` with that `id`.
    pub shorthand: Option<&'static str>,
    /// Whether handlers of a fold or a first that can meet may leave their order to the names of their plugins.
    pub open_order: OpenOrder,
    /// Turns a typed answer into its canonical form, for the handler's options and the arguments;
    /// the error is a bad answer.
    pub refine: Option<RefineFn>,
    /// What to use instead, if the point is on its way out.
    pub deprecated: Option<&'static str>,
}

/// What becomes of handlers of which nothing but their plugins' names says who comes first, where that can
/// decide the answer: at points that fold, or take the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenOrder {
    /// Their names decide.
    ByName,
    /// They do not go live together.
    Refused,
}

/// See [`Point::refine`].
pub type RefineFn = fn(&Refine<'_>, Value) -> Result<Value, String>;

/// What [`Point::refine`] may look at.
pub struct Refine<'a> {
    /// The options the handler was registered with.
    pub options: &'a Value,
    /// The arguments of the call.
    pub args: &'a [Value],
}

/// One argument of a point or call.
#[derive(Debug)]
pub struct Param {
    /// Its name in documentation and examples.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// One sentence.
    pub doc: &'static str,
}

/// How the answers of several handlers become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combine {
    /// The first answer that is not nil. With a key, the first for each value of that field.
    First {
        /// The field of the answer that keys it.
        per: Option<&'static str>,
    },
    /// All answers, in order; a list answer counts as its items.
    Collect,
    /// Each handler gets what the last returned; nil keeps it. The folded value is the first argument.
    Fold {
        /// Answers are appended to a list inside the first argument, instead of replacing it.
        append: Option<Append>,
        /// The first argument is a list, and a handler gets only the items its filters choose.
        each: bool,
    },
    /// All run; any refusal stops.
    Veto,
    /// After the fact: each handler with a durable cursor of its own, at least once.
    Notify,
    /// Called for the plugin itself, when it comes or goes.
    Lifecycle(Lifecycle),
}

/// How answers are appended to a list inside the first argument of a fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Append {
    /// The list.
    pub list: &'static str,
    /// What an appended answer must have in common with the first argument for later handlers to see it: a
    /// field of the answer, and the dotted path where the argument has the same. An answer that is about
    /// something else is given back to the host all the same.
    pub of_same: &'static [(&'static str, &'static str)],
}

impl Append {
    /// Every answer joins the list.
    pub const fn to(list: &'static str) -> Append {
        Append { list, of_same: &[] }
    }

    /// Whether later handlers see an answer in the list.
    pub fn shows(&self, argument: &Value, answer: &Value) -> bool {
        let same = |(field, path): &(&str, &str)| {
            let (said, own) = (answer.get(field), argument.at(path));
            said.is_absent() || own.is_absent() || said.same(own)
        };
        self.of_same.iter().all(same)
    }
}

impl Combine {
    /// Its name in listings.
    pub fn name(self) -> &'static str {
        match self {
            Combine::First { .. } => "first",
            Combine::Collect => "collect",
            Combine::Fold { .. } => "fold",
            Combine::Veto => "veto",
            Combine::Notify => "notify",
            Combine::Lifecycle(_) => "lifecycle",
        }
    }
}

/// The moments of a plugin's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifecycle {
    /// After its examples, before it goes live.
    Load,
    /// When its state's version changed.
    Migrate,
    /// After the last call has left it.
    Unload,
}

/// What the failure of one handler means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The new generation does not go live.
    RejectGeneration,
    /// Logged; what was going on goes on.
    LogAndContinue,
    /// The operation that asked is refused.
    DenyCall,
    /// The call fails; no later handler is asked in its stead.
    FailCall,
    /// The caller holds its cursor and shows what depends on the answer as unanswered.
    Hold,
    /// Left out of the answers and shown; may be quarantined.
    SkipAndShow,
    /// Tried again with growing pauses, then parked; may be quarantined.
    RetryThenPark,
}

impl Failure {
    /// Whether repeated failures may quarantine the handler.
    pub fn may_quarantine(self) -> bool {
        matches!(self, Failure::SkipAndShow | Failure::RetryThenPark)
    }
}

/// What a plugin may do at a given time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// While its sources run: registration, settings, `require`.
    Load,
    /// Computing from its arguments: no clock, chance, state or I/O.
    Pure,
    /// Also reading.
    Read,
    /// Also acting and writing state, and what its capabilities allow.
    Effect,
}

impl Phase {
    /// All of them, in order.
    pub const ALL: [Phase; 4] = [Phase::Load, Phase::Pure, Phase::Read, Phase::Effect];

    /// Its name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Load => "load",
            Phase::Pure => "pure",
            Phase::Read => "read",
            Phase::Effect => "effect",
        }
    }
}

/// A function plugins can call as `host.<name>`.
#[derive(Debug)]
pub struct HostCall {
    /// Its name, dotted: `date.add_days`.
    pub name: &'static str,
    /// What it does, in one or two sentences.
    pub doc: &'static str,
    /// Its arguments.
    pub params: &'static [Param],
    /// What it returns.
    pub result: Type,
    /// The phases it is there in. A point may add it by name.
    pub phases: &'static [Phase],
    /// The capability a plugin's manifest must declare, if any.
    pub capability: Option<&'static str>,
    /// Who answers it.
    pub place: AnsweredBy,
}

/// Who answers a host call.
#[derive(Clone, Copy)]
pub enum AnsweredBy {
    /// The host itself (`on`, `log`, `state.get`): declared, so that it is documented and checked.
    Host,
    /// A pure function of its arguments.
    Function(fn(&[Value]) -> Result<Value, String>),
    /// The embedding program's snapshot, inline on the worker: must not wait for anything.
    Snapshot,
    /// The embedding program, on the thread that dispatched: may read and write its store.
    Services,
}

impl std::fmt::Debug for AnsweredBy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            AnsweredBy::Host => "host",
            AnsweredBy::Function(_) => "function",
            AnsweredBy::Snapshot => "snapshot",
            AnsweredBy::Services => "services",
        })
    }
}

/// An option of `host.on`.
#[derive(Debug)]
pub struct OptionDecl {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// One sentence.
    pub doc: &'static str,
}

/// An option at one point, and the argument it filters by.
#[derive(Clone, Copy, Debug)]
pub struct Where {
    /// The option's name.
    pub option: &'static str,
    /// How it chooses.
    pub filter: Filter,
    /// Whether a handler must give it.
    pub required: bool,
}

/// How an option's value decides whether its handler is called.
///
/// Paths start with a parameter's name: `event.register`. At a point that folds each item of a
/// list by itself they start inside the item.
#[derive(Clone, Copy, Debug)]
pub enum Filter {
    /// It does not: the handler or its caller reads it.
    None,
    /// The value at the path equals it, or is one of it if it is a list.
    Equals(&'static str),
    /// Every entry of it equals, or lists, the field of that name at one of the paths.
    Fields(&'static [&'static str]),
    /// The date at the path lies within its `from` and `to`, both ends included.
    Dates(&'static str),
    /// Names a rule: of handlers that share it, only the latest in force on the date runs.
    Rule(&'static str),
}

impl Where {
    /// An option that filters nothing.
    pub const fn plain(option: &'static str) -> Where {
        Where { option, filter: Filter::None, required: false }
    }

    /// An option that must equal what is at `path`.
    pub const fn equals(option: &'static str, path: &'static str) -> Where {
        Where { option, filter: Filter::Equals(path), required: false }
    }

    /// An option whose entries must each equal the field of that name at one of `paths`.
    pub const fn fields(option: &'static str, paths: &'static [&'static str]) -> Where {
        Where { option, filter: Filter::Fields(paths), required: false }
    }

    /// An option with `from` and `to`, between which the date at `path` must lie.
    pub const fn dates(option: &'static str, path: &'static str) -> Where {
        Where { option, filter: Filter::Dates(path), required: false }
    }

    /// An option that names a rule, in force by the date at `path`.
    pub const fn rule(option: &'static str, path: &'static str) -> Where {
        Where { option, filter: Filter::Rule(path), required: false }
    }

    /// The same, for handlers that must give it.
    pub const fn required(self) -> Where {
        Where { required: true, ..self }
    }
}

impl Contract {
    /// The point called `id`.
    pub fn point(&self, id: &str) -> Option<&'static Point> {
        let points: &'static [Point] = self.points;
        points.iter().find(|p| p.id == id)
    }

    /// The host call called `name`.
    pub fn call(&self, name: &str) -> Option<&'static HostCall> {
        let calls: &'static [HostCall] = self.calls;
        calls.iter().find(|c| c.name == name)
    }

    /// The option called `name`.
    pub fn option(&self, name: &str) -> Option<&'static OptionDecl> {
        let options: &'static [OptionDecl] = self.options;
        options.iter().find(|o| o.name == name)
    }
}
