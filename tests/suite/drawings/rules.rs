//! Rule sets drawn by chance, as the Lua that says them: what events post, what is owed, and what whole
//! periods add, each of it looking at as much as a rule can look at.

use proptest::prelude::*;

pub const KINDS: [&str; 5] = ["month", "two-month", "quarter", "half", "year"];

/// A rule set.
#[derive(Clone, Debug)]
pub struct RuleSet {
    posts: Vec<Post>,
    targets: Vec<Target>,
    periods: Vec<(usize, Whole)>,
    /// Whether only the best posting of a record counts.
    best: bool,
}

/// What an event posts.
#[derive(Clone, Debug)]
enum Post {
    Plain(i8),
    /// To the period of this kind in which it lies.
    Addressed(i8, usize),
    /// To the unit above.
    Parent(i8),
    /// Into the figures of another register.
    Elsewhere(i8),
    /// To a unit that has nothing to do with it.
    Other(i8),
}

/// What a unit owes.
#[derive(Clone, Debug)]
struct Target {
    points: bool,
    n: u8,
    window: Option<(usize, bool, bool)>,
    class: bool,
}

/// What a whole period adds.
#[derive(Clone, Debug)]
enum Whole {
    /// So much if nothing was submitted.
    Silent(i8),
    Cap(i8),
    Floor(i8),
    /// Nothing counts if something was missed.
    Zero,
    /// So much from so many postings with the tag of silence.
    Repeated(u8, i8),
    Short(i8),
    /// Added to a larger period.
    Larger(i8, usize),
    Parent(i8),
    /// To a unit that has nothing to do with it.
    Other(i8),
    Elsewhere(i8),
    /// Under another measure, by what this one comes to.
    Fee,
    WorkingDays,
}

pub fn rule_set() -> impl Strategy<Value = RuleSet> {
    let post = prop_oneof![
        4 => (1i8..5).prop_map(Post::Plain),
        1 => (1i8..5, 0..5usize).prop_map(|(n, kind)| Post::Addressed(n, kind)),
        1 => (1i8..5).prop_map(Post::Parent),
        1 => (1i8..5).prop_map(Post::Elsewhere),
    ];
    let target = (
        any::<bool>(),
        1u8..4,
        proptest::option::of((0..5usize, any::<bool>(), any::<bool>())),
        any::<bool>(),
    )
        .prop_map(|(points, n, window, class)| Target { points, n, window, class });
    let whole = prop_oneof![
        3 => (-3i8..0).prop_map(Whole::Silent),
        1 => (2i8..6).prop_map(Whole::Cap),
        1 => (-4i8..0).prop_map(Whole::Floor),
        1 => Just(Whole::Zero),
        5 => (1u8..4, -100i8..-9).prop_map(|(times, n)| Whole::Repeated(times, n)),
        2 => (-3i8..0).prop_map(Whole::Short),
        2 => (-3i8..3, 0..5usize).prop_map(|(n, kind)| Whole::Larger(n, kind)),
        1 => (-3i8..3).prop_map(Whole::Parent),
        1 => (-3i8..3).prop_map(Whole::Other),
        1 => (-3i8..3).prop_map(Whole::Elsewhere),
        1 => Just(Whole::Fee),
        1 => Just(Whole::WorkingDays),
    ];
    (
        prop::collection::vec(post, 0..3),
        prop::collection::vec(target, 0..3),
        prop::collection::vec((0..5usize, whole), 2..8),
        prop::bool::weighted(0.2),
    )
        .prop_map(|(posts, targets, periods, best)| RuleSet { posts, targets, periods, best })
}

impl RuleSet {
    /// The rules in Lua.
    pub fn lua(&self) -> String {
        [TASKS.to_owned(), PARENT.to_owned()].into_iter().chain(self.handlers(false)).collect()
    }

    /// The same in files of their own, one a rule: what would be open between them `priority` says.
    pub fn files(&self) -> Vec<String> {
        let rules = self.handlers(true).into_iter().map(|rule| format!("{PARENT}{rule}"));
        [TASKS.to_owned()].into_iter().chain(rules).collect()
    }

    /// With two postings that are worth the same, of which one is kept.
    pub fn with_a_tie(mut self) -> RuleSet {
        self.posts.extend([Post::Plain(4), Post::Other(4)]);
        self.best = true;
        self
    }

    fn handlers(&self, apart: bool) -> Vec<String> {
        let mut handlers = Vec::new();
        for post in &self.posts {
            let answer = match post {
                Post::Plain(n) => format!("{n}"),
                Post::Addressed(n, kind) => format!("{{ amount = {n}, period = \"{}\" }}", KINDS[*kind]),
                Post::Parent(n) => {
                    format!("{{ amount = {n}, account = parent(record.unit, event.on) or record.unit }}")
                }
                Post::Other(n) => format!("{{ amount = {n}, account = \"west\" }}"),
                Post::Elsewhere(n) => {
                    format!("{{ amount = {n}, register = \"tasks\", measure = \"marks\" }}")
                }
            };
            handlers.push(format!(
                "host.on(\"score.post\", {{ register = \"information\", measure = \"points\", account = \"unit\" }},\n  \
                 function(event, record) if record.unit then return {answer} end end)\n"
            ));
        }
        if self.best {
            handlers.push(BEST.to_owned());
        }
        if !self.targets.is_empty() {
            let targets: Vec<String> = self.targets.iter().map(Target::lua).collect();
            handlers.push(format!(
                "host.on(\"quota.target\", {{ register = \"information\" }}, function(unit) return {{ {} }} end)\n",
                targets.join(", ")
            ));
        }
        for (number, (kind, whole)) in self.periods.iter().enumerate() {
            let tag = if matches!(whole, Whole::Silent(_)) { "silent" } else { "other" };
            let priority = if apart { format!(", priority = {}", 100 - number) } else { String::new() };
            handlers.push(format!(
                "host.on(\"score.period\", {{ register = \"information\", measure = \"points\", period = \"{}\", \
                 tag = \"{tag}\"{priority} }}, function(p) {} end)\n",
                KINDS[*kind],
                whole.lua(*kind)
            ));
        }
        handlers
    }
}

const TASKS: &str = r#"
host.register("tasks", {
  fields = { title = { type = "text" }, unit = { type = "unit" } }, stages = { "open" },
  actions = { open = { to = "open", create = true } }, measures = { marks = { places = 1 } },
})
host.on("score.period", { register = "tasks", measure = "marks", period = "quarter" },
  function(p) if p:total() > 2 then return -1 end end)
"#;

const PARENT: &str = r#"
local function parent(id, on)
  local unit = host.unit(id, on)
  return unit and unit.parent
end
"#;

const BEST: &str = r#"
host.on("score.reconcile", { register = "information", measure = "points" }, function(postings)
  local best = postings[1]
  for _, p in postings do if p.amount > best.amount then best = p end end
  return { best }
end)
"#;

impl Target {
    fn lua(&self) -> String {
        let what = if self.points { "points" } else { "count" };
        let window = self.window.map_or(String::new(), |(kind, rolling, average)| {
            let mode = if average { "average" } else { "sum" };
            format!(", window = {{ kind = \"{}\", rolling = {rolling}, mode = \"{mode}\" }}", KINDS[kind])
        });
        let n = match self.class {
            true => format!("unit.class == \"county\" and {} or {}", self.n, self.n + 1),
            false => self.n.to_string(),
        };
        format!("{{ name = \"q\", {what} = {n}{window} }}")
    }
}

impl Whole {
    fn lua(&self, own: usize) -> String {
        match self {
            Whole::Silent(n) => format!("if p:count {{ action = \"submit\" }} == 0 then return {n} end"),
            Whole::Cap(n) => format!("local t = p:total() if t > {n} then return {n} - t end"),
            Whole::Floor(n) => format!("local t = p:total() if t < {n} then return {n} - t end"),
            Whole::Zero => "for _, e in p.events do if e.item and e.item.kind == \"missed\" then return -p:total() end end".into(),
            Whole::Repeated(times, n) => format!(
                "local n = 0 for _, posting in p.postings do if posting.tag == \"silent\" then n += 1 end end \
                 if n >= {times} then return {n} end"
            ),
            Whole::Short(n) => format!("for _, q in p.quotas do if not q.met then return {n} * q.short end end"),
            Whole::Larger(n, kind) => {
                // A kind that is not larger, or does not contain the period: the year does.
                let kind = if *kind > own && !(own == 1 && *kind == 2) { KINDS[*kind] } else { "year" };
                format!("if p:count() > 0 then return {{ amount = {n}, period = \"{kind}\" }} end")
            }
            Whole::Parent(n) => format!(
                "if p.unit.parent and p:count() > 0 then return {{ amount = {n}, account = p.unit.parent }} end"
            ),
            Whole::Other(n) => {
                format!("if p:total() ~= 0 then return {{ amount = {n}, account = \"west\" }} end")
            }
            Whole::Elsewhere(n) => format!(
                "if p:count() == 0 then return {{ amount = {n}, register = \"tasks\", measure = \"marks\" }} end"
            ),
            Whole::Fee => "local t = p:total() if t > 0 then return { amount = t, measure = \"fee\" } end".into(),
            Whole::WorkingDays => {
                "return host.date.working_days_between(p.period.first, p.period.last) % 3".into()
            }
        }
    }
}
