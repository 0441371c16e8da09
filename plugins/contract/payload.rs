// @generated from the declaration in points, calls and model.

//! The contract "office", revision 1, as Rust types, for native plugins. Derived from its
//! declaration; changes here are overwritten.
//!
//! A handler at a point of [`point`] gets the point's [`args`], made of [`view`]s, and returns what
//! stands in [`answer`].

/// What handlers are given, borrowed until they return.
pub mod view {
    #[allow(unused_imports, reason = "which of them a contract needs is its own matter")]
    use registrar_sdk::{
        Amount,
        native::{FromView, Items, View},
    };

    /// A record as it would be after the action; its declared fields stand beside these.
    #[derive(Clone, Copy, Debug)]
    pub struct Draft<'a>(View<'a>);

    impl<'a> FromView<'a> for Draft<'a> {
        fn from_view(view: View<'a>) -> Self {
            Draft(view)
        }
    }

    impl<'a> Draft<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// A field by its name, also one that only its register declares.
        pub fn field(self, name: &str) -> View<'a> {
            self.0.get(name)
        }

        /// The register it is for.
        pub fn register(self) -> &'a str {
            FromView::from_view(self.0.get("register"))
        }

        /// The record's id, if it exists already.
        pub fn id(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("id"))
        }

        /// The stage the record is in now.
        pub fn stage(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("stage"))
        }

        /// The number it was given, if it has one.
        pub fn number(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("number"))
        }

        /// The action that is about to be taken.
        pub fn action(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("action"))
        }

        /// The day it would count for. A date like `2023-02-14`.
        pub fn on(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("on"))
        }

        /// The person who acts.
        pub fn by(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("by"))
        }

        /// What the action's form was filled in with. A table.
        pub fn form(self) -> View<'a> {
            FromView::from_view(self.0.get("form"))
        }
    }

    /// An entry of a register as it is now; its declared fields stand beside these.
    #[derive(Clone, Copy, Debug)]
    pub struct Record<'a>(View<'a>);

    impl<'a> FromView<'a> for Record<'a> {
        fn from_view(view: View<'a>) -> Self {
            Record(view)
        }
    }

    impl<'a> Record<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// A field by its name, also one that only its register declares.
        pub fn field(self, name: &str) -> View<'a> {
            self.0.get(name)
        }

        /// Its id in the register.
        pub fn id(self) -> &'a str {
            FromView::from_view(self.0.get("id"))
        }

        /// The register it belongs to.
        pub fn register(self) -> &'a str {
            FromView::from_view(self.0.get("register"))
        }

        /// The stage it is in.
        pub fn stage(self) -> &'a str {
            FromView::from_view(self.0.get("stage"))
        }

        /// The number it was given, if it has one.
        pub fn number(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("number"))
        }
    }

    /// Something that happened to a record on a day.
    #[derive(Clone, Copy, Debug)]
    pub struct Event<'a>(View<'a>);

    impl<'a> FromView<'a> for Event<'a> {
        fn from_view(view: View<'a>) -> Self {
            Event(view)
        }
    }

    impl<'a> Event<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// The event's own id; the same id is the same event.
        pub fn id(self) -> &'a str {
            FromView::from_view(self.0.get("id"))
        }

        /// Its place in the office's log, from 1.
        pub fn seq(self) -> i64 {
            FromView::from_view(self.0.get("seq"))
        }

        /// The register it belongs to.
        pub fn register(self) -> &'a str {
            FromView::from_view(self.0.get("register"))
        }

        /// The record it happened to.
        pub fn record(self) -> &'a str {
            FromView::from_view(self.0.get("record"))
        }

        /// The action that was taken.
        pub fn action(self) -> &'a str {
            FromView::from_view(self.0.get("action"))
        }

        /// The day it counts for. A date like `2023-02-14`.
        pub fn on(self) -> &'a str {
            FromView::from_view(self.0.get("on"))
        }

        /// The person who acted.
        pub fn by(self) -> &'a str {
            FromView::from_view(self.0.get("by"))
        }

        /// What the action's form was filled in with. A table.
        pub fn fields(self) -> View<'a> {
            FromView::from_view(self.0.get("fields"))
        }

        /// How many live events of this action the record has, up to this one: 1 is the first.
        pub fn nth(self) -> i64 {
            FromView::from_view(self.0.get("nth"))
        }
    }

    /// What an action would bring, and what there is already.
    #[derive(Clone, Copy, Debug)]
    pub struct GuardContext<'a>(View<'a>);

    impl<'a> FromView<'a> for GuardContext<'a> {
        fn from_view(view: View<'a>) -> Self {
            GuardContext(view)
        }
    }

    impl<'a> GuardContext<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// The postings to come, by a trial scoring; nil if that failed.
        pub fn postings(self) -> Option<Items<'a, Posting<'a>>> {
            FromView::from_view(self.0.get("postings"))
        }

        /// The record's deadlines, by name. A table; entries are [`Deadline`].
        pub fn deadlines(self) -> View<'a> {
            FromView::from_view(self.0.get("deadlines"))
        }

        /// By measure: what the register's postings of the event's calendar year come to so far. A table.
        pub fn totals(self) -> View<'a> {
            FromView::from_view(self.0.get("totals"))
        }
    }

    /// An amount on an account under a measure.
    #[derive(Clone, Copy, Debug)]
    pub struct Posting<'a>(View<'a>);

    impl<'a> FromView<'a> for Posting<'a> {
        fn from_view(view: View<'a>) -> Self {
            Posting(view)
        }
    }

    impl<'a> Posting<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// Its id during one dispatch; a derived one has none yet.
        pub fn id(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("id"))
        }

        /// The id of the posting it was derived from.
        pub fn from(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("from"))
        }

        /// The account.
        pub fn account(self) -> &'a str {
            FromView::from_view(self.0.get("account"))
        }

        /// How much.
        pub fn amount(self) -> Amount {
            FromView::from_view(self.0.get("amount"))
        }

        /// What it counts.
        pub fn measure(self) -> &'a str {
            FromView::from_view(self.0.get("measure"))
        }

        /// A label to add up or choose by.
        pub fn tag(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("tag"))
        }

        /// The clause of the rule document.
        pub fn clause(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("clause"))
        }

        /// Whatever explains it; the events whose ids it lists under `because` are shown where the figure is opened.
        pub fn data(self) -> View<'a> {
            FromView::from_view(self.0.get("data"))
        }

        /// The period a period's posting belongs to.
        pub fn period(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("period"))
        }

        /// The register whose figures it belongs to.
        pub fn register(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("register"))
        }

        /// The id of its event.
        pub fn event(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("event"))
        }

        /// The action of its event.
        pub fn action(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("action"))
        }

        /// The date of its event. A date like `2023-02-14`.
        pub fn on(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("on"))
        }
    }

    /// A day by which something is due on a record.
    #[derive(Clone, Copy, Debug)]
    pub struct Deadline<'a>(View<'a>);

    impl<'a> FromView<'a> for Deadline<'a> {
        fn from_view(view: View<'a>) -> Self {
            Deadline(view)
        }
    }

    impl<'a> Deadline<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// What is due: `reply`, `sign` …
        pub fn name(self) -> &'a str {
            FromView::from_view(self.0.get("name"))
        }

        /// The last day in time. A date like `2023-02-14`.
        pub fn due(self) -> &'a str {
            FromView::from_view(self.0.get("due"))
        }

        /// The day it runs from. A date like `2023-02-14`.
        pub fn start(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("start"))
        }

        /// The clause, and how it was reckoned. It is text, or a table of text.
        pub fn why(self) -> View<'a> {
            FromView::from_view(self.0.get("why"))
        }

        /// Whether it is a right, not a duty: what may be done until then, by the action of its name. It lapses without an `overdue`.
        pub fn lapses(self) -> Option<bool> {
            FromView::from_view(self.0.get("lapses"))
        }

        /// Filled in by the host; of a right `allowed` while it may be used, then `met` or `lapsed`. One of `open`, `met`, `missed`, `late`, `allowed`, `lapsed`.
        pub fn state(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("state"))
        }
    }

    /// One account in one period under one measure.
    #[derive(Clone, Copy, Debug)]
    pub struct PeriodContext<'a>(View<'a>);

    impl<'a> FromView<'a> for PeriodContext<'a> {
        fn from_view(view: View<'a>) -> Self {
            PeriodContext(view)
        }
    }

    impl<'a> PeriodContext<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// The account.
        pub fn account(self) -> &'a str {
            FromView::from_view(self.0.get("account"))
        }

        /// The unit behind it, as of the period's last day.
        pub fn unit(self) -> Unit<'a> {
            FromView::from_view(self.0.get("unit"))
        }

        /// The register.
        pub fn register(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("register"))
        }

        /// The measure.
        pub fn measure(self) -> &'a str {
            FromView::from_view(self.0.get("measure"))
        }

        /// The period.
        pub fn period(self) -> Period<'a> {
            FromView::from_view(self.0.get("period"))
        }

        /// The account's postings in it, additions of earlier handlers included.
        pub fn postings(self) -> Items<'a, Posting<'a>> {
            FromView::from_view(self.0.get("postings"))
        }

        /// The live events of the account's records in it.
        pub fn events(self) -> Items<'a, CountedEvent<'a>> {
            FromView::from_view(self.0.get("events"))
        }

        /// What it owed, and had.
        pub fn quotas(self) -> Items<'a, Quota<'a>> {
            FromView::from_view(self.0.get("quotas"))
        }
    }

    /// A unit of the directory as of a date.
    #[derive(Clone, Copy, Debug)]
    pub struct Unit<'a>(View<'a>);

    impl<'a> FromView<'a> for Unit<'a> {
        fn from_view(view: View<'a>) -> Self {
            Unit(view)
        }
    }

    impl<'a> Unit<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// A field by its name, also one that only its register declares.
        pub fn field(self, name: &str) -> View<'a> {
            self.0.get(name)
        }

        /// Its id.
        pub fn id(self) -> &'a str {
            FromView::from_view(self.0.get("id"))
        }

        /// Its class: `county`, `department`, `direct` …
        pub fn class(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("class"))
        }

        /// The unit it belongs to.
        pub fn parent(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("parent"))
        }

        /// Its name. It is text, or a table of text.
        pub fn title(self) -> View<'a> {
            FromView::from_view(self.0.get("title"))
        }

        /// Its place in the official order.
        pub fn order(self) -> Option<i64> {
            FromView::from_view(self.0.get("order"))
        }

        /// The first day it exists. A date like `2023-02-14`.
        pub fn from(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("from"))
        }

        /// The last day it exists. A date like `2023-02-14`.
        pub fn to(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("to"))
        }

        /// How to reach it. A table.
        pub fn contact(self) -> View<'a> {
            FromView::from_view(self.0.get("contact"))
        }
    }

    /// A month, a two-month window, a quarter, half, year, or the year up to a month.
    #[derive(Clone, Copy, Debug)]
    pub struct Period<'a>(View<'a>);

    impl<'a> FromView<'a> for Period<'a> {
        fn from_view(view: View<'a>) -> Self {
            Period(view)
        }
    }

    impl<'a> Period<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// `2023-02`, `2023-01/2`, `2023-Q1`, `2023-H1`, `2023` or `2023-01..2023-05`.
        pub fn id(self) -> &'a str {
            FromView::from_view(self.0.get("id"))
        }

        /// Which of them it is. One of `month`, `two-month`, `quarter`, `half`, `year`, `cumulative`.
        pub fn kind(self) -> &'a str {
            FromView::from_view(self.0.get("kind"))
        }

        /// Its first day. A date like `2023-02-14`.
        pub fn first(self) -> &'a str {
            FromView::from_view(self.0.get("first"))
        }

        /// Its last day. A date like `2023-02-14`.
        pub fn last(self) -> &'a str {
            FromView::from_view(self.0.get("last"))
        }
    }

    /// An event of the account in the period, with its record as it is now.
    #[derive(Clone, Copy, Debug)]
    pub struct CountedEvent<'a>(View<'a>);

    impl<'a> FromView<'a> for CountedEvent<'a> {
        fn from_view(view: View<'a>) -> Self {
            CountedEvent(view)
        }
    }

    impl<'a> CountedEvent<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// The event's own id; the same id is the same event.
        pub fn id(self) -> &'a str {
            FromView::from_view(self.0.get("id"))
        }

        /// Its place in the office's log, from 1.
        pub fn seq(self) -> i64 {
            FromView::from_view(self.0.get("seq"))
        }

        /// The register it belongs to.
        pub fn register(self) -> &'a str {
            FromView::from_view(self.0.get("register"))
        }

        /// The record it happened to.
        pub fn record(self) -> &'a str {
            FromView::from_view(self.0.get("record"))
        }

        /// The action that was taken.
        pub fn action(self) -> &'a str {
            FromView::from_view(self.0.get("action"))
        }

        /// The day it counts for. A date like `2023-02-14`.
        pub fn on(self) -> &'a str {
            FromView::from_view(self.0.get("on"))
        }

        /// The person who acted.
        pub fn by(self) -> &'a str {
            FromView::from_view(self.0.get("by"))
        }

        /// What the action's form was filled in with. A table.
        pub fn fields(self) -> View<'a> {
            FromView::from_view(self.0.get("fields"))
        }

        /// How many live events of this action the record has, up to this one: 1 is the first.
        pub fn nth(self) -> i64 {
            FromView::from_view(self.0.get("nth"))
        }

        /// The record, as it is now, without its long texts.
        pub fn item(self) -> Option<Record<'a>> {
            FromView::from_view(self.0.get("item"))
        }
    }

    /// What a unit owed in a period, and what it had.
    #[derive(Clone, Copy, Debug)]
    pub struct Quota<'a>(View<'a>);

    impl<'a> FromView<'a> for Quota<'a> {
        fn from_view(view: View<'a>) -> Self {
            Quota(view)
        }
    }

    impl<'a> Quota<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// Its name, by which it is known.
        pub fn name(self) -> &'a str {
            FromView::from_view(self.0.get("name"))
        }

        /// What it is called in lists; its name if left out. It is text, or a table of text.
        pub fn title(self) -> View<'a> {
            FromView::from_view(self.0.get("title"))
        }

        /// How many events are owed.
        pub fn count(self) -> Option<f64> {
            FromView::from_view(self.0.get("count"))
        }

        /// How many points are owed, before rules for the period.
        pub fn points(self) -> Option<Amount> {
            FromView::from_view(self.0.get("points"))
        }

        /// The action whose events count; the submission if left out.
        pub fn action(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("action"))
        }

        /// Whether each record counts once, by its first event of the action; of a submission it always does.
        pub fn first(self) -> Option<bool> {
            FromView::from_view(self.0.get("first"))
        }

        /// Only records or forms with these values. A table.
        pub fn r#match(self) -> View<'a> {
            FromView::from_view(self.0.get("match"))
        }

        /// For points: only postings with this tag.
        pub fn tag(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("tag"))
        }

        /// Over what it is looked at; the period if left out.
        pub fn window(self) -> Option<Window<'a>> {
            FromView::from_view(self.0.get("window"))
        }

        /// What it had (for an average, the average).
        pub fn have(self) -> Amount {
            FromView::from_view(self.0.get("have"))
        }

        /// What is missing; 0 if met.
        pub fn short(self) -> Amount {
            FromView::from_view(self.0.get("short"))
        }

        /// Whether it was met.
        pub fn met(self) -> bool {
            FromView::from_view(self.0.get("met"))
        }
    }

    /// The stretch over which a target is looked at.
    #[derive(Clone, Copy, Debug)]
    pub struct Window<'a>(View<'a>);

    impl<'a> FromView<'a> for Window<'a> {
        fn from_view(view: View<'a>) -> Self {
            Window(view)
        }
    }

    impl<'a> Window<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// How long it is; `to-date`: from the year's first day to the period's last. One of `month`, `two-month`, `quarter`, `half`, `year`, `to-date`.
        pub fn kind(self) -> &'a str {
            FromView::from_view(self.0.get("kind"))
        }

        /// `sum` (if left out), or the average of its months. One of `sum`, `average`.
        pub fn mode(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("mode"))
        }

        /// What an average is of: of its months (if left out), of each two months, and so on. One of `month`, `two-month`, `quarter`, `half`, `year`.
        pub fn per(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("per"))
        }

        /// Whether it ends with the period, instead of lying fixed in the year.
        pub fn rolling(self) -> Option<bool> {
            FromView::from_view(self.0.get("rolling"))
        }
    }

    /// One account in a standing.
    #[derive(Clone, Copy, Debug)]
    pub struct Row<'a>(View<'a>);

    impl<'a> FromView<'a> for Row<'a> {
        fn from_view(view: View<'a>) -> Self {
            Row(view)
        }
    }

    impl<'a> Row<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// The account.
        pub fn account(self) -> &'a str {
            FromView::from_view(self.0.get("account"))
        }

        /// The unit behind it.
        pub fn unit(self) -> Option<Unit<'a>> {
            FromView::from_view(self.0.get("unit"))
        }

        /// The measure.
        pub fn measure(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("measure"))
        }

        /// The pool it is ranked in.
        pub fn pool(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("pool"))
        }

        /// Its total.
        pub fn amount(self) -> Amount {
            FromView::from_view(self.0.get("amount"))
        }

        /// Its totals by tag. A table.
        pub fn tags(self) -> View<'a> {
            FromView::from_view(self.0.get("tags"))
        }

        /// Its rank in its pool, from 1.
        pub fn rank(self) -> Option<i64> {
            FromView::from_view(self.0.get("rank"))
        }

        /// Why it is out of the ranking. It is text, or a table of text.
        pub fn excluded(self) -> View<'a> {
            FromView::from_view(self.0.get("excluded"))
        }

        /// Whether something of it could not be scored.
        pub fn unscored(self) -> Option<bool> {
            FromView::from_view(self.0.get("unscored"))
        }
    }

    /// Which standing is being ranked.
    #[derive(Clone, Copy, Debug)]
    pub struct RankContext<'a>(View<'a>);

    impl<'a> FromView<'a> for RankContext<'a> {
        fn from_view(view: View<'a>) -> Self {
            RankContext(view)
        }
    }

    impl<'a> RankContext<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// The register.
        pub fn register(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("register"))
        }

        /// The measure.
        pub fn measure(self) -> &'a str {
            FromView::from_view(self.0.get("measure"))
        }

        /// The pool.
        pub fn pool(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("pool"))
        }

        /// The tag, if only its postings count.
        pub fn tag(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("tag"))
        }

        /// The period.
        pub fn period(self) -> Period<'a> {
            FromView::from_view(self.0.get("period"))
        }

        /// Decimals at which amounts are compared.
        pub fn places(self) -> i64 {
            FromView::from_view(self.0.get("places"))
        }
    }

    /// The standings of a period, and who has won so far.
    #[derive(Clone, Copy, Debug)]
    pub struct Contest<'a>(View<'a>);

    impl<'a> FromView<'a> for Contest<'a> {
        fn from_view(view: View<'a>) -> Self {
            Contest(view)
        }
    }

    impl<'a> Contest<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// The register.
        pub fn register(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("register"))
        }

        /// The period.
        pub fn period(self) -> Period<'a> {
            FromView::from_view(self.0.get("period"))
        }

        /// Every account's line under each measure.
        pub fn rows(self) -> Items<'a, Row<'a>> {
            FromView::from_view(self.0.get("rows"))
        }

        /// By measure: decimals at which amounts are compared; six where it is silent. A table.
        pub fn places(self) -> View<'a> {
            FromView::from_view(self.0.get("places"))
        }

        /// Who has won so far, by earlier handlers.
        pub fn winners(self) -> Items<'a, Award<'a>> {
            FromView::from_view(self.0.get("winners"))
        }

        /// How ties were decided.
        pub fn decisions(self) -> Option<Items<'a, Decision<'a>>> {
            FromView::from_view(self.0.get("decisions"))
        }
    }

    /// A winner, or places that await a decision.
    #[derive(Clone, Copy, Debug)]
    pub struct Award<'a>(View<'a>);

    impl<'a> FromView<'a> for Award<'a> {
        fn from_view(view: View<'a>) -> Self {
            Award(view)
        }
    }

    impl<'a> Award<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// The winner; none while it is pending.
        pub fn account(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("account"))
        }

        /// What is awarded.
        pub fn award(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("award"))
        }

        /// The clause; by the option `clause` if left out.
        pub fn clause(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("clause"))
        }

        /// The rank it was chosen by.
        pub fn rank(self) -> Option<i64> {
            FromView::from_view(self.0.get("rank"))
        }

        /// The amount it was chosen by.
        pub fn amount(self) -> Option<Amount> {
            FromView::from_view(self.0.get("amount"))
        }

        /// What a decision has to fill.
        pub fn pending(self) -> Option<Pending<'a>> {
            FromView::from_view(self.0.get("pending"))
        }
    }

    /// Places that a decision has to fill.
    #[derive(Clone, Copy, Debug)]
    pub struct Pending<'a>(View<'a>);

    impl<'a> FromView<'a> for Pending<'a> {
        fn from_view(view: View<'a>) -> Self {
            Pending(view)
        }
    }

    impl<'a> Pending<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// The accounts that tie.
        pub fn candidates(self) -> Items<'a, &'a str> {
            FromView::from_view(self.0.get("candidates"))
        }

        /// How many places are left for them.
        pub fn places(self) -> i64 {
            FromView::from_view(self.0.get("places"))
        }

        /// Whether it waits for an earlier decision.
        pub fn waits(self) -> Option<bool> {
            FromView::from_view(self.0.get("waits"))
        }
    }

    /// How a tie was decided.
    #[derive(Clone, Copy, Debug)]
    pub struct Decision<'a>(View<'a>);

    impl<'a> FromView<'a> for Decision<'a> {
        fn from_view(view: View<'a>) -> Self {
            Decision(view)
        }
    }

    impl<'a> Decision<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// Among whom.
        pub fn candidates(self) -> Items<'a, &'a str> {
            FromView::from_view(self.0.get("candidates"))
        }

        /// Who was chosen.
        pub fn chosen(self) -> Items<'a, &'a str> {
            FromView::from_view(self.0.get("chosen"))
        }
    }

    /// A vote: who may, who did, and the ballots.
    #[derive(Clone, Copy, Debug)]
    pub struct Vote<'a>(View<'a>);

    impl<'a> FromView<'a> for Vote<'a> {
        fn from_view(view: View<'a>) -> Self {
            Vote(view)
        }
    }

    impl<'a> Vote<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// A field by its name, also one that only its register declares.
        pub fn field(self, name: &str) -> View<'a> {
            self.0.get(name)
        }

        /// Which sort of vote: `appointment`, `project` …
        pub fn kind(self) -> &'a str {
            FromView::from_view(self.0.get("kind"))
        }

        /// How many members there are.
        pub fn members(self) -> i64 {
            FromView::from_view(self.0.get("members"))
        }

        /// How many are present.
        pub fn present(self) -> i64 {
            FromView::from_view(self.0.get("present"))
        }

        /// Ballots issued.
        pub fn issued(self) -> i64 {
            FromView::from_view(self.0.get("issued"))
        }

        /// Ballots returned.
        pub fn returned(self) -> i64 {
            FromView::from_view(self.0.get("returned"))
        }

        /// The ballots.
        pub fn ballots(self) -> Items<'a, Ballot<'a>> {
            FromView::from_view(self.0.get("ballots"))
        }

        /// The candidates, in the ballot's order.
        pub fn candidates(self) -> Items<'a, &'a str> {
            FromView::from_view(self.0.get("candidates"))
        }

        /// How many can be elected.
        pub fn places(self) -> i64 {
            FromView::from_view(self.0.get("places"))
        }

        /// The round, from 1.
        pub fn round(self) -> i64 {
            FromView::from_view(self.0.get("round"))
        }

        /// The day of the vote. A date like `2023-02-14`.
        pub fn on(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("on"))
        }

        /// Whether it is secret: no ballot says whose it is.
        pub fn secret(self) -> Option<bool> {
            FromView::from_view(self.0.get("secret"))
        }
    }

    /// One ballot.
    #[derive(Clone, Copy, Debug)]
    pub struct Ballot<'a>(View<'a>);

    impl<'a> FromView<'a> for Ballot<'a> {
        fn from_view(view: View<'a>) -> Self {
            Ballot(view)
        }
    }

    impl<'a> Ballot<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// By candidate: a mark such as `for`, `against`, `abstain`, or a rank from 1. A table.
        pub fn marks(self) -> View<'a> {
            FromView::from_view(self.0.get("marks"))
        }

        /// Whether the tellers declared it void.
        pub fn void(self) -> Option<bool> {
            FromView::from_view(self.0.get("void"))
        }

        /// How many ballots are marked so; 1 if left out.
        pub fn count(self) -> Option<i64> {
            FromView::from_view(self.0.get("count"))
        }

        /// Whose ballot it is; of an open vote alone.
        pub fn member(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("member"))
        }
    }

    /// What a report says: its parts in order, without a page's measures.
    #[derive(Clone, Copy, Debug)]
    pub struct Document<'a>(View<'a>);

    impl<'a> FromView<'a> for Document<'a> {
        fn from_view(view: View<'a>) -> Self {
            Document(view)
        }
    }

    impl<'a> Document<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// What sort: `bulletin`, `letter`, `decision`, `table` …
        pub fn kind(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("kind"))
        }

        /// Its language; `zh` if left out.
        pub fn language(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("language"))
        }

        /// The numbered copy (份号), `000001`.
        pub fn copy_number(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("copy_number"))
        }

        /// Level and term of secrecy (密级和保密期限).
        pub fn secrecy(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("secrecy"))
        }

        /// Urgency (紧急程度).
        pub fn urgency(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("urgency"))
        }

        /// The red heading (发文机关标志).
        pub fn masthead(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("masthead"))
        }

        /// The document's number (发文字号).
        pub fn number(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("number"))
        }

        /// Who approved it (签发人).
        pub fn signer(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("signer"))
        }

        /// Its title.
        pub fn title(self) -> &'a str {
            FromView::from_view(self.0.get("title"))
        }

        /// To whom it goes (主送机关).
        pub fn addressees(self) -> Option<Items<'a, &'a str>> {
            FromView::from_view(self.0.get("addressees"))
        }

        /// The body.
        pub fn sections(self) -> Items<'a, Section<'a>> {
            FromView::from_view(self.0.get("sections"))
        }

        /// Titles of attachments (附件说明).
        pub fn attachments(self) -> Option<Items<'a, &'a str>> {
            FromView::from_view(self.0.get("attachments"))
        }

        /// Who signs it.
        pub fn signature(self) -> Option<Signature<'a>> {
            FromView::from_view(self.0.get("signature"))
        }

        /// A note in brackets (附注).
        pub fn note(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("note"))
        }

        /// Its appendices.
        pub fn appendices(self) -> Option<Items<'a, Appendix<'a>>> {
            FromView::from_view(self.0.get("appendices"))
        }

        /// The foot of the last page.
        pub fn imprint(self) -> Option<Imprint<'a>> {
            FromView::from_view(self.0.get("imprint"))
        }
    }

    /// A part of a document with a heading of its own.
    #[derive(Clone, Copy, Debug)]
    pub struct Section<'a>(View<'a>);

    impl<'a> FromView<'a> for Section<'a> {
        fn from_view(view: View<'a>) -> Self {
            Section(view)
        }
    }

    impl<'a> Section<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// Its heading.
        pub fn heading(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("heading"))
        }

        /// The heading's level; 1 if left out.
        pub fn level(self) -> Option<i64> {
            FromView::from_view(self.0.get("level"))
        }

        /// What it consists of.
        pub fn blocks(self) -> Items<'a, Block<'a>> {
            FromView::from_view(self.0.get("blocks"))
        }
    }

    /// A piece of a document: a heading, a paragraph, a list or a table.
    #[derive(Clone, Copy, Debug)]
    pub struct Block<'a>(View<'a>);

    impl<'a> FromView<'a> for Block<'a> {
        fn from_view(view: View<'a>) -> Self {
            Block(view)
        }
    }

    impl<'a> Block<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// Which of them. One of `heading`, `paragraph`, `list`, `table`, `page_break`.
        pub fn kind(self) -> &'a str {
            FromView::from_view(self.0.get("kind"))
        }

        /// Of a heading: 1 to 4 (一、（一）1.（1）).
        pub fn level(self) -> Option<i64> {
            FromView::from_view(self.0.get("level"))
        }

        /// Of a heading or paragraph.
        pub fn text(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("text"))
        }

        /// Of a paragraph in several styles, instead of `text`.
        pub fn runs(self) -> Option<Items<'a, Run<'a>>> {
            FromView::from_view(self.0.get("runs"))
        }

        /// Whether a paragraph's first line is set in by two characters; yes if left out.
        pub fn indent(self) -> Option<bool> {
            FromView::from_view(self.0.get("indent"))
        }

        /// Of a list.
        pub fn items(self) -> Option<Items<'a, &'a str>> {
            FromView::from_view(self.0.get("items"))
        }

        /// Of a table.
        pub fn caption(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("caption"))
        }

        /// Of a table.
        pub fn columns(self) -> Option<Items<'a, Column<'a>>> {
            FromView::from_view(self.0.get("columns"))
        }

        /// Of a table: cells, text or numbers.
        pub fn rows(self) -> Option<Items<'a, Items<'a, View<'a>>>> {
            FromView::from_view(self.0.get("rows"))
        }
    }

    /// A stretch of text in one style.
    #[derive(Clone, Copy, Debug)]
    pub struct Run<'a>(View<'a>);

    impl<'a> FromView<'a> for Run<'a> {
        fn from_view(view: View<'a>) -> Self {
            Run(view)
        }
    }

    impl<'a> Run<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// The text.
        pub fn text(self) -> &'a str {
            FromView::from_view(self.0.get("text"))
        }

        /// `plain` if left out. One of `plain`, `bold`, `kaiti`, `heiti`.
        pub fn style(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("style"))
        }

        /// What opens behind it: an account and period, `xihu@2023-Q1`.
        pub fn explain(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("explain"))
        }
    }

    /// A column of a table.
    #[derive(Clone, Copy, Debug)]
    pub struct Column<'a>(View<'a>);

    impl<'a> FromView<'a> for Column<'a> {
        fn from_view(view: View<'a>) -> Self {
            Column(view)
        }
    }

    impl<'a> Column<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// Its heading.
        pub fn title(self) -> &'a str {
            FromView::from_view(self.0.get("title"))
        }

        /// How cells are set; `left` if left out. One of `left`, `center`, `right`.
        pub fn align(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("align"))
        }

        /// Its share of the width, relative to the others.
        pub fn width(self) -> Option<f64> {
            FromView::from_view(self.0.get("width"))
        }

        /// Decimals of its numbers.
        pub fn places(self) -> Option<i64> {
            FromView::from_view(self.0.get("places"))
        }
    }

    /// Who signs a document, and when.
    #[derive(Clone, Copy, Debug)]
    pub struct Signature<'a>(View<'a>);

    impl<'a> FromView<'a> for Signature<'a> {
        fn from_view(view: View<'a>) -> Self {
            Signature(view)
        }
    }

    impl<'a> Signature<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// The issuing bodies, the leading one first.
        pub fn issuers(self) -> Items<'a, &'a str> {
            FromView::from_view(self.0.get("issuers"))
        }

        /// The date of the document. A date like `2023-02-14`.
        pub fn date(self) -> &'a str {
            FromView::from_view(self.0.get("date"))
        }

        /// Whether room for the seal is left.
        pub fn seal(self) -> Option<bool> {
            FromView::from_view(self.0.get("seal"))
        }
    }

    /// An appendix, beginning on a page of its own.
    #[derive(Clone, Copy, Debug)]
    pub struct Appendix<'a>(View<'a>);

    impl<'a> FromView<'a> for Appendix<'a> {
        fn from_view(view: View<'a>) -> Self {
            Appendix(view)
        }
    }

    impl<'a> Appendix<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// Its title.
        pub fn title(self) -> &'a str {
            FromView::from_view(self.0.get("title"))
        }

        /// What it consists of.
        pub fn blocks(self) -> Items<'a, Block<'a>> {
            FromView::from_view(self.0.get("blocks"))
        }

        /// Whether its pages lie across.
        pub fn landscape(self) -> Option<bool> {
            FromView::from_view(self.0.get("landscape"))
        }
    }

    /// The lines at the foot of the last page (版记).
    #[derive(Clone, Copy, Debug)]
    pub struct Imprint<'a>(View<'a>);

    impl<'a> FromView<'a> for Imprint<'a> {
        fn from_view(view: View<'a>) -> Self {
            Imprint(view)
        }
    }

    impl<'a> Imprint<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// Who gets copies (抄送).
        pub fn copies_to(self) -> Option<Items<'a, &'a str>> {
            FromView::from_view(self.0.get("copies_to"))
        }

        /// The printing office (印发机关).
        pub fn printed_by(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("printed_by"))
        }

        /// The date of printing (印发日期). A date like `2023-02-14`.
        pub fn printed_on(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("printed_on"))
        }

        /// How many copies.
        pub fn print_run(self) -> Option<i64> {
            FromView::from_view(self.0.get("print_run"))
        }
    }

    /// What is wanted of a file that is read.
    #[derive(Clone, Copy, Debug)]
    pub struct ImportWanted<'a>(View<'a>);

    impl<'a> FromView<'a> for ImportWanted<'a> {
        fn from_view(view: View<'a>) -> Self {
            ImportWanted(view)
        }
    }

    impl<'a> ImportWanted<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// A field by its name, also one that only its register declares.
        pub fn field(self, name: &str) -> View<'a> {
            self.0.get(name)
        }

        /// The sheet, by its name, also one that is hidden; absent: all that are shown.
        pub fn sheet(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("sheet"))
        }
    }

    /// A place to which documents are published.
    #[derive(Clone, Copy, Debug)]
    pub struct Outlet<'a>(View<'a>);

    impl<'a> FromView<'a> for Outlet<'a> {
        fn from_view(view: View<'a>) -> Self {
            Outlet(view)
        }
    }

    impl<'a> Outlet<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// A field by its name, also one that only its register declares.
        pub fn field(self, name: &str) -> View<'a> {
            self.0.get(name)
        }

        /// Its id.
        pub fn id(self) -> &'a str {
            FromView::from_view(self.0.get("id"))
        }

        /// Its title. It is text, or a table of text.
        pub fn title(self) -> View<'a> {
            FromView::from_view(self.0.get("title"))
        }

        /// What sort: `folder`, `site` …
        pub fn kind(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("kind"))
        }
    }

    /// A package of another office; its signature was checked.
    #[derive(Clone, Copy, Debug)]
    pub struct Package<'a>(View<'a>);

    impl<'a> FromView<'a> for Package<'a> {
        fn from_view(view: View<'a>) -> Self {
            Package(view)
        }
    }

    impl<'a> Package<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// Its id: the hash of what it says.
        pub fn id(self) -> &'a str {
            FromView::from_view(self.0.get("id"))
        }

        /// What it is: the name at `package.build`.
        pub fn name(self) -> &'a str {
            FromView::from_view(self.0.get("name"))
        }

        /// The peer who sends it, as it is called here.
        pub fn from(self) -> &'a str {
            FromView::from_view(self.0.get("from"))
        }

        /// The day it was made. A date like `2023-02-14`.
        pub fn made(self) -> &'a str {
            FromView::from_view(self.0.get("made"))
        }

        /// What it tells, in order.
        pub fn entries(self) -> Items<'a, PackageEntry<'a>> {
            FromView::from_view(self.0.get("entries"))
        }
    }

    /// One thing that a package tells, or that is done because of it.
    #[derive(Clone, Copy, Debug)]
    pub struct PackageEntry<'a>(View<'a>);

    impl<'a> FromView<'a> for PackageEntry<'a> {
        fn from_view(view: View<'a>) -> Self {
            PackageEntry(view)
        }
    }

    impl<'a> PackageEntry<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// Tells it from all others that this office ever sends: what comes a second time does nothing.
        pub fn key(self) -> &'a str {
            FromView::from_view(self.0.get("key"))
        }

        /// The register.
        pub fn register(self) -> &'a str {
            FromView::from_view(self.0.get("register"))
        }

        /// The record; a new one if left out.
        pub fn record(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("record"))
        }

        /// The action.
        pub fn action(self) -> &'a str {
            FromView::from_view(self.0.get("action"))
        }

        /// The day it counts for; the day it arrives if left out. A date like `2023-02-14`.
        pub fn on(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("on"))
        }

        /// The record's and the form's fields. A table.
        pub fn fields(self) -> View<'a> {
            FromView::from_view(self.0.get("fields"))
        }
    }

    /// A person of the directory as of a date.
    #[derive(Clone, Copy, Debug)]
    pub struct Person<'a>(View<'a>);

    impl<'a> FromView<'a> for Person<'a> {
        fn from_view(view: View<'a>) -> Self {
            Person(view)
        }
    }

    impl<'a> Person<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// A field by its name, also one that only its register declares.
        pub fn field(self, name: &str) -> View<'a> {
            self.0.get(name)
        }

        /// Their id.
        pub fn id(self) -> &'a str {
            FromView::from_view(self.0.get("id"))
        }

        /// Their name.
        pub fn name(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("name"))
        }

        /// The unit they belong to.
        pub fn unit(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("unit"))
        }

        /// The roles they hold.
        pub fn roles(self) -> Option<Items<'a, Role<'a>>> {
            FromView::from_view(self.0.get("roles"))
        }

        /// Numbers and addresses: `phone`, `mail`. A table.
        pub fn contact(self) -> View<'a> {
            FromView::from_view(self.0.get("contact"))
        }
    }

    /// A role held between two dates.
    #[derive(Clone, Copy, Debug)]
    pub struct Role<'a>(View<'a>);

    impl<'a> FromView<'a> for Role<'a> {
        fn from_view(view: View<'a>) -> Self {
            Role(view)
        }
    }

    impl<'a> Role<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// Its name: `reporter`, `editor` …
        pub fn role(self) -> &'a str {
            FromView::from_view(self.0.get("role"))
        }

        /// The unit it is held for; the person's own if left out.
        pub fn unit(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("unit"))
        }

        /// The first day. A date like `2023-02-14`.
        pub fn from(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("from"))
        }

        /// The last day. A date like `2023-02-14`.
        pub fn to(self) -> Option<&'a str> {
            FromView::from_view(self.0.get("to"))
        }
    }

    /// A moment of the office's clock.
    #[derive(Clone, Copy, Debug)]
    pub struct Time<'a>(View<'a>);

    impl<'a> FromView<'a> for Time<'a> {
        fn from_view(view: View<'a>) -> Self {
            Time(view)
        }
    }

    impl<'a> Time<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// The day in the office's time zone. A date like `2023-02-14`.
        pub fn on(self) -> &'a str {
            FromView::from_view(self.0.get("on"))
        }

        /// The moment, `2023-02-14T09:30:00+08:00`.
        pub fn at(self) -> &'a str {
            FromView::from_view(self.0.get("at"))
        }
    }

    /// The plugin that is being loaded, migrated or unloaded.
    #[derive(Clone, Copy, Debug)]
    pub struct Plugin<'a>(View<'a>);

    impl<'a> FromView<'a> for Plugin<'a> {
        fn from_view(view: View<'a>) -> Self {
            Plugin(view)
        }
    }

    impl<'a> Plugin<'a> {
        /// The value itself.
        pub fn view(self) -> View<'a> {
            self.0
        }

        /// Its id.
        pub fn id(self) -> &'a str {
            FromView::from_view(self.0.get("id"))
        }

        /// Its version.
        pub fn version(self) -> &'a str {
            FromView::from_view(self.0.get("version"))
        }

        /// The version of its state.
        pub fn state_version(self) -> Option<i64> {
            FromView::from_view(self.0.get("state_version"))
        }
    }
}

/// What handlers answer.
pub mod answer {
    #[allow(unused_imports, reason = "which of them a contract needs is its own matter")]
    use super::view;
    #[allow(unused_imports, reason = "which of them a contract needs is its own matter")]
    use registrar_sdk::{
        Amount, BilingualText, FromValue, Map, Value,
        abi::Node,
        native::{Answer, Bytes, Call, FromView, View},
    };
    #[allow(unused_imports, reason = "which of them a contract needs is its own matter")]
    use std::collections::BTreeMap;

    // Absent is no entry.
    fn put(map: &mut Map, key: &str, value: impl Into<Value>) {
        let value = value.into();
        if !value.is_nil() {
            map.insert(key.into(), value);
        }
    }

    /// A named kind of record.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Register {
        /// Its id: lower case, `a-z0-9-`.
        pub id: String,
        /// The register that this adds to, instead of being one.
        pub extends: Option<String>,
        /// Its title. It is text, or a table of text.
        pub title: Option<BilingualText>,
        /// Its fields, by name.
        pub fields: Option<BTreeMap<String, FieldDefinition>>,
        /// Its stages; a new record is in the first.
        pub stages: Option<Vec<Value>>,
        /// Where records of a stage that is gone are now.
        pub moved_to: Option<BTreeMap<String, String>>,
        /// Its actions, by name.
        pub actions: Option<BTreeMap<String, ActionDefinition>>,
        /// What is counted in it, by name.
        pub measures: Option<BTreeMap<String, MeasureDefinition>>,
        /// Which accounts are ranked together, by name.
        pub pools: Option<BTreeMap<String, PoolDefinition>>,
        /// The field that names a record in lists; `title` if left out.
        pub name_field: Option<String>,
        /// Roles that see its records, within their units, besides those that may act in it. It is text, or a list of text.
        pub readers: Option<Vec<String>>,
    }

    impl Register {
        /// One with what it must have, and nothing else.
        pub fn new(id: impl Into<String>) -> Register {
            Register {
                id: id.into(),
                extends: None,
                title: None,
                fields: None,
                stages: None,
                moved_to: None,
                actions: None,
                measures: None,
                pools: None,
                name_field: None,
                readers: None,
            }
        }
    }

    impl From<Register> for Value {
        fn from(given: Register) -> Value {
            let mut map = Map::new();
            put(&mut map, "id", given.id);
            put(&mut map, "extends", given.extends);
            put(&mut map, "title", given.title);
            put(&mut map, "fields", given.fields);
            put(&mut map, "stages", given.stages);
            put(&mut map, "moved_to", given.moved_to);
            put(&mut map, "actions", given.actions);
            put(&mut map, "measures", given.measures);
            put(&mut map, "pools", given.pools);
            put(&mut map, "name_field", given.name_field);
            put(&mut map, "readers", given.readers);
            Value::Map(map)
        }
    }

    impl Answer for Register {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Register {
        fn from_value(value: &Value) -> Register {
            Register {
                id: FromValue::from_value(value.get("id")),
                extends: FromValue::from_value(value.get("extends")),
                title: FromValue::from_value(value.get("title")),
                fields: FromValue::from_value(value.get("fields")),
                stages: FromValue::from_value(value.get("stages")),
                moved_to: FromValue::from_value(value.get("moved_to")),
                actions: FromValue::from_value(value.get("actions")),
                measures: FromValue::from_value(value.get("measures")),
                pools: FromValue::from_value(value.get("pools")),
                name_field: FromValue::from_value(value.get("name_field")),
                readers: FromValue::from_value(value.get("readers")),
            }
        }
    }

    /// A field of a register, or of an action's form.
    #[derive(Clone, Debug, PartialEq)]
    pub struct FieldDefinition {
        /// What it holds.
        pub r#type: FieldDefinitionType,
        /// Whether it holds a list of them.
        pub many: Option<bool>,
        /// Its label; its name if left out. It is text, or a table of text.
        pub label: Option<BilingualText>,
        /// A sentence shown beside it. It is text, or a table of text.
        pub help: Option<BilingualText>,
        /// Whether it must be filled in.
        pub required: Option<bool>,
        /// Least value; for text the fewest characters, for a list the fewest items.
        pub min: Option<f64>,
        /// Largest value; for text the most characters, for a list the most items.
        pub max: Option<f64>,
        /// For a `choice` its words; for a `record` the register; for a `unit` the classes; for a `file` the endings it may have. It is text, or a list of text, or a choice_entry.
        pub of: Value,
        /// What a new record has.
        pub default: Value,
        /// Whether its text is searched.
        pub search: Option<bool>,
        /// Of a `person`: roles. Who has one of them and is named here sees the record, whatever their unit; it lets nobody act. It is text, or a list of text.
        pub sees: Option<Vec<String>>,
        /// Whether it is personal: it is kept beside the log, where `registrar erase` finds it, and not searched in.
        pub personal: Option<bool>,
        /// In a form: the record's field that it sets.
        pub sets: Option<String>,
        /// The name it had before.
        pub was: Option<String>,
        /// Its place on the page, from 1.
        pub order: Option<i64>,
        /// Whether the forms that begin or submit a record ask for it; yes if left out.
        pub asked: Option<bool>,
    }

    impl FieldDefinition {
        /// One with what it must have, and nothing else.
        pub fn new(r#type: FieldDefinitionType) -> FieldDefinition {
            FieldDefinition {
                r#type,
                many: None,
                label: None,
                help: None,
                required: None,
                min: None,
                max: None,
                of: Value::Nil,
                default: Value::Nil,
                search: None,
                sees: None,
                personal: None,
                sets: None,
                was: None,
                order: None,
                asked: None,
            }
        }
    }

    impl From<FieldDefinition> for Value {
        fn from(given: FieldDefinition) -> Value {
            let mut map = Map::new();
            put(&mut map, "type", given.r#type);
            put(&mut map, "many", given.many);
            put(&mut map, "label", given.label);
            put(&mut map, "help", given.help);
            put(&mut map, "required", given.required);
            put(&mut map, "min", given.min);
            put(&mut map, "max", given.max);
            put(&mut map, "of", given.of);
            put(&mut map, "default", given.default);
            put(&mut map, "search", given.search);
            put(&mut map, "sees", given.sees);
            put(&mut map, "personal", given.personal);
            put(&mut map, "sets", given.sets);
            put(&mut map, "was", given.was);
            put(&mut map, "order", given.order);
            put(&mut map, "asked", given.asked);
            Value::Map(map)
        }
    }

    impl Answer for FieldDefinition {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for FieldDefinition {
        fn from_value(value: &Value) -> FieldDefinition {
            FieldDefinition {
                r#type: FromValue::from_value(value.get("type")),
                many: FromValue::from_value(value.get("many")),
                label: FromValue::from_value(value.get("label")),
                help: FromValue::from_value(value.get("help")),
                required: FromValue::from_value(value.get("required")),
                min: FromValue::from_value(value.get("min")),
                max: FromValue::from_value(value.get("max")),
                of: FromValue::from_value(value.get("of")),
                default: FromValue::from_value(value.get("default")),
                search: FromValue::from_value(value.get("search")),
                sees: FromValue::from_value(value.get("sees")),
                personal: FromValue::from_value(value.get("personal")),
                sets: FromValue::from_value(value.get("sets")),
                was: FromValue::from_value(value.get("was")),
                order: FromValue::from_value(value.get("order")),
                asked: FromValue::from_value(value.get("asked")),
            }
        }
    }

    /// What `type` of a [`FieldDefinition`] can be.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum FieldDefinitionType {
        /// `text`.
        Text,
        /// `longtext`.
        Longtext,
        /// `integer`.
        Integer,
        /// `number`.
        Number,
        /// `amount`.
        Amount,
        /// `date`.
        Date,
        /// `bool`.
        Bool,
        /// `choice`.
        Choice,
        /// `unit`.
        Unit,
        /// `person`.
        Person,
        /// `record`.
        Record,
        /// `file`.
        File,
        /// `map`.
        Map,
    }

    impl FieldDefinitionType {
        /// The word for it.
        pub fn as_str(self) -> &'static str {
            match self {
                FieldDefinitionType::Text => "text",
                FieldDefinitionType::Longtext => "longtext",
                FieldDefinitionType::Integer => "integer",
                FieldDefinitionType::Number => "number",
                FieldDefinitionType::Amount => "amount",
                FieldDefinitionType::Date => "date",
                FieldDefinitionType::Bool => "bool",
                FieldDefinitionType::Choice => "choice",
                FieldDefinitionType::Unit => "unit",
                FieldDefinitionType::Person => "person",
                FieldDefinitionType::Record => "record",
                FieldDefinitionType::File => "file",
                FieldDefinitionType::Map => "map",
            }
        }
    }

    impl From<FieldDefinitionType> for Value {
        fn from(given: FieldDefinitionType) -> Value {
            Value::text(given.as_str())
        }
    }

    impl Answer for FieldDefinitionType {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for FieldDefinitionType {
        fn from_value(value: &Value) -> Self {
            match value.as_str() {
                Some("longtext") => FieldDefinitionType::Longtext,
                Some("integer") => FieldDefinitionType::Integer,
                Some("number") => FieldDefinitionType::Number,
                Some("amount") => FieldDefinitionType::Amount,
                Some("date") => FieldDefinitionType::Date,
                Some("bool") => FieldDefinitionType::Bool,
                Some("choice") => FieldDefinitionType::Choice,
                Some("unit") => FieldDefinitionType::Unit,
                Some("person") => FieldDefinitionType::Person,
                Some("record") => FieldDefinitionType::Record,
                Some("file") => FieldDefinitionType::File,
                Some("map") => FieldDefinitionType::Map,
                _ => FieldDefinitionType::Text,
            }
        }
    }

    /// A choice or a stage with its label.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ChoiceEntry {
        /// What is stored.
        pub id: String,
        /// What is shown. It is text, or a table of text.
        pub label: Option<BilingualText>,
        /// What rules are told of it by `host.choice`: whose it is, its level.
        pub data: Option<BTreeMap<String, Value>>,
    }

    impl ChoiceEntry {
        /// One with what it must have, and nothing else.
        pub fn new(id: impl Into<String>) -> ChoiceEntry {
            ChoiceEntry {
                id: id.into(),
                label: None,
                data: None,
            }
        }
    }

    impl From<ChoiceEntry> for Value {
        fn from(given: ChoiceEntry) -> Value {
            let mut map = Map::new();
            put(&mut map, "id", given.id);
            put(&mut map, "label", given.label);
            put(&mut map, "data", given.data);
            Value::Map(map)
        }
    }

    impl Answer for ChoiceEntry {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for ChoiceEntry {
        fn from_value(value: &Value) -> ChoiceEntry {
            ChoiceEntry {
                id: FromValue::from_value(value.get("id")),
                label: FromValue::from_value(value.get("label")),
                data: FromValue::from_value(value.get("data")),
            }
        }
    }

    /// Something that can be done to a record.
    #[derive(Clone, Debug, PartialEq, Default)]
    pub struct ActionDefinition {
        /// Its title; its name if left out. It is text, or a table of text.
        pub title: Option<BilingualText>,
        /// The stages it can be taken in; any if left out.
        pub from: Option<Vec<String>>,
        /// The stage it leads to; it stays if left out.
        pub to: Option<String>,
        /// The roles that may take it; the operator alone if left out. It is text, or a list of text.
        pub by: Option<Vec<String>>,
        /// What is filled in; kept in `event.fields`.
        pub form: Option<BTreeMap<String, FieldDefinition>>,
        /// Whether it can create a record; so can every action from the first stage.
        pub create: Option<bool>,
        /// Of an action that makes a record: the field into which records that were chosen together go.
        pub gathers: Option<String>,
        /// Whether a record counts as submitted from its first event of this action.
        pub submission: Option<bool>,
        /// Whether its form offers the record's own fields as they are, to be changed; those that begin or submit a record do.
        pub edits: Option<bool>,
    }

    impl From<ActionDefinition> for Value {
        fn from(given: ActionDefinition) -> Value {
            let mut map = Map::new();
            put(&mut map, "title", given.title);
            put(&mut map, "from", given.from);
            put(&mut map, "to", given.to);
            put(&mut map, "by", given.by);
            put(&mut map, "form", given.form);
            put(&mut map, "create", given.create);
            put(&mut map, "gathers", given.gathers);
            put(&mut map, "submission", given.submission);
            put(&mut map, "edits", given.edits);
            Value::Map(map)
        }
    }

    impl Answer for ActionDefinition {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for ActionDefinition {
        fn from_value(value: &Value) -> ActionDefinition {
            ActionDefinition {
                title: FromValue::from_value(value.get("title")),
                from: FromValue::from_value(value.get("from")),
                to: FromValue::from_value(value.get("to")),
                by: FromValue::from_value(value.get("by")),
                form: FromValue::from_value(value.get("form")),
                create: FromValue::from_value(value.get("create")),
                gathers: FromValue::from_value(value.get("gathers")),
                submission: FromValue::from_value(value.get("submission")),
                edits: FromValue::from_value(value.get("edits")),
            }
        }
    }

    /// What amounts count: points, a fee.
    #[derive(Clone, Debug, PartialEq, Default)]
    pub struct MeasureDefinition {
        /// Its title; its name if left out. It is text, or a table of text.
        pub title: Option<BilingualText>,
        /// Decimals at which amounts are shown and compared (0 to 6); 0 if left out.
        pub places: Option<i64>,
        /// What one of it is called: points, yuan. It is text, or a table of text.
        pub unit: Option<BilingualText>,
        /// What its accounts are; units if left out.
        pub account: Option<MeasureDefinitionAccount>,
    }

    impl From<MeasureDefinition> for Value {
        fn from(given: MeasureDefinition) -> Value {
            let mut map = Map::new();
            put(&mut map, "title", given.title);
            put(&mut map, "places", given.places);
            put(&mut map, "unit", given.unit);
            put(&mut map, "account", given.account);
            Value::Map(map)
        }
    }

    impl Answer for MeasureDefinition {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for MeasureDefinition {
        fn from_value(value: &Value) -> MeasureDefinition {
            MeasureDefinition {
                title: FromValue::from_value(value.get("title")),
                places: FromValue::from_value(value.get("places")),
                unit: FromValue::from_value(value.get("unit")),
                account: FromValue::from_value(value.get("account")),
            }
        }
    }

    /// What `account` of a [`MeasureDefinition`] can be.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum MeasureDefinitionAccount {
        /// `unit`.
        Unit,
        /// `person`.
        Person,
    }

    impl MeasureDefinitionAccount {
        /// The word for it.
        pub fn as_str(self) -> &'static str {
            match self {
                MeasureDefinitionAccount::Unit => "unit",
                MeasureDefinitionAccount::Person => "person",
            }
        }
    }

    impl From<MeasureDefinitionAccount> for Value {
        fn from(given: MeasureDefinitionAccount) -> Value {
            Value::text(given.as_str())
        }
    }

    impl Answer for MeasureDefinitionAccount {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for MeasureDefinitionAccount {
        fn from_value(value: &Value) -> Self {
            match value.as_str() {
                Some("person") => MeasureDefinitionAccount::Person,
                _ => MeasureDefinitionAccount::Unit,
            }
        }
    }

    /// Accounts that are ranked together.
    #[derive(Clone, Debug, PartialEq, Default)]
    pub struct PoolDefinition {
        /// Its title; its name if left out. It is text, or a table of text.
        pub title: Option<BilingualText>,
        /// The unit classes in it; all if left out.
        pub classes: Option<Vec<String>>,
    }

    impl From<PoolDefinition> for Value {
        fn from(given: PoolDefinition) -> Value {
            let mut map = Map::new();
            put(&mut map, "title", given.title);
            put(&mut map, "classes", given.classes);
            Value::Map(map)
        }
    }

    impl Answer for PoolDefinition {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for PoolDefinition {
        fn from_value(value: &Value) -> PoolDefinition {
            PoolDefinition {
                title: FromValue::from_value(value.get("title")),
                classes: FromValue::from_value(value.get("classes")),
            }
        }
    }

    /// A record as it would be after the action; its declared fields stand beside these.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Draft {
        /// The register it is for.
        pub register: String,
        /// The record's id, if it exists already.
        pub id: Option<String>,
        /// The stage the record is in now.
        pub stage: Option<String>,
        /// The number it was given, if it has one.
        pub number: Option<String>,
        /// The action that is about to be taken.
        pub action: Option<String>,
        /// The day it would count for. A date like `2023-02-14`.
        pub on: Option<String>,
        /// The person who acts.
        pub by: Option<String>,
        /// What the action's form was filled in with.
        pub form: Option<BTreeMap<String, Value>>,
        /// Its further fields, by name; `Value::Null` clears one.
        pub more: Map,
    }

    impl Draft {
        /// One with what it must have, and nothing else.
        pub fn new(register: impl Into<String>) -> Draft {
            Draft {
                register: register.into(),
                id: None,
                stage: None,
                number: None,
                action: None,
                on: None,
                by: None,
                form: None,
                more: Map::new(),
            }
        }
    }

    impl From<Draft> for Value {
        fn from(given: Draft) -> Value {
            let mut map = given.more;
            put(&mut map, "register", given.register);
            put(&mut map, "id", given.id);
            put(&mut map, "stage", given.stage);
            put(&mut map, "number", given.number);
            put(&mut map, "action", given.action);
            put(&mut map, "on", given.on);
            put(&mut map, "by", given.by);
            put(&mut map, "form", given.form);
            Value::Map(map)
        }
    }

    impl Answer for Draft {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Draft {
        fn from_value(value: &Value) -> Draft {
            Draft {
                register: FromValue::from_value(value.get("register")),
                id: FromValue::from_value(value.get("id")),
                stage: FromValue::from_value(value.get("stage")),
                number: FromValue::from_value(value.get("number")),
                action: FromValue::from_value(value.get("action")),
                on: FromValue::from_value(value.get("on")),
                by: FromValue::from_value(value.get("by")),
                form: FromValue::from_value(value.get("form")),
                more: value
                    .as_map()
                    .into_iter()
                    .flatten()
                    .filter(|(key, _)| !["register", "id", "stage", "number", "action", "on", "by", "form"].contains(&&***key))
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect(),
            }
        }
    }

    impl<'a> FromView<'a> for Draft {
        fn from_view(view: View<'a>) -> Self {
            Draft {
                register: FromView::from_view(view.get("register")),
                id: FromView::from_view(view.get("id")),
                stage: FromView::from_view(view.get("stage")),
                number: FromView::from_view(view.get("number")),
                action: FromView::from_view(view.get("action")),
                on: FromView::from_view(view.get("on")),
                by: FromView::from_view(view.get("by")),
                form: FromView::from_view(view.get("form")),
                more: view
                    .entries()
                    .filter(|(key, _)| !["register", "id", "stage", "number", "action", "on", "by", "form"].contains(key))
                    .map(|(key, value)| (key.into(), value.to_value()))
                    .collect(),
            }
        }
    }

    impl<'a> From<view::Draft<'a>> for Draft {
        fn from(given: view::Draft<'a>) -> Draft {
            Draft::from_view(given.view())
        }
    }

    /// Something a check found in a draft.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Finding {
        /// An `error` refuses the action.
        pub level: FindingLevel,
        /// The field it is about; the whole draft if left out.
        pub field: Option<String>,
        /// What is wrong and what to do, for the person who acts. It is text, or a table of text.
        pub text: BilingualText,
    }

    impl Finding {
        /// One with what it must have, and nothing else.
        pub fn new(level: FindingLevel, text: impl Into<BilingualText>) -> Finding {
            Finding {
                level,
                field: None,
                text: text.into(),
            }
        }
    }

    impl From<Finding> for Value {
        fn from(given: Finding) -> Value {
            let mut map = Map::new();
            put(&mut map, "level", given.level);
            put(&mut map, "field", given.field);
            put(&mut map, "text", given.text);
            Value::Map(map)
        }
    }

    impl Answer for Finding {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Finding {
        fn from_value(value: &Value) -> Finding {
            Finding {
                level: FromValue::from_value(value.get("level")),
                field: FromValue::from_value(value.get("field")),
                text: FromValue::from_value(value.get("text")),
            }
        }
    }

    /// What `level` of a [`Finding`] can be.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum FindingLevel {
        /// `error`.
        Error,
        /// `warning`.
        Warning,
        /// `hint`.
        Hint,
    }

    impl FindingLevel {
        /// The word for it.
        pub fn as_str(self) -> &'static str {
            match self {
                FindingLevel::Error => "error",
                FindingLevel::Warning => "warning",
                FindingLevel::Hint => "hint",
            }
        }
    }

    impl From<FindingLevel> for Value {
        fn from(given: FindingLevel) -> Value {
            Value::text(given.as_str())
        }
    }

    impl Answer for FindingLevel {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for FindingLevel {
        fn from_value(value: &Value) -> Self {
            match value.as_str() {
                Some("warning") => FindingLevel::Warning,
                Some("hint") => FindingLevel::Hint,
                _ => FindingLevel::Error,
            }
        }
    }

    /// A record that resembles the one at hand.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Similar {
        /// The other record's id.
        pub record: String,
        /// Its register, if another one.
        pub register: Option<String>,
        /// From 0 (nothing in common) to 1 (the same).
        pub score: f64,
        /// What they share.
        pub passages: Option<Vec<Passage>>,
    }

    impl Similar {
        /// One with what it must have, and nothing else.
        pub fn new(record: impl Into<String>, score: f64) -> Similar {
            Similar {
                record: record.into(),
                register: None,
                score,
                passages: None,
            }
        }
    }

    impl From<Similar> for Value {
        fn from(given: Similar) -> Value {
            let mut map = Map::new();
            put(&mut map, "record", given.record);
            put(&mut map, "register", given.register);
            put(&mut map, "score", given.score);
            put(&mut map, "passages", given.passages);
            Value::Map(map)
        }
    }

    impl Answer for Similar {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Similar {
        fn from_value(value: &Value) -> Similar {
            Similar {
                record: FromValue::from_value(value.get("record")),
                register: FromValue::from_value(value.get("register")),
                score: FromValue::from_value(value.get("score")),
                passages: FromValue::from_value(value.get("passages")),
            }
        }
    }

    /// A passage that two records share.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Passage {
        /// Where it is in this record.
        pub here: Span,
        /// Where it is in the other one.
        pub there: Span,
        /// The passage.
        pub text: Option<String>,
    }

    impl Passage {
        /// One with what it must have, and nothing else.
        pub fn new(here: Span, there: Span) -> Passage {
            Passage {
                here,
                there,
                text: None,
            }
        }
    }

    impl From<Passage> for Value {
        fn from(given: Passage) -> Value {
            let mut map = Map::new();
            put(&mut map, "here", given.here);
            put(&mut map, "there", given.there);
            put(&mut map, "text", given.text);
            Value::Map(map)
        }
    }

    impl Answer for Passage {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Passage {
        fn from_value(value: &Value) -> Passage {
            Passage {
                here: FromValue::from_value(value.get("here")),
                there: FromValue::from_value(value.get("there")),
                text: FromValue::from_value(value.get("text")),
            }
        }
    }

    /// A stretch of a field's text.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Span {
        /// The field.
        pub field: String,
        /// The first character, from 1.
        pub from: i64,
        /// The last character.
        pub to: i64,
    }

    impl Span {
        /// One with what it must have, and nothing else.
        pub fn new(field: impl Into<String>, from: i64, to: i64) -> Span {
            Span {
                field: field.into(),
                from,
                to,
            }
        }
    }

    impl From<Span> for Value {
        fn from(given: Span) -> Value {
            let mut map = Map::new();
            put(&mut map, "field", given.field);
            put(&mut map, "from", given.from);
            put(&mut map, "to", given.to);
            Value::Map(map)
        }
    }

    impl Answer for Span {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Span {
        fn from_value(value: &Value) -> Span {
            Span {
                field: FromValue::from_value(value.get("field")),
                from: FromValue::from_value(value.get("from")),
                to: FromValue::from_value(value.get("to")),
            }
        }
    }

    /// Why an action is refused, or what to be warned of.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Refusal {
        /// A `refusal`, which stops the action, if left out.
        pub level: Option<RefusalLevel>,
        /// The field it is about.
        pub field: Option<String>,
        /// The reason, for the person who acts. It is text, or a table of text.
        pub text: BilingualText,
        /// The clause it rests on.
        pub clause: Option<String>,
    }

    impl Refusal {
        /// One with what it must have, and nothing else.
        pub fn new(text: impl Into<BilingualText>) -> Refusal {
            Refusal {
                level: None,
                field: None,
                text: text.into(),
                clause: None,
            }
        }
    }

    impl From<Refusal> for Value {
        fn from(given: Refusal) -> Value {
            let mut map = Map::new();
            put(&mut map, "level", given.level);
            put(&mut map, "field", given.field);
            put(&mut map, "text", given.text);
            put(&mut map, "clause", given.clause);
            Value::Map(map)
        }
    }

    impl Answer for Refusal {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Refusal {
        fn from_value(value: &Value) -> Refusal {
            Refusal {
                level: FromValue::from_value(value.get("level")),
                field: FromValue::from_value(value.get("field")),
                text: FromValue::from_value(value.get("text")),
                clause: FromValue::from_value(value.get("clause")),
            }
        }
    }

    /// What `level` of a [`Refusal`] can be.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum RefusalLevel {
        /// `refusal`.
        Refusal,
        /// `warning`.
        Warning,
    }

    impl RefusalLevel {
        /// The word for it.
        pub fn as_str(self) -> &'static str {
            match self {
                RefusalLevel::Refusal => "refusal",
                RefusalLevel::Warning => "warning",
            }
        }
    }

    impl From<RefusalLevel> for Value {
        fn from(given: RefusalLevel) -> Value {
            Value::text(given.as_str())
        }
    }

    impl Answer for RefusalLevel {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for RefusalLevel {
        fn from_value(value: &Value) -> Self {
            match value.as_str() {
                Some("warning") => RefusalLevel::Warning,
                _ => RefusalLevel::Refusal,
            }
        }
    }

    /// A text in two languages; a half that is left out is the other one.
    #[derive(Clone, Debug, PartialEq, Default)]
    pub struct Halves {
        /// In Chinese.
        pub zh: Option<String>,
        /// In English.
        pub en: Option<String>,
    }

    impl From<Halves> for Value {
        fn from(given: Halves) -> Value {
            let mut map = Map::new();
            put(&mut map, "zh", given.zh);
            put(&mut map, "en", given.en);
            Value::Map(map)
        }
    }

    impl Answer for Halves {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Halves {
        fn from_value(value: &Value) -> Halves {
            Halves {
                zh: FromValue::from_value(value.get("zh")),
                en: FromValue::from_value(value.get("en")),
            }
        }
    }

    /// An event to be added in the same transaction.
    #[derive(Clone, Debug, PartialEq)]
    pub struct NewEvent {
        /// Tells the further events of one action apart; the same key is the same event.
        pub key: String,
        /// The action to record.
        pub action: String,
        /// The register; that of the causing event if left out.
        pub register: Option<String>,
        /// The record; a new one of that register if left out.
        pub record: Option<String>,
        /// The day it counts for; that of the causing event if left out. A date like `2023-02-14`.
        pub on: Option<String>,
        /// The record's and the form's fields.
        pub fields: Option<BTreeMap<String, Value>>,
    }

    impl NewEvent {
        /// One with what it must have, and nothing else.
        pub fn new(key: impl Into<String>, action: impl Into<String>) -> NewEvent {
            NewEvent {
                key: key.into(),
                action: action.into(),
                register: None,
                record: None,
                on: None,
                fields: None,
            }
        }
    }

    impl From<NewEvent> for Value {
        fn from(given: NewEvent) -> Value {
            let mut map = Map::new();
            put(&mut map, "key", given.key);
            put(&mut map, "action", given.action);
            put(&mut map, "register", given.register);
            put(&mut map, "record", given.record);
            put(&mut map, "on", given.on);
            put(&mut map, "fields", given.fields);
            Value::Map(map)
        }
    }

    impl Answer for NewEvent {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for NewEvent {
        fn from_value(value: &Value) -> NewEvent {
            NewEvent {
                key: FromValue::from_value(value.get("key")),
                action: FromValue::from_value(value.get("action")),
                register: FromValue::from_value(value.get("register")),
                record: FromValue::from_value(value.get("record")),
                on: FromValue::from_value(value.get("on")),
                fields: FromValue::from_value(value.get("fields")),
            }
        }
    }

    /// The unit or person to which a record goes.
    #[derive(Clone, Debug, PartialEq, Default)]
    pub struct Route {
        /// The unit.
        pub unit: Option<String>,
        /// The person.
        pub person: Option<String>,
        /// The reason, shown beside the assignment. It is text, or a table of text.
        pub why: Option<BilingualText>,
    }

    impl From<Route> for Value {
        fn from(given: Route) -> Value {
            let mut map = Map::new();
            put(&mut map, "unit", given.unit);
            put(&mut map, "person", given.person);
            put(&mut map, "why", given.why);
            Value::Map(map)
        }
    }

    impl Answer for Route {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Route {
        fn from_value(value: &Value) -> Route {
            Route {
                unit: FromValue::from_value(value.get("unit")),
                person: FromValue::from_value(value.get("person")),
                why: FromValue::from_value(value.get("why")),
            }
        }
    }

    /// A day by which something is due on a record.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Deadline {
        /// What is due: `reply`, `sign` …
        pub name: String,
        /// The last day in time. A date like `2023-02-14`.
        pub due: String,
        /// The day it runs from. A date like `2023-02-14`.
        pub start: Option<String>,
        /// The clause, and how it was reckoned. It is text, or a table of text.
        pub why: Option<BilingualText>,
        /// Whether it is a right, not a duty: what may be done until then, by the action of its name. It lapses without an `overdue`.
        pub lapses: Option<bool>,
        /// Filled in by the host; of a right `allowed` while it may be used, then `met` or `lapsed`.
        pub state: Option<DeadlineState>,
    }

    impl Deadline {
        /// One with what it must have, and nothing else.
        pub fn new(name: impl Into<String>, due: impl Into<String>) -> Deadline {
            Deadline {
                name: name.into(),
                due: due.into(),
                start: None,
                why: None,
                lapses: None,
                state: None,
            }
        }
    }

    impl From<Deadline> for Value {
        fn from(given: Deadline) -> Value {
            let mut map = Map::new();
            put(&mut map, "name", given.name);
            put(&mut map, "due", given.due);
            put(&mut map, "start", given.start);
            put(&mut map, "why", given.why);
            put(&mut map, "lapses", given.lapses);
            put(&mut map, "state", given.state);
            Value::Map(map)
        }
    }

    impl Answer for Deadline {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Deadline {
        fn from_value(value: &Value) -> Deadline {
            Deadline {
                name: FromValue::from_value(value.get("name")),
                due: FromValue::from_value(value.get("due")),
                start: FromValue::from_value(value.get("start")),
                why: FromValue::from_value(value.get("why")),
                lapses: FromValue::from_value(value.get("lapses")),
                state: FromValue::from_value(value.get("state")),
            }
        }
    }

    impl<'a> FromView<'a> for Deadline {
        fn from_view(view: View<'a>) -> Self {
            Deadline {
                name: FromView::from_view(view.get("name")),
                due: FromView::from_view(view.get("due")),
                start: FromView::from_view(view.get("start")),
                why: FromView::from_view(view.get("why")),
                lapses: FromView::from_view(view.get("lapses")),
                state: FromView::from_view(view.get("state")),
            }
        }
    }

    impl<'a> From<view::Deadline<'a>> for Deadline {
        fn from(given: view::Deadline<'a>) -> Deadline {
            Deadline::from_view(given.view())
        }
    }

    /// What `state` of a [`Deadline`] can be.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum DeadlineState {
        /// `open`.
        Open,
        /// `met`.
        Met,
        /// `missed`.
        Missed,
        /// `late`.
        Late,
        /// `allowed`.
        Allowed,
        /// `lapsed`.
        Lapsed,
    }

    impl DeadlineState {
        /// The word for it.
        pub fn as_str(self) -> &'static str {
            match self {
                DeadlineState::Open => "open",
                DeadlineState::Met => "met",
                DeadlineState::Missed => "missed",
                DeadlineState::Late => "late",
                DeadlineState::Allowed => "allowed",
                DeadlineState::Lapsed => "lapsed",
            }
        }
    }

    impl From<DeadlineState> for Value {
        fn from(given: DeadlineState) -> Value {
            Value::text(given.as_str())
        }
    }

    impl Answer for DeadlineState {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for DeadlineState {
        fn from_value(value: &Value) -> Self {
            match value.as_str() {
                Some("met") => DeadlineState::Met,
                Some("missed") => DeadlineState::Missed,
                Some("late") => DeadlineState::Late,
                Some("allowed") => DeadlineState::Allowed,
                Some("lapsed") => DeadlineState::Lapsed,
                _ => DeadlineState::Open,
            }
        }
    }

    impl<'a> FromView<'a> for DeadlineState {
        fn from_view(view: View<'a>) -> Self {
            match view.as_str() {
                Some("met") => DeadlineState::Met,
                Some("missed") => DeadlineState::Missed,
                Some("late") => DeadlineState::Late,
                Some("allowed") => DeadlineState::Allowed,
                Some("lapsed") => DeadlineState::Lapsed,
                _ => DeadlineState::Open,
            }
        }
    }

    /// A reminder to be sent on a day.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Reminder {
        /// The day it is sent. A date like `2023-02-14`.
        pub on: String,
        /// `reminder`, `urging` …; after a pause only the latest kind is sent.
        pub kind: String,
        /// The units or persons who get it. It is text, or a list of text.
        pub to: Vec<String>,
        /// What it says. It is text, or a table of text.
        pub text: Option<BilingualText>,
    }

    impl Reminder {
        /// One with what it must have, and nothing else.
        pub fn new(on: impl Into<String>, kind: impl Into<String>, to: Vec<String>) -> Reminder {
            Reminder {
                on: on.into(),
                kind: kind.into(),
                to,
                text: None,
            }
        }
    }

    impl From<Reminder> for Value {
        fn from(given: Reminder) -> Value {
            let mut map = Map::new();
            put(&mut map, "on", given.on);
            put(&mut map, "kind", given.kind);
            put(&mut map, "to", given.to);
            put(&mut map, "text", given.text);
            Value::Map(map)
        }
    }

    impl Answer for Reminder {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Reminder {
        fn from_value(value: &Value) -> Reminder {
            Reminder {
                on: FromValue::from_value(value.get("on")),
                kind: FromValue::from_value(value.get("kind")),
                to: FromValue::from_value(value.get("to")),
                text: FromValue::from_value(value.get("text")),
            }
        }
    }

    /// An amount that a rule puts on an account; what the handler's options say may be left out.
    #[derive(Clone, Debug, PartialEq)]
    pub struct PostingAnswer {
        /// The account; by the option `account` if left out.
        pub account: Option<String>,
        /// How much.
        pub amount: Amount,
        /// What it counts; by the option `measure` if left out.
        pub measure: Option<String>,
        /// A label to add up or choose by.
        pub tag: Option<String>,
        /// The clause of the rule document.
        pub clause: Option<String>,
        /// Whatever explains it; the events whose ids it lists under `because` are shown where the figure is opened.
        pub data: Value,
        /// The period it belongs to, or the kind of a larger one, if it is not its event's day or its own period.
        pub period: Option<String>,
        /// The register whose figures it belongs to, which declares the measure; the event's own if left out.
        pub register: Option<String>,
    }

    impl PostingAnswer {
        /// One with what it must have, and nothing else.
        pub fn new(amount: Amount) -> PostingAnswer {
            PostingAnswer {
                account: None,
                amount,
                measure: None,
                tag: None,
                clause: None,
                data: Value::Nil,
                period: None,
                register: None,
            }
        }
    }

    impl From<PostingAnswer> for Value {
        fn from(given: PostingAnswer) -> Value {
            let mut map = Map::new();
            put(&mut map, "account", given.account);
            put(&mut map, "amount", given.amount);
            put(&mut map, "measure", given.measure);
            put(&mut map, "tag", given.tag);
            put(&mut map, "clause", given.clause);
            put(&mut map, "data", given.data);
            put(&mut map, "period", given.period);
            put(&mut map, "register", given.register);
            Value::Map(map)
        }
    }

    impl Answer for PostingAnswer {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for PostingAnswer {
        fn from_value(value: &Value) -> PostingAnswer {
            PostingAnswer {
                account: FromValue::from_value(value.get("account")),
                amount: FromValue::from_value(value.get("amount")),
                measure: FromValue::from_value(value.get("measure")),
                tag: FromValue::from_value(value.get("tag")),
                clause: FromValue::from_value(value.get("clause")),
                data: FromValue::from_value(value.get("data")),
                period: FromValue::from_value(value.get("period")),
                register: FromValue::from_value(value.get("register")),
            }
        }
    }

    /// An amount on an account under a measure.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Posting {
        /// Its id during one dispatch; a derived one has none yet.
        pub id: Option<String>,
        /// The id of the posting it was derived from.
        pub from: Option<String>,
        /// The account.
        pub account: String,
        /// How much.
        pub amount: Amount,
        /// What it counts.
        pub measure: String,
        /// A label to add up or choose by.
        pub tag: Option<String>,
        /// The clause of the rule document.
        pub clause: Option<String>,
        /// Whatever explains it; the events whose ids it lists under `because` are shown where the figure is opened.
        pub data: Value,
        /// The period a period's posting belongs to.
        pub period: Option<String>,
        /// The register whose figures it belongs to.
        pub register: Option<String>,
        /// The id of its event.
        pub event: Option<String>,
        /// The action of its event.
        pub action: Option<String>,
        /// The date of its event. A date like `2023-02-14`.
        pub on: Option<String>,
    }

    impl Posting {
        /// One with what it must have, and nothing else.
        pub fn new(account: impl Into<String>, amount: Amount, measure: impl Into<String>) -> Posting {
            Posting {
                id: None,
                from: None,
                account: account.into(),
                amount,
                measure: measure.into(),
                tag: None,
                clause: None,
                data: Value::Nil,
                period: None,
                register: None,
                event: None,
                action: None,
                on: None,
            }
        }
    }

    impl From<Posting> for Value {
        fn from(given: Posting) -> Value {
            let mut map = Map::new();
            put(&mut map, "id", given.id);
            put(&mut map, "from", given.from);
            put(&mut map, "account", given.account);
            put(&mut map, "amount", given.amount);
            put(&mut map, "measure", given.measure);
            put(&mut map, "tag", given.tag);
            put(&mut map, "clause", given.clause);
            put(&mut map, "data", given.data);
            put(&mut map, "period", given.period);
            put(&mut map, "register", given.register);
            put(&mut map, "event", given.event);
            put(&mut map, "action", given.action);
            put(&mut map, "on", given.on);
            Value::Map(map)
        }
    }

    impl Answer for Posting {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Posting {
        fn from_value(value: &Value) -> Posting {
            Posting {
                id: FromValue::from_value(value.get("id")),
                from: FromValue::from_value(value.get("from")),
                account: FromValue::from_value(value.get("account")),
                amount: FromValue::from_value(value.get("amount")),
                measure: FromValue::from_value(value.get("measure")),
                tag: FromValue::from_value(value.get("tag")),
                clause: FromValue::from_value(value.get("clause")),
                data: FromValue::from_value(value.get("data")),
                period: FromValue::from_value(value.get("period")),
                register: FromValue::from_value(value.get("register")),
                event: FromValue::from_value(value.get("event")),
                action: FromValue::from_value(value.get("action")),
                on: FromValue::from_value(value.get("on")),
            }
        }
    }

    impl<'a> FromView<'a> for Posting {
        fn from_view(view: View<'a>) -> Self {
            Posting {
                id: FromView::from_view(view.get("id")),
                from: FromView::from_view(view.get("from")),
                account: FromView::from_view(view.get("account")),
                amount: FromView::from_view(view.get("amount")),
                measure: FromView::from_view(view.get("measure")),
                tag: FromView::from_view(view.get("tag")),
                clause: FromView::from_view(view.get("clause")),
                data: FromView::from_view(view.get("data")),
                period: FromView::from_view(view.get("period")),
                register: FromView::from_view(view.get("register")),
                event: FromView::from_view(view.get("event")),
                action: FromView::from_view(view.get("action")),
                on: FromView::from_view(view.get("on")),
            }
        }
    }

    impl<'a> From<view::Posting<'a>> for Posting {
        fn from(given: view::Posting<'a>) -> Posting {
            Posting::from_view(given.view())
        }
    }

    /// What a unit owes in a period.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Target {
        /// Its name, by which it is known.
        pub name: String,
        /// What it is called in lists; its name if left out. It is text, or a table of text.
        pub title: Option<BilingualText>,
        /// How many events are owed.
        pub count: Option<f64>,
        /// How many points are owed, before rules for the period.
        pub points: Option<Amount>,
        /// The action whose events count; the submission if left out.
        pub action: Option<String>,
        /// Whether each record counts once, by its first event of the action; of a submission it always does.
        pub first: Option<bool>,
        /// Only records or forms with these values.
        pub r#match: Option<BTreeMap<String, Value>>,
        /// For points: only postings with this tag.
        pub tag: Option<String>,
        /// Over what it is looked at; the period if left out.
        pub window: Option<Window>,
    }

    impl Target {
        /// One with what it must have, and nothing else.
        pub fn new(name: impl Into<String>) -> Target {
            Target {
                name: name.into(),
                title: None,
                count: None,
                points: None,
                action: None,
                first: None,
                r#match: None,
                tag: None,
                window: None,
            }
        }
    }

    impl From<Target> for Value {
        fn from(given: Target) -> Value {
            let mut map = Map::new();
            put(&mut map, "name", given.name);
            put(&mut map, "title", given.title);
            put(&mut map, "count", given.count);
            put(&mut map, "points", given.points);
            put(&mut map, "action", given.action);
            put(&mut map, "first", given.first);
            put(&mut map, "match", given.r#match);
            put(&mut map, "tag", given.tag);
            put(&mut map, "window", given.window);
            Value::Map(map)
        }
    }

    impl Answer for Target {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Target {
        fn from_value(value: &Value) -> Target {
            Target {
                name: FromValue::from_value(value.get("name")),
                title: FromValue::from_value(value.get("title")),
                count: FromValue::from_value(value.get("count")),
                points: FromValue::from_value(value.get("points")),
                action: FromValue::from_value(value.get("action")),
                first: FromValue::from_value(value.get("first")),
                r#match: FromValue::from_value(value.get("match")),
                tag: FromValue::from_value(value.get("tag")),
                window: FromValue::from_value(value.get("window")),
            }
        }
    }

    /// The stretch over which a target is looked at.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Window {
        /// How long it is; `to-date`: from the year's first day to the period's last.
        pub kind: WindowKind,
        /// `sum` (if left out), or the average of its months.
        pub mode: Option<WindowMode>,
        /// What an average is of: of its months (if left out), of each two months, and so on.
        pub per: Option<WindowPer>,
        /// Whether it ends with the period, instead of lying fixed in the year.
        pub rolling: Option<bool>,
    }

    impl Window {
        /// One with what it must have, and nothing else.
        pub fn new(kind: WindowKind) -> Window {
            Window {
                kind,
                mode: None,
                per: None,
                rolling: None,
            }
        }
    }

    impl From<Window> for Value {
        fn from(given: Window) -> Value {
            let mut map = Map::new();
            put(&mut map, "kind", given.kind);
            put(&mut map, "mode", given.mode);
            put(&mut map, "per", given.per);
            put(&mut map, "rolling", given.rolling);
            Value::Map(map)
        }
    }

    impl Answer for Window {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Window {
        fn from_value(value: &Value) -> Window {
            Window {
                kind: FromValue::from_value(value.get("kind")),
                mode: FromValue::from_value(value.get("mode")),
                per: FromValue::from_value(value.get("per")),
                rolling: FromValue::from_value(value.get("rolling")),
            }
        }
    }

    impl<'a> FromView<'a> for Window {
        fn from_view(view: View<'a>) -> Self {
            Window {
                kind: FromView::from_view(view.get("kind")),
                mode: FromView::from_view(view.get("mode")),
                per: FromView::from_view(view.get("per")),
                rolling: FromView::from_view(view.get("rolling")),
            }
        }
    }

    impl<'a> From<view::Window<'a>> for Window {
        fn from(given: view::Window<'a>) -> Window {
            Window::from_view(given.view())
        }
    }

    /// What `kind` of a [`Window`] can be.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum WindowKind {
        /// `month`.
        Month,
        /// `two-month`.
        TwoMonth,
        /// `quarter`.
        Quarter,
        /// `half`.
        Half,
        /// `year`.
        Year,
        /// `to-date`.
        ToDate,
    }

    impl WindowKind {
        /// The word for it.
        pub fn as_str(self) -> &'static str {
            match self {
                WindowKind::Month => "month",
                WindowKind::TwoMonth => "two-month",
                WindowKind::Quarter => "quarter",
                WindowKind::Half => "half",
                WindowKind::Year => "year",
                WindowKind::ToDate => "to-date",
            }
        }
    }

    impl From<WindowKind> for Value {
        fn from(given: WindowKind) -> Value {
            Value::text(given.as_str())
        }
    }

    impl Answer for WindowKind {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for WindowKind {
        fn from_value(value: &Value) -> Self {
            match value.as_str() {
                Some("two-month") => WindowKind::TwoMonth,
                Some("quarter") => WindowKind::Quarter,
                Some("half") => WindowKind::Half,
                Some("year") => WindowKind::Year,
                Some("to-date") => WindowKind::ToDate,
                _ => WindowKind::Month,
            }
        }
    }

    impl<'a> FromView<'a> for WindowKind {
        fn from_view(view: View<'a>) -> Self {
            match view.as_str() {
                Some("two-month") => WindowKind::TwoMonth,
                Some("quarter") => WindowKind::Quarter,
                Some("half") => WindowKind::Half,
                Some("year") => WindowKind::Year,
                Some("to-date") => WindowKind::ToDate,
                _ => WindowKind::Month,
            }
        }
    }

    /// What `mode` of a [`Window`] can be.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum WindowMode {
        /// `sum`.
        Sum,
        /// `average`.
        Average,
    }

    impl WindowMode {
        /// The word for it.
        pub fn as_str(self) -> &'static str {
            match self {
                WindowMode::Sum => "sum",
                WindowMode::Average => "average",
            }
        }
    }

    impl From<WindowMode> for Value {
        fn from(given: WindowMode) -> Value {
            Value::text(given.as_str())
        }
    }

    impl Answer for WindowMode {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for WindowMode {
        fn from_value(value: &Value) -> Self {
            match value.as_str() {
                Some("average") => WindowMode::Average,
                _ => WindowMode::Sum,
            }
        }
    }

    impl<'a> FromView<'a> for WindowMode {
        fn from_view(view: View<'a>) -> Self {
            match view.as_str() {
                Some("average") => WindowMode::Average,
                _ => WindowMode::Sum,
            }
        }
    }

    /// What `per` of a [`Window`] can be.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum WindowPer {
        /// `month`.
        Month,
        /// `two-month`.
        TwoMonth,
        /// `quarter`.
        Quarter,
        /// `half`.
        Half,
        /// `year`.
        Year,
    }

    impl WindowPer {
        /// The word for it.
        pub fn as_str(self) -> &'static str {
            match self {
                WindowPer::Month => "month",
                WindowPer::TwoMonth => "two-month",
                WindowPer::Quarter => "quarter",
                WindowPer::Half => "half",
                WindowPer::Year => "year",
            }
        }
    }

    impl From<WindowPer> for Value {
        fn from(given: WindowPer) -> Value {
            Value::text(given.as_str())
        }
    }

    impl Answer for WindowPer {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for WindowPer {
        fn from_value(value: &Value) -> Self {
            match value.as_str() {
                Some("two-month") => WindowPer::TwoMonth,
                Some("quarter") => WindowPer::Quarter,
                Some("half") => WindowPer::Half,
                Some("year") => WindowPer::Year,
                _ => WindowPer::Month,
            }
        }
    }

    impl<'a> FromView<'a> for WindowPer {
        fn from_view(view: View<'a>) -> Self {
            match view.as_str() {
                Some("two-month") => WindowPer::TwoMonth,
                Some("quarter") => WindowPer::Quarter,
                Some("half") => WindowPer::Half,
                Some("year") => WindowPer::Year,
                _ => WindowPer::Month,
            }
        }
    }

    /// One account in a standing.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Row {
        /// The account.
        pub account: String,
        /// The unit behind it.
        pub unit: Option<Unit>,
        /// The measure.
        pub measure: Option<String>,
        /// The pool it is ranked in.
        pub pool: Option<String>,
        /// Its total.
        pub amount: Amount,
        /// Its totals by tag.
        pub tags: Option<BTreeMap<String, Amount>>,
        /// Its rank in its pool, from 1.
        pub rank: Option<i64>,
        /// Why it is out of the ranking. It is text, or a table of text.
        pub excluded: Option<BilingualText>,
        /// Whether something of it could not be scored.
        pub unscored: Option<bool>,
    }

    impl Row {
        /// One with what it must have, and nothing else.
        pub fn new(account: impl Into<String>, amount: Amount) -> Row {
            Row {
                account: account.into(),
                unit: None,
                measure: None,
                pool: None,
                amount,
                tags: None,
                rank: None,
                excluded: None,
                unscored: None,
            }
        }
    }

    impl From<Row> for Value {
        fn from(given: Row) -> Value {
            let mut map = Map::new();
            put(&mut map, "account", given.account);
            put(&mut map, "unit", given.unit);
            put(&mut map, "measure", given.measure);
            put(&mut map, "pool", given.pool);
            put(&mut map, "amount", given.amount);
            put(&mut map, "tags", given.tags);
            put(&mut map, "rank", given.rank);
            put(&mut map, "excluded", given.excluded);
            put(&mut map, "unscored", given.unscored);
            Value::Map(map)
        }
    }

    impl Answer for Row {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Row {
        fn from_value(value: &Value) -> Row {
            Row {
                account: FromValue::from_value(value.get("account")),
                unit: FromValue::from_value(value.get("unit")),
                measure: FromValue::from_value(value.get("measure")),
                pool: FromValue::from_value(value.get("pool")),
                amount: FromValue::from_value(value.get("amount")),
                tags: FromValue::from_value(value.get("tags")),
                rank: FromValue::from_value(value.get("rank")),
                excluded: FromValue::from_value(value.get("excluded")),
                unscored: FromValue::from_value(value.get("unscored")),
            }
        }
    }

    impl<'a> FromView<'a> for Row {
        fn from_view(view: View<'a>) -> Self {
            Row {
                account: FromView::from_view(view.get("account")),
                unit: FromView::from_view(view.get("unit")),
                measure: FromView::from_view(view.get("measure")),
                pool: FromView::from_view(view.get("pool")),
                amount: FromView::from_view(view.get("amount")),
                tags: FromView::from_view(view.get("tags")),
                rank: FromView::from_view(view.get("rank")),
                excluded: FromView::from_view(view.get("excluded")),
                unscored: FromView::from_view(view.get("unscored")),
            }
        }
    }

    impl<'a> From<view::Row<'a>> for Row {
        fn from(given: view::Row<'a>) -> Row {
            Row::from_view(given.view())
        }
    }

    /// A unit of the directory as of a date.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Unit {
        /// Its id.
        pub id: String,
        /// Its class: `county`, `department`, `direct` …
        pub class: Option<String>,
        /// The unit it belongs to.
        pub parent: Option<String>,
        /// Its name. It is text, or a table of text.
        pub title: Option<BilingualText>,
        /// Its place in the official order.
        pub order: Option<i64>,
        /// The first day it exists. A date like `2023-02-14`.
        pub from: Option<String>,
        /// The last day it exists. A date like `2023-02-14`.
        pub to: Option<String>,
        /// How to reach it.
        pub contact: Option<BTreeMap<String, Value>>,
        /// Its further fields, by name; `Value::Null` clears one.
        pub more: Map,
    }

    impl Unit {
        /// One with what it must have, and nothing else.
        pub fn new(id: impl Into<String>) -> Unit {
            Unit {
                id: id.into(),
                class: None,
                parent: None,
                title: None,
                order: None,
                from: None,
                to: None,
                contact: None,
                more: Map::new(),
            }
        }
    }

    impl From<Unit> for Value {
        fn from(given: Unit) -> Value {
            let mut map = given.more;
            put(&mut map, "id", given.id);
            put(&mut map, "class", given.class);
            put(&mut map, "parent", given.parent);
            put(&mut map, "title", given.title);
            put(&mut map, "order", given.order);
            put(&mut map, "from", given.from);
            put(&mut map, "to", given.to);
            put(&mut map, "contact", given.contact);
            Value::Map(map)
        }
    }

    impl Answer for Unit {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Unit {
        fn from_value(value: &Value) -> Unit {
            Unit {
                id: FromValue::from_value(value.get("id")),
                class: FromValue::from_value(value.get("class")),
                parent: FromValue::from_value(value.get("parent")),
                title: FromValue::from_value(value.get("title")),
                order: FromValue::from_value(value.get("order")),
                from: FromValue::from_value(value.get("from")),
                to: FromValue::from_value(value.get("to")),
                contact: FromValue::from_value(value.get("contact")),
                more: value
                    .as_map()
                    .into_iter()
                    .flatten()
                    .filter(|(key, _)| !["id", "class", "parent", "title", "order", "from", "to", "contact"].contains(&&***key))
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect(),
            }
        }
    }

    impl<'a> FromView<'a> for Unit {
        fn from_view(view: View<'a>) -> Self {
            Unit {
                id: FromView::from_view(view.get("id")),
                class: FromView::from_view(view.get("class")),
                parent: FromView::from_view(view.get("parent")),
                title: FromView::from_view(view.get("title")),
                order: FromView::from_view(view.get("order")),
                from: FromView::from_view(view.get("from")),
                to: FromView::from_view(view.get("to")),
                contact: FromView::from_view(view.get("contact")),
                more: view
                    .entries()
                    .filter(|(key, _)| !["id", "class", "parent", "title", "order", "from", "to", "contact"].contains(key))
                    .map(|(key, value)| (key.into(), value.to_value()))
                    .collect(),
            }
        }
    }

    impl<'a> From<view::Unit<'a>> for Unit {
        fn from(given: view::Unit<'a>) -> Unit {
            Unit::from_view(given.view())
        }
    }

    /// A winner, or places that await a decision.
    #[derive(Clone, Debug, PartialEq, Default)]
    pub struct Award {
        /// The winner; none while it is pending.
        pub account: Option<String>,
        /// What is awarded.
        pub award: Option<String>,
        /// The clause; by the option `clause` if left out.
        pub clause: Option<String>,
        /// The rank it was chosen by.
        pub rank: Option<i64>,
        /// The amount it was chosen by.
        pub amount: Option<Amount>,
        /// What a decision has to fill.
        pub pending: Option<Pending>,
    }

    impl From<Award> for Value {
        fn from(given: Award) -> Value {
            let mut map = Map::new();
            put(&mut map, "account", given.account);
            put(&mut map, "award", given.award);
            put(&mut map, "clause", given.clause);
            put(&mut map, "rank", given.rank);
            put(&mut map, "amount", given.amount);
            put(&mut map, "pending", given.pending);
            Value::Map(map)
        }
    }

    impl Answer for Award {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Award {
        fn from_value(value: &Value) -> Award {
            Award {
                account: FromValue::from_value(value.get("account")),
                award: FromValue::from_value(value.get("award")),
                clause: FromValue::from_value(value.get("clause")),
                rank: FromValue::from_value(value.get("rank")),
                amount: FromValue::from_value(value.get("amount")),
                pending: FromValue::from_value(value.get("pending")),
            }
        }
    }

    impl<'a> FromView<'a> for Award {
        fn from_view(view: View<'a>) -> Self {
            Award {
                account: FromView::from_view(view.get("account")),
                award: FromView::from_view(view.get("award")),
                clause: FromView::from_view(view.get("clause")),
                rank: FromView::from_view(view.get("rank")),
                amount: FromView::from_view(view.get("amount")),
                pending: FromView::from_view(view.get("pending")),
            }
        }
    }

    impl<'a> From<view::Award<'a>> for Award {
        fn from(given: view::Award<'a>) -> Award {
            Award::from_view(given.view())
        }
    }

    /// Places that a decision has to fill.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Pending {
        /// The accounts that tie.
        pub candidates: Vec<String>,
        /// How many places are left for them.
        pub places: i64,
        /// Whether it waits for an earlier decision.
        pub waits: Option<bool>,
    }

    impl Pending {
        /// One with what it must have, and nothing else.
        pub fn new(candidates: Vec<String>, places: i64) -> Pending {
            Pending {
                candidates,
                places,
                waits: None,
            }
        }
    }

    impl From<Pending> for Value {
        fn from(given: Pending) -> Value {
            let mut map = Map::new();
            put(&mut map, "candidates", given.candidates);
            put(&mut map, "places", given.places);
            put(&mut map, "waits", given.waits);
            Value::Map(map)
        }
    }

    impl Answer for Pending {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Pending {
        fn from_value(value: &Value) -> Pending {
            Pending {
                candidates: FromValue::from_value(value.get("candidates")),
                places: FromValue::from_value(value.get("places")),
                waits: FromValue::from_value(value.get("waits")),
            }
        }
    }

    impl<'a> FromView<'a> for Pending {
        fn from_view(view: View<'a>) -> Self {
            Pending {
                candidates: FromView::from_view(view.get("candidates")),
                places: FromView::from_view(view.get("places")),
                waits: FromView::from_view(view.get("waits")),
            }
        }
    }

    impl<'a> From<view::Pending<'a>> for Pending {
        fn from(given: view::Pending<'a>) -> Pending {
            Pending::from_view(given.view())
        }
    }

    /// What a vote came to. Who is elected, the places to be voted again and those that stay vacant add up to the places.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Tally {
        /// Those elected.
        pub elected: Vec<String>,
        /// Those among whom another round decides.
        pub revote: Option<Vec<String>>,
        /// For how many places; needed with `revote`.
        pub again: Option<i64>,
        /// Those not elected.
        pub failed: Option<Vec<String>>,
        /// Places that stay vacant; what is left if left out.
        pub vacant: Option<i64>,
        /// By candidate: votes, or votes by mark.
        pub counts: BTreeMap<String, Value>,
        /// Ballots that are void.
        pub void: i64,
        /// Ballots that have no mark.
        pub blank: Option<i64>,
        /// How many votes elect.
        pub needed: Option<i64>,
        /// By which rule it was counted. It is text, or a table of text.
        pub why: Option<BilingualText>,
    }

    impl Tally {
        /// One with what it must have, and nothing else.
        pub fn new(elected: Vec<String>, counts: BTreeMap<String, Value>, void: i64) -> Tally {
            Tally {
                elected,
                revote: None,
                again: None,
                failed: None,
                vacant: None,
                counts,
                void,
                blank: None,
                needed: None,
                why: None,
            }
        }
    }

    impl From<Tally> for Value {
        fn from(given: Tally) -> Value {
            let mut map = Map::new();
            put(&mut map, "elected", given.elected);
            put(&mut map, "revote", given.revote);
            put(&mut map, "again", given.again);
            put(&mut map, "failed", given.failed);
            put(&mut map, "vacant", given.vacant);
            put(&mut map, "counts", given.counts);
            put(&mut map, "void", given.void);
            put(&mut map, "blank", given.blank);
            put(&mut map, "needed", given.needed);
            put(&mut map, "why", given.why);
            Value::Map(map)
        }
    }

    impl Answer for Tally {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Tally {
        fn from_value(value: &Value) -> Tally {
            Tally {
                elected: FromValue::from_value(value.get("elected")),
                revote: FromValue::from_value(value.get("revote")),
                again: FromValue::from_value(value.get("again")),
                failed: FromValue::from_value(value.get("failed")),
                vacant: FromValue::from_value(value.get("vacant")),
                counts: FromValue::from_value(value.get("counts")),
                void: FromValue::from_value(value.get("void")),
                blank: FromValue::from_value(value.get("blank")),
                needed: FromValue::from_value(value.get("needed")),
                why: FromValue::from_value(value.get("why")),
            }
        }
    }

    /// What a report says: its parts in order, without a page's measures.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Document {
        /// What sort: `bulletin`, `letter`, `decision`, `table` …
        pub kind: Option<String>,
        /// Its language; `zh` if left out.
        pub language: Option<String>,
        /// The numbered copy (份号), `000001`.
        pub copy_number: Option<String>,
        /// Level and term of secrecy (密级和保密期限).
        pub secrecy: Option<String>,
        /// Urgency (紧急程度).
        pub urgency: Option<String>,
        /// The red heading (发文机关标志).
        pub masthead: Option<String>,
        /// The document's number (发文字号).
        pub number: Option<String>,
        /// Who approved it (签发人).
        pub signer: Option<String>,
        /// Its title.
        pub title: String,
        /// To whom it goes (主送机关).
        pub addressees: Option<Vec<String>>,
        /// The body.
        pub sections: Vec<Section>,
        /// Titles of attachments (附件说明).
        pub attachments: Option<Vec<String>>,
        /// Who signs it.
        pub signature: Option<Signature>,
        /// A note in brackets (附注).
        pub note: Option<String>,
        /// Its appendices.
        pub appendices: Option<Vec<Appendix>>,
        /// The foot of the last page.
        pub imprint: Option<Imprint>,
    }

    impl Document {
        /// One with what it must have, and nothing else.
        pub fn new(title: impl Into<String>, sections: Vec<Section>) -> Document {
            Document {
                kind: None,
                language: None,
                copy_number: None,
                secrecy: None,
                urgency: None,
                masthead: None,
                number: None,
                signer: None,
                title: title.into(),
                addressees: None,
                sections,
                attachments: None,
                signature: None,
                note: None,
                appendices: None,
                imprint: None,
            }
        }
    }

    impl From<Document> for Value {
        fn from(given: Document) -> Value {
            let mut map = Map::new();
            put(&mut map, "kind", given.kind);
            put(&mut map, "language", given.language);
            put(&mut map, "copy_number", given.copy_number);
            put(&mut map, "secrecy", given.secrecy);
            put(&mut map, "urgency", given.urgency);
            put(&mut map, "masthead", given.masthead);
            put(&mut map, "number", given.number);
            put(&mut map, "signer", given.signer);
            put(&mut map, "title", given.title);
            put(&mut map, "addressees", given.addressees);
            put(&mut map, "sections", given.sections);
            put(&mut map, "attachments", given.attachments);
            put(&mut map, "signature", given.signature);
            put(&mut map, "note", given.note);
            put(&mut map, "appendices", given.appendices);
            put(&mut map, "imprint", given.imprint);
            Value::Map(map)
        }
    }

    impl Answer for Document {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Document {
        fn from_value(value: &Value) -> Document {
            Document {
                kind: FromValue::from_value(value.get("kind")),
                language: FromValue::from_value(value.get("language")),
                copy_number: FromValue::from_value(value.get("copy_number")),
                secrecy: FromValue::from_value(value.get("secrecy")),
                urgency: FromValue::from_value(value.get("urgency")),
                masthead: FromValue::from_value(value.get("masthead")),
                number: FromValue::from_value(value.get("number")),
                signer: FromValue::from_value(value.get("signer")),
                title: FromValue::from_value(value.get("title")),
                addressees: FromValue::from_value(value.get("addressees")),
                sections: FromValue::from_value(value.get("sections")),
                attachments: FromValue::from_value(value.get("attachments")),
                signature: FromValue::from_value(value.get("signature")),
                note: FromValue::from_value(value.get("note")),
                appendices: FromValue::from_value(value.get("appendices")),
                imprint: FromValue::from_value(value.get("imprint")),
            }
        }
    }

    impl<'a> FromView<'a> for Document {
        fn from_view(view: View<'a>) -> Self {
            Document {
                kind: FromView::from_view(view.get("kind")),
                language: FromView::from_view(view.get("language")),
                copy_number: FromView::from_view(view.get("copy_number")),
                secrecy: FromView::from_view(view.get("secrecy")),
                urgency: FromView::from_view(view.get("urgency")),
                masthead: FromView::from_view(view.get("masthead")),
                number: FromView::from_view(view.get("number")),
                signer: FromView::from_view(view.get("signer")),
                title: FromView::from_view(view.get("title")),
                addressees: FromView::from_view(view.get("addressees")),
                sections: FromView::from_view(view.get("sections")),
                attachments: FromView::from_view(view.get("attachments")),
                signature: FromView::from_view(view.get("signature")),
                note: FromView::from_view(view.get("note")),
                appendices: FromView::from_view(view.get("appendices")),
                imprint: FromView::from_view(view.get("imprint")),
            }
        }
    }

    impl<'a> From<view::Document<'a>> for Document {
        fn from(given: view::Document<'a>) -> Document {
            Document::from_view(given.view())
        }
    }

    /// A part of a document with a heading of its own.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Section {
        /// Its heading.
        pub heading: Option<String>,
        /// The heading's level; 1 if left out.
        pub level: Option<i64>,
        /// What it consists of.
        pub blocks: Vec<Block>,
    }

    impl Section {
        /// One with what it must have, and nothing else.
        pub fn new(blocks: Vec<Block>) -> Section {
            Section {
                heading: None,
                level: None,
                blocks,
            }
        }
    }

    impl From<Section> for Value {
        fn from(given: Section) -> Value {
            let mut map = Map::new();
            put(&mut map, "heading", given.heading);
            put(&mut map, "level", given.level);
            put(&mut map, "blocks", given.blocks);
            Value::Map(map)
        }
    }

    impl Answer for Section {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Section {
        fn from_value(value: &Value) -> Section {
            Section {
                heading: FromValue::from_value(value.get("heading")),
                level: FromValue::from_value(value.get("level")),
                blocks: FromValue::from_value(value.get("blocks")),
            }
        }
    }

    impl<'a> FromView<'a> for Section {
        fn from_view(view: View<'a>) -> Self {
            Section {
                heading: FromView::from_view(view.get("heading")),
                level: FromView::from_view(view.get("level")),
                blocks: FromView::from_view(view.get("blocks")),
            }
        }
    }

    impl<'a> From<view::Section<'a>> for Section {
        fn from(given: view::Section<'a>) -> Section {
            Section::from_view(given.view())
        }
    }

    /// A piece of a document: a heading, a paragraph, a list or a table.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Block {
        /// Which of them.
        pub kind: BlockKind,
        /// Of a heading: 1 to 4 (一、（一）1.（1）).
        pub level: Option<i64>,
        /// Of a heading or paragraph.
        pub text: Option<String>,
        /// Of a paragraph in several styles, instead of `text`.
        pub runs: Option<Vec<Run>>,
        /// Whether a paragraph's first line is set in by two characters; yes if left out.
        pub indent: Option<bool>,
        /// Of a list.
        pub items: Option<Vec<String>>,
        /// Of a table.
        pub caption: Option<String>,
        /// Of a table.
        pub columns: Option<Vec<Column>>,
        /// Of a table: cells, text or numbers.
        pub rows: Option<Vec<Vec<Value>>>,
    }

    impl Block {
        /// One with what it must have, and nothing else.
        pub fn new(kind: BlockKind) -> Block {
            Block {
                kind,
                level: None,
                text: None,
                runs: None,
                indent: None,
                items: None,
                caption: None,
                columns: None,
                rows: None,
            }
        }
    }

    impl From<Block> for Value {
        fn from(given: Block) -> Value {
            let mut map = Map::new();
            put(&mut map, "kind", given.kind);
            put(&mut map, "level", given.level);
            put(&mut map, "text", given.text);
            put(&mut map, "runs", given.runs);
            put(&mut map, "indent", given.indent);
            put(&mut map, "items", given.items);
            put(&mut map, "caption", given.caption);
            put(&mut map, "columns", given.columns);
            put(&mut map, "rows", given.rows);
            Value::Map(map)
        }
    }

    impl Answer for Block {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Block {
        fn from_value(value: &Value) -> Block {
            Block {
                kind: FromValue::from_value(value.get("kind")),
                level: FromValue::from_value(value.get("level")),
                text: FromValue::from_value(value.get("text")),
                runs: FromValue::from_value(value.get("runs")),
                indent: FromValue::from_value(value.get("indent")),
                items: FromValue::from_value(value.get("items")),
                caption: FromValue::from_value(value.get("caption")),
                columns: FromValue::from_value(value.get("columns")),
                rows: FromValue::from_value(value.get("rows")),
            }
        }
    }

    impl<'a> FromView<'a> for Block {
        fn from_view(view: View<'a>) -> Self {
            Block {
                kind: FromView::from_view(view.get("kind")),
                level: FromView::from_view(view.get("level")),
                text: FromView::from_view(view.get("text")),
                runs: FromView::from_view(view.get("runs")),
                indent: FromView::from_view(view.get("indent")),
                items: FromView::from_view(view.get("items")),
                caption: FromView::from_view(view.get("caption")),
                columns: FromView::from_view(view.get("columns")),
                rows: FromView::from_view(view.get("rows")),
            }
        }
    }

    impl<'a> From<view::Block<'a>> for Block {
        fn from(given: view::Block<'a>) -> Block {
            Block::from_view(given.view())
        }
    }

    /// What `kind` of a [`Block`] can be.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum BlockKind {
        /// `heading`.
        Heading,
        /// `paragraph`.
        Paragraph,
        /// `list`.
        List,
        /// `table`.
        Table,
        /// `page_break`.
        PageBreak,
    }

    impl BlockKind {
        /// The word for it.
        pub fn as_str(self) -> &'static str {
            match self {
                BlockKind::Heading => "heading",
                BlockKind::Paragraph => "paragraph",
                BlockKind::List => "list",
                BlockKind::Table => "table",
                BlockKind::PageBreak => "page_break",
            }
        }
    }

    impl From<BlockKind> for Value {
        fn from(given: BlockKind) -> Value {
            Value::text(given.as_str())
        }
    }

    impl Answer for BlockKind {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for BlockKind {
        fn from_value(value: &Value) -> Self {
            match value.as_str() {
                Some("paragraph") => BlockKind::Paragraph,
                Some("list") => BlockKind::List,
                Some("table") => BlockKind::Table,
                Some("page_break") => BlockKind::PageBreak,
                _ => BlockKind::Heading,
            }
        }
    }

    impl<'a> FromView<'a> for BlockKind {
        fn from_view(view: View<'a>) -> Self {
            match view.as_str() {
                Some("paragraph") => BlockKind::Paragraph,
                Some("list") => BlockKind::List,
                Some("table") => BlockKind::Table,
                Some("page_break") => BlockKind::PageBreak,
                _ => BlockKind::Heading,
            }
        }
    }

    /// A stretch of text in one style.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Run {
        /// The text.
        pub text: String,
        /// `plain` if left out.
        pub style: Option<RunStyle>,
        /// What opens behind it: an account and period, `xihu@2023-Q1`.
        pub explain: Option<String>,
    }

    impl Run {
        /// One with what it must have, and nothing else.
        pub fn new(text: impl Into<String>) -> Run {
            Run {
                text: text.into(),
                style: None,
                explain: None,
            }
        }
    }

    impl From<Run> for Value {
        fn from(given: Run) -> Value {
            let mut map = Map::new();
            put(&mut map, "text", given.text);
            put(&mut map, "style", given.style);
            put(&mut map, "explain", given.explain);
            Value::Map(map)
        }
    }

    impl Answer for Run {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Run {
        fn from_value(value: &Value) -> Run {
            Run {
                text: FromValue::from_value(value.get("text")),
                style: FromValue::from_value(value.get("style")),
                explain: FromValue::from_value(value.get("explain")),
            }
        }
    }

    impl<'a> FromView<'a> for Run {
        fn from_view(view: View<'a>) -> Self {
            Run {
                text: FromView::from_view(view.get("text")),
                style: FromView::from_view(view.get("style")),
                explain: FromView::from_view(view.get("explain")),
            }
        }
    }

    impl<'a> From<view::Run<'a>> for Run {
        fn from(given: view::Run<'a>) -> Run {
            Run::from_view(given.view())
        }
    }

    /// What `style` of a [`Run`] can be.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum RunStyle {
        /// `plain`.
        Plain,
        /// `bold`.
        Bold,
        /// `kaiti`.
        Kaiti,
        /// `heiti`.
        Heiti,
    }

    impl RunStyle {
        /// The word for it.
        pub fn as_str(self) -> &'static str {
            match self {
                RunStyle::Plain => "plain",
                RunStyle::Bold => "bold",
                RunStyle::Kaiti => "kaiti",
                RunStyle::Heiti => "heiti",
            }
        }
    }

    impl From<RunStyle> for Value {
        fn from(given: RunStyle) -> Value {
            Value::text(given.as_str())
        }
    }

    impl Answer for RunStyle {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for RunStyle {
        fn from_value(value: &Value) -> Self {
            match value.as_str() {
                Some("bold") => RunStyle::Bold,
                Some("kaiti") => RunStyle::Kaiti,
                Some("heiti") => RunStyle::Heiti,
                _ => RunStyle::Plain,
            }
        }
    }

    impl<'a> FromView<'a> for RunStyle {
        fn from_view(view: View<'a>) -> Self {
            match view.as_str() {
                Some("bold") => RunStyle::Bold,
                Some("kaiti") => RunStyle::Kaiti,
                Some("heiti") => RunStyle::Heiti,
                _ => RunStyle::Plain,
            }
        }
    }

    /// A column of a table.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Column {
        /// Its heading.
        pub title: String,
        /// How cells are set; `left` if left out.
        pub align: Option<ColumnAlign>,
        /// Its share of the width, relative to the others.
        pub width: Option<f64>,
        /// Decimals of its numbers.
        pub places: Option<i64>,
    }

    impl Column {
        /// One with what it must have, and nothing else.
        pub fn new(title: impl Into<String>) -> Column {
            Column {
                title: title.into(),
                align: None,
                width: None,
                places: None,
            }
        }
    }

    impl From<Column> for Value {
        fn from(given: Column) -> Value {
            let mut map = Map::new();
            put(&mut map, "title", given.title);
            put(&mut map, "align", given.align);
            put(&mut map, "width", given.width);
            put(&mut map, "places", given.places);
            Value::Map(map)
        }
    }

    impl Answer for Column {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Column {
        fn from_value(value: &Value) -> Column {
            Column {
                title: FromValue::from_value(value.get("title")),
                align: FromValue::from_value(value.get("align")),
                width: FromValue::from_value(value.get("width")),
                places: FromValue::from_value(value.get("places")),
            }
        }
    }

    impl<'a> FromView<'a> for Column {
        fn from_view(view: View<'a>) -> Self {
            Column {
                title: FromView::from_view(view.get("title")),
                align: FromView::from_view(view.get("align")),
                width: FromView::from_view(view.get("width")),
                places: FromView::from_view(view.get("places")),
            }
        }
    }

    impl<'a> From<view::Column<'a>> for Column {
        fn from(given: view::Column<'a>) -> Column {
            Column::from_view(given.view())
        }
    }

    /// What `align` of a [`Column`] can be.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum ColumnAlign {
        /// `left`.
        Left,
        /// `center`.
        Center,
        /// `right`.
        Right,
    }

    impl ColumnAlign {
        /// The word for it.
        pub fn as_str(self) -> &'static str {
            match self {
                ColumnAlign::Left => "left",
                ColumnAlign::Center => "center",
                ColumnAlign::Right => "right",
            }
        }
    }

    impl From<ColumnAlign> for Value {
        fn from(given: ColumnAlign) -> Value {
            Value::text(given.as_str())
        }
    }

    impl Answer for ColumnAlign {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for ColumnAlign {
        fn from_value(value: &Value) -> Self {
            match value.as_str() {
                Some("center") => ColumnAlign::Center,
                Some("right") => ColumnAlign::Right,
                _ => ColumnAlign::Left,
            }
        }
    }

    impl<'a> FromView<'a> for ColumnAlign {
        fn from_view(view: View<'a>) -> Self {
            match view.as_str() {
                Some("center") => ColumnAlign::Center,
                Some("right") => ColumnAlign::Right,
                _ => ColumnAlign::Left,
            }
        }
    }

    /// Who signs a document, and when.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Signature {
        /// The issuing bodies, the leading one first.
        pub issuers: Vec<String>,
        /// The date of the document. A date like `2023-02-14`.
        pub date: String,
        /// Whether room for the seal is left.
        pub seal: Option<bool>,
    }

    impl Signature {
        /// One with what it must have, and nothing else.
        pub fn new(issuers: Vec<String>, date: impl Into<String>) -> Signature {
            Signature {
                issuers,
                date: date.into(),
                seal: None,
            }
        }
    }

    impl From<Signature> for Value {
        fn from(given: Signature) -> Value {
            let mut map = Map::new();
            put(&mut map, "issuers", given.issuers);
            put(&mut map, "date", given.date);
            put(&mut map, "seal", given.seal);
            Value::Map(map)
        }
    }

    impl Answer for Signature {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Signature {
        fn from_value(value: &Value) -> Signature {
            Signature {
                issuers: FromValue::from_value(value.get("issuers")),
                date: FromValue::from_value(value.get("date")),
                seal: FromValue::from_value(value.get("seal")),
            }
        }
    }

    impl<'a> FromView<'a> for Signature {
        fn from_view(view: View<'a>) -> Self {
            Signature {
                issuers: FromView::from_view(view.get("issuers")),
                date: FromView::from_view(view.get("date")),
                seal: FromView::from_view(view.get("seal")),
            }
        }
    }

    impl<'a> From<view::Signature<'a>> for Signature {
        fn from(given: view::Signature<'a>) -> Signature {
            Signature::from_view(given.view())
        }
    }

    /// An appendix, beginning on a page of its own.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Appendix {
        /// Its title.
        pub title: String,
        /// What it consists of.
        pub blocks: Vec<Block>,
        /// Whether its pages lie across.
        pub landscape: Option<bool>,
    }

    impl Appendix {
        /// One with what it must have, and nothing else.
        pub fn new(title: impl Into<String>, blocks: Vec<Block>) -> Appendix {
            Appendix {
                title: title.into(),
                blocks,
                landscape: None,
            }
        }
    }

    impl From<Appendix> for Value {
        fn from(given: Appendix) -> Value {
            let mut map = Map::new();
            put(&mut map, "title", given.title);
            put(&mut map, "blocks", given.blocks);
            put(&mut map, "landscape", given.landscape);
            Value::Map(map)
        }
    }

    impl Answer for Appendix {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Appendix {
        fn from_value(value: &Value) -> Appendix {
            Appendix {
                title: FromValue::from_value(value.get("title")),
                blocks: FromValue::from_value(value.get("blocks")),
                landscape: FromValue::from_value(value.get("landscape")),
            }
        }
    }

    impl<'a> FromView<'a> for Appendix {
        fn from_view(view: View<'a>) -> Self {
            Appendix {
                title: FromView::from_view(view.get("title")),
                blocks: FromView::from_view(view.get("blocks")),
                landscape: FromView::from_view(view.get("landscape")),
            }
        }
    }

    impl<'a> From<view::Appendix<'a>> for Appendix {
        fn from(given: view::Appendix<'a>) -> Appendix {
            Appendix::from_view(given.view())
        }
    }

    /// The lines at the foot of the last page (版记).
    #[derive(Clone, Debug, PartialEq, Default)]
    pub struct Imprint {
        /// Who gets copies (抄送).
        pub copies_to: Option<Vec<String>>,
        /// The printing office (印发机关).
        pub printed_by: Option<String>,
        /// The date of printing (印发日期). A date like `2023-02-14`.
        pub printed_on: Option<String>,
        /// How many copies.
        pub print_run: Option<i64>,
    }

    impl From<Imprint> for Value {
        fn from(given: Imprint) -> Value {
            let mut map = Map::new();
            put(&mut map, "copies_to", given.copies_to);
            put(&mut map, "printed_by", given.printed_by);
            put(&mut map, "printed_on", given.printed_on);
            put(&mut map, "print_run", given.print_run);
            Value::Map(map)
        }
    }

    impl Answer for Imprint {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Imprint {
        fn from_value(value: &Value) -> Imprint {
            Imprint {
                copies_to: FromValue::from_value(value.get("copies_to")),
                printed_by: FromValue::from_value(value.get("printed_by")),
                printed_on: FromValue::from_value(value.get("printed_on")),
                print_run: FromValue::from_value(value.get("print_run")),
            }
        }
    }

    impl<'a> FromView<'a> for Imprint {
        fn from_view(view: View<'a>) -> Self {
            Imprint {
                copies_to: FromView::from_view(view.get("copies_to")),
                printed_by: FromView::from_view(view.get("printed_by")),
                printed_on: FromView::from_view(view.get("printed_on")),
                print_run: FromView::from_view(view.get("print_run")),
            }
        }
    }

    impl<'a> From<view::Imprint<'a>> for Imprint {
        fn from(given: view::Imprint<'a>) -> Imprint {
            Imprint::from_view(given.view())
        }
    }

    /// One row of an imported file: with `fields` where its reader knows the headings, else with `cells`; then the headings are found among the rows by the register that takes them.
    #[derive(Clone, Debug, PartialEq, Default)]
    pub struct ImportRow {
        /// Where it is in the file or sheet, from 1.
        pub line: Option<i64>,
        /// The sheet that it is on, in a file that has sheets.
        pub sheet: Option<String>,
        /// Its cells, by field or heading.
        pub fields: Option<BTreeMap<String, Value>>,
        /// Its cells, by column (`A`, `B` … `AA`): text, number, boolean, or `{ error = … }` for one that has no value, with the reason; empty ones are left out.
        pub cells: Option<BTreeMap<String, Value>>,
        /// Whether it is not shown: hidden, or filtered away.
        pub hidden: Option<bool>,
        /// Whether its only cell is merged over several columns, as titles and notes are.
        pub banner: Option<bool>,
    }

    impl From<ImportRow> for Value {
        fn from(given: ImportRow) -> Value {
            let mut map = Map::new();
            put(&mut map, "line", given.line);
            put(&mut map, "sheet", given.sheet);
            put(&mut map, "fields", given.fields);
            put(&mut map, "cells", given.cells);
            put(&mut map, "hidden", given.hidden);
            put(&mut map, "banner", given.banner);
            Value::Map(map)
        }
    }

    impl Answer for ImportRow {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for ImportRow {
        fn from_value(value: &Value) -> ImportRow {
            ImportRow {
                line: FromValue::from_value(value.get("line")),
                sheet: FromValue::from_value(value.get("sheet")),
                fields: FromValue::from_value(value.get("fields")),
                cells: FromValue::from_value(value.get("cells")),
                hidden: FromValue::from_value(value.get("hidden")),
                banner: FromValue::from_value(value.get("banner")),
            }
        }
    }

    /// One thing that a package tells, or that is done because of it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct PackageEntry {
        /// Tells it from all others that this office ever sends: what comes a second time does nothing.
        pub key: String,
        /// The register.
        pub register: String,
        /// The record; a new one if left out.
        pub record: Option<String>,
        /// The action.
        pub action: String,
        /// The day it counts for; the day it arrives if left out. A date like `2023-02-14`.
        pub on: Option<String>,
        /// The record's and the form's fields.
        pub fields: Option<BTreeMap<String, Value>>,
    }

    impl PackageEntry {
        /// One with what it must have, and nothing else.
        pub fn new(key: impl Into<String>, register: impl Into<String>, action: impl Into<String>) -> PackageEntry {
            PackageEntry {
                key: key.into(),
                register: register.into(),
                record: None,
                action: action.into(),
                on: None,
                fields: None,
            }
        }
    }

    impl From<PackageEntry> for Value {
        fn from(given: PackageEntry) -> Value {
            let mut map = Map::new();
            put(&mut map, "key", given.key);
            put(&mut map, "register", given.register);
            put(&mut map, "record", given.record);
            put(&mut map, "action", given.action);
            put(&mut map, "on", given.on);
            put(&mut map, "fields", given.fields);
            Value::Map(map)
        }
    }

    impl Answer for PackageEntry {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for PackageEntry {
        fn from_value(value: &Value) -> PackageEntry {
            PackageEntry {
                key: FromValue::from_value(value.get("key")),
                register: FromValue::from_value(value.get("register")),
                record: FromValue::from_value(value.get("record")),
                action: FromValue::from_value(value.get("action")),
                on: FromValue::from_value(value.get("on")),
                fields: FromValue::from_value(value.get("fields")),
            }
        }
    }

    impl<'a> FromView<'a> for PackageEntry {
        fn from_view(view: View<'a>) -> Self {
            PackageEntry {
                key: FromView::from_view(view.get("key")),
                register: FromView::from_view(view.get("register")),
                record: FromView::from_view(view.get("record")),
                action: FromView::from_view(view.get("action")),
                on: FromView::from_view(view.get("on")),
                fields: FromView::from_view(view.get("fields")),
            }
        }
    }

    impl<'a> From<view::PackageEntry<'a>> for PackageEntry {
        fn from(given: view::PackageEntry<'a>) -> PackageEntry {
            PackageEntry::from_view(given.view())
        }
    }

    /// Something shown in a place of the page.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Panel {
        /// Its id in the place.
        pub id: String,
        /// Its heading. It is text, or a table of text.
        pub title: BilingualText,
        /// How it is shown.
        pub kind: PanelKind,
        /// For `number` the number, for `text` the text, or a label in both languages.
        pub value: Value,
        /// For `table`: the headings.
        pub columns: Option<Vec<BilingualText>>,
        /// For `list` the lines, for `table` lists of cells: texts, numbers, or labels in both languages.
        pub rows: Option<Vec<Value>>,
        /// Where it leads: `register/record`.
        pub link: Option<String>,
        /// How loud it is; `plain` if left out.
        pub level: Option<PanelLevel>,
        /// Its place among others, from 1.
        pub order: Option<i64>,
    }

    impl Panel {
        /// One with what it must have, and nothing else.
        pub fn new(id: impl Into<String>, title: impl Into<BilingualText>, kind: PanelKind) -> Panel {
            Panel {
                id: id.into(),
                title: title.into(),
                kind,
                value: Value::Nil,
                columns: None,
                rows: None,
                link: None,
                level: None,
                order: None,
            }
        }
    }

    impl From<Panel> for Value {
        fn from(given: Panel) -> Value {
            let mut map = Map::new();
            put(&mut map, "id", given.id);
            put(&mut map, "title", given.title);
            put(&mut map, "kind", given.kind);
            put(&mut map, "value", given.value);
            put(&mut map, "columns", given.columns);
            put(&mut map, "rows", given.rows);
            put(&mut map, "link", given.link);
            put(&mut map, "level", given.level);
            put(&mut map, "order", given.order);
            Value::Map(map)
        }
    }

    impl Answer for Panel {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for Panel {
        fn from_value(value: &Value) -> Panel {
            Panel {
                id: FromValue::from_value(value.get("id")),
                title: FromValue::from_value(value.get("title")),
                kind: FromValue::from_value(value.get("kind")),
                value: FromValue::from_value(value.get("value")),
                columns: FromValue::from_value(value.get("columns")),
                rows: FromValue::from_value(value.get("rows")),
                link: FromValue::from_value(value.get("link")),
                level: FromValue::from_value(value.get("level")),
                order: FromValue::from_value(value.get("order")),
            }
        }
    }

    /// What `kind` of a [`Panel`] can be.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum PanelKind {
        /// `number`.
        Number,
        /// `text`.
        Text,
        /// `list`.
        List,
        /// `table`.
        Table,
    }

    impl PanelKind {
        /// The word for it.
        pub fn as_str(self) -> &'static str {
            match self {
                PanelKind::Number => "number",
                PanelKind::Text => "text",
                PanelKind::List => "list",
                PanelKind::Table => "table",
            }
        }
    }

    impl From<PanelKind> for Value {
        fn from(given: PanelKind) -> Value {
            Value::text(given.as_str())
        }
    }

    impl Answer for PanelKind {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for PanelKind {
        fn from_value(value: &Value) -> Self {
            match value.as_str() {
                Some("text") => PanelKind::Text,
                Some("list") => PanelKind::List,
                Some("table") => PanelKind::Table,
                _ => PanelKind::Number,
            }
        }
    }

    /// What `level` of a [`Panel`] can be.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum PanelLevel {
        /// `plain`.
        Plain,
        /// `notice`.
        Notice,
        /// `warning`.
        Warning,
    }

    impl PanelLevel {
        /// The word for it.
        pub fn as_str(self) -> &'static str {
            match self {
                PanelLevel::Plain => "plain",
                PanelLevel::Notice => "notice",
                PanelLevel::Warning => "warning",
            }
        }
    }

    impl From<PanelLevel> for Value {
        fn from(given: PanelLevel) -> Value {
            Value::text(given.as_str())
        }
    }

    impl Answer for PanelLevel {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            Value::from(self).give(call)
        }
    }

    impl FromValue for PanelLevel {
        fn from_value(value: &Value) -> Self {
            match value.as_str() {
                Some("notice") => PanelLevel::Notice,
                Some("warning") => PanelLevel::Warning,
                _ => PanelLevel::Plain,
            }
        }
    }

    /// What a handler at `action.guard` may answer.
    #[derive(Clone, Debug, PartialEq)]
    pub enum ActionGuard {
        /// Plain text.
        Text(String),
        /// A halves.
        Halves(Halves),
        /// A list of [`Refusal`]s.
        List(Vec<Refusal>),
    }

    impl From<String> for ActionGuard {
        fn from(given: String) -> ActionGuard {
            ActionGuard::Text(given)
        }
    }

    impl From<&str> for ActionGuard {
        fn from(given: &str) -> ActionGuard {
            ActionGuard::Text(given.into())
        }
    }

    impl From<Halves> for ActionGuard {
        fn from(given: Halves) -> ActionGuard {
            ActionGuard::Halves(given)
        }
    }

    impl From<Vec<Refusal>> for ActionGuard {
        fn from(given: Vec<Refusal>) -> ActionGuard {
            ActionGuard::List(given)
        }
    }

    impl From<Refusal> for ActionGuard {
        fn from(given: Refusal) -> ActionGuard {
            ActionGuard::List(vec![given])
        }
    }

    impl From<ActionGuard> for Value {
        fn from(given: ActionGuard) -> Value {
            match given {
                ActionGuard::Text(given) => given.into(),
                ActionGuard::Halves(given) => given.into(),
                ActionGuard::List(given) => given.into(),
            }
        }
    }

    impl Answer for ActionGuard {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            match self {
                ActionGuard::Text(given) => given.give(call),
                ActionGuard::Halves(given) => given.give(call),
                ActionGuard::List(given) => given.give(call),
            }
        }
    }

    /// What a handler at `score.post` may answer.
    #[derive(Clone, Debug, PartialEq)]
    pub enum ScorePost {
        /// A plain number.
        Amount(Amount),
        /// A list of [`PostingAnswer`]s.
        List(Vec<PostingAnswer>),
    }

    impl From<Amount> for ScorePost {
        fn from(given: Amount) -> ScorePost {
            ScorePost::Amount(given)
        }
    }

    impl From<Vec<PostingAnswer>> for ScorePost {
        fn from(given: Vec<PostingAnswer>) -> ScorePost {
            ScorePost::List(given)
        }
    }

    impl From<PostingAnswer> for ScorePost {
        fn from(given: PostingAnswer) -> ScorePost {
            ScorePost::List(vec![given])
        }
    }

    impl From<ScorePost> for Value {
        fn from(given: ScorePost) -> Value {
            match given {
                ScorePost::Amount(given) => given.into(),
                ScorePost::List(given) => given.into(),
            }
        }
    }

    impl Answer for ScorePost {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            match self {
                ScorePost::Amount(given) => given.give(call),
                ScorePost::List(given) => given.give(call),
            }
        }
    }

    /// What a handler at `score.period` may answer.
    #[derive(Clone, Debug, PartialEq)]
    pub enum ScorePeriod {
        /// A plain number.
        Amount(Amount),
        /// A list of [`PostingAnswer`]s.
        List(Vec<PostingAnswer>),
    }

    impl From<Amount> for ScorePeriod {
        fn from(given: Amount) -> ScorePeriod {
            ScorePeriod::Amount(given)
        }
    }

    impl From<Vec<PostingAnswer>> for ScorePeriod {
        fn from(given: Vec<PostingAnswer>) -> ScorePeriod {
            ScorePeriod::List(given)
        }
    }

    impl From<PostingAnswer> for ScorePeriod {
        fn from(given: PostingAnswer) -> ScorePeriod {
            ScorePeriod::List(vec![given])
        }
    }

    impl From<ScorePeriod> for Value {
        fn from(given: ScorePeriod) -> Value {
            match given {
                ScorePeriod::Amount(given) => given.into(),
                ScorePeriod::List(given) => given.into(),
            }
        }
    }

    impl Answer for ScorePeriod {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            match self {
                ScorePeriod::Amount(given) => given.give(call),
                ScorePeriod::List(given) => given.give(call),
            }
        }
    }

    /// What a handler at `vote.check` may answer.
    #[derive(Clone, Debug, PartialEq)]
    pub enum VoteCheck {
        /// Plain text.
        Text(String),
        /// A halves.
        Halves(Halves),
        /// A list of [`Refusal`]s.
        List(Vec<Refusal>),
    }

    impl From<String> for VoteCheck {
        fn from(given: String) -> VoteCheck {
            VoteCheck::Text(given)
        }
    }

    impl From<&str> for VoteCheck {
        fn from(given: &str) -> VoteCheck {
            VoteCheck::Text(given.into())
        }
    }

    impl From<Halves> for VoteCheck {
        fn from(given: Halves) -> VoteCheck {
            VoteCheck::Halves(given)
        }
    }

    impl From<Vec<Refusal>> for VoteCheck {
        fn from(given: Vec<Refusal>) -> VoteCheck {
            VoteCheck::List(given)
        }
    }

    impl From<Refusal> for VoteCheck {
        fn from(given: Refusal) -> VoteCheck {
            VoteCheck::List(vec![given])
        }
    }

    impl From<VoteCheck> for Value {
        fn from(given: VoteCheck) -> Value {
            match given {
                VoteCheck::Text(given) => given.into(),
                VoteCheck::Halves(given) => given.into(),
                VoteCheck::List(given) => given.into(),
            }
        }
    }

    impl Answer for VoteCheck {
        fn give(self, call: &Call<'_>) -> Result<Node, String> {
            match self {
                VoteCheck::Text(given) => given.give(call),
                VoteCheck::Halves(given) => given.give(call),
                VoteCheck::List(given) => given.give(call),
            }
        }
    }
}

/// The arguments of each point, by name.
pub mod args {
    use super::view;
    #[allow(unused_imports, reason = "which of them a contract needs is its own matter")]
    use registrar_sdk::{
        Amount,
        native::{Items, View},
    };

    /// What a handler at `record.normalize` is given.
    pub struct RecordNormalize<'a> {
        /// What is about to be entered.
        pub draft: view::Draft<'a>,
    }

    /// What a handler at `record.check` is given.
    pub struct RecordCheck<'a> {
        /// What is about to be entered.
        pub draft: view::Draft<'a>,
        /// The action that is about to be taken.
        pub action: &'a str,
    }

    /// What a handler at `record.similar` is given.
    pub struct RecordSimilar<'a> {
        /// The record at hand.
        pub record: view::Record<'a>,
    }

    /// What a handler at `record.number` is given.
    pub struct RecordNumber<'a> {
        /// What happened.
        pub event: view::Event<'a>,
        /// The record it happened to, as it is now.
        pub record: view::Record<'a>,
    }

    /// What a handler at `action.guard` is given.
    pub struct ActionGuard<'a> {
        /// What happened.
        pub event: view::Event<'a>,
        /// The record it happened to, as it is now.
        pub record: view::Record<'a>,
        /// What it would bring, and what there is.
        pub ctx: view::GuardContext<'a>,
    }

    /// What a handler at `action.effect` is given.
    pub struct ActionEffect<'a> {
        /// What happened.
        pub event: view::Event<'a>,
        /// The record it happened to, as it is now.
        pub record: view::Record<'a>,
    }

    /// What a handler at `action.after` is given.
    pub struct ActionAfter<'a> {
        /// What happened.
        pub event: view::Event<'a>,
        /// The record it happened to, as it is now.
        pub record: view::Record<'a>,
    }

    /// What a handler at `route.assign` is given.
    pub struct RouteAssign<'a> {
        /// What happened.
        pub event: view::Event<'a>,
        /// The record it happened to, as it is now.
        pub record: view::Record<'a>,
    }

    /// What a handler at `deadline.compute` is given.
    pub struct DeadlineCompute<'a> {
        /// What happened.
        pub event: view::Event<'a>,
        /// The record it happened to, as it is now.
        pub record: view::Record<'a>,
        /// The record's deadlines so far, by name. A table; entries are [`view::Deadline`].
        pub old: View<'a>,
    }

    /// What a handler at `reminder.plan` is given.
    pub struct ReminderPlan<'a> {
        /// The deadline.
        pub deadline: view::Deadline<'a>,
        /// The record it is on.
        pub record: view::Record<'a>,
    }

    /// What a handler at `score.post` is given.
    pub struct ScorePost<'a> {
        /// What happened.
        pub event: view::Event<'a>,
        /// The record it happened to, as it is now.
        pub record: view::Record<'a>,
    }

    /// What a handler at `score.reconcile` is given.
    pub struct ScoreReconcile<'a> {
        /// The record's postings that the filters choose.
        pub postings: Items<'a, view::Posting<'a>>,
        /// The record.
        pub record: view::Record<'a>,
    }

    /// What a handler at `score.period` is given.
    pub struct ScorePeriod<'a> {
        /// The account in the period.
        pub p: view::PeriodContext<'a>,
    }

    /// What a handler at `quota.target` is given.
    pub struct QuotaTarget<'a> {
        /// The unit.
        pub unit: view::Unit<'a>,
        /// The period.
        pub period: view::Period<'a>,
        /// The register whose events count.
        pub register: &'a str,
    }

    /// What a handler at `rank.order` is given.
    pub struct RankOrder<'a> {
        /// The rows, with ranks as they are so far.
        pub rows: Items<'a, view::Row<'a>>,
        /// Which standing it is.
        pub ctx: view::RankContext<'a>,
    }

    /// What a handler at `award.select` is given.
    pub struct AwardSelect<'a> {
        /// The standings, and who has won so far.
        pub s: view::Contest<'a>,
    }

    /// What a handler at `vote.check` is given.
    pub struct VoteCheck<'a> {
        /// The vote and its ballots.
        pub v: view::Vote<'a>,
    }

    /// What a handler at `vote.tally` is given.
    pub struct VoteTally<'a> {
        /// The vote and its ballots.
        pub v: view::Vote<'a>,
    }

    /// What a handler at `report.build` is given.
    pub struct ReportBuild<'a> {
        /// The report's name.
        pub name: &'a str,
        /// What it was asked for: period, register … A table.
        pub parameters: View<'a>,
    }

    /// What a handler at `report.render` is given.
    pub struct ReportRender<'a> {
        /// The document.
        pub model: view::Document<'a>,
        /// The format: `md`, `docx`, `pdf` …
        pub format: &'a str,
    }

    /// What a handler at `import.parse` is given.
    pub struct ImportParse<'a> {
        /// The file.
        pub bytes: &'a [u8],
        /// Its format, by the ending of its name: `csv`, `xlsx` …
        pub format: &'a str,
        /// What is wanted of it.
        pub wanted: Option<view::ImportWanted<'a>>,
    }

    /// What a handler at `outlet.publish` is given.
    pub struct OutletPublish<'a> {
        /// The document.
        pub document: view::Document<'a>,
        /// Where it goes.
        pub outlet: view::Outlet<'a>,
    }

    /// What a handler at `package.build` is given.
    pub struct PackageBuild<'a> {
        /// The package's name.
        pub name: &'a str,
        /// What it was asked for: period, record … A table.
        pub parameters: View<'a>,
        /// The peer whom it is for.
        pub to: &'a str,
    }

    /// What a handler at `package.accept` is given.
    pub struct PackageAccept<'a> {
        /// The package.
        pub package: view::Package<'a>,
    }

    /// What a handler at `panel.show` is given.
    pub struct PanelShow<'a> {
        /// The place: `home`; `record`, beside a record; `screen`, large in a room, without anything else.
        pub place: &'a str,
        /// Who looks.
        pub person: view::Person<'a>,
        /// At `record` and `screen`: the record that is looked at.
        pub record: Option<view::Record<'a>>,
    }

    /// What a handler at `clock.tick` is given.
    pub struct ClockTick<'a> {
        /// The day and moment.
        pub time: view::Time<'a>,
    }

    /// What a handler at `plugin.load` is given.
    pub struct PluginLoad<'a> {
        /// The plugin.
        pub plugin: view::Plugin<'a>,
    }

    /// What a handler at `plugin.migrate` is given.
    pub struct PluginMigrate<'a> {
        /// The plugin.
        pub plugin: view::Plugin<'a>,
        /// The version the state has.
        pub from: i64,
        /// The version it should have.
        pub to: i64,
        /// The state as it is. A table.
        pub state: View<'a>,
    }

    /// What a handler at `plugin.unload` is given.
    pub struct PluginUnload<'a> {
        /// The plugin.
        pub plugin: view::Plugin<'a>,
    }
}

/// Each point as a type, for `Plugin::at`.
pub mod point {
    #[allow(unused_imports, reason = "which of them a contract needs is its own matter")]
    use super::{answer, args};
    #[allow(unused_imports, reason = "which of them a contract needs is its own matter")]
    use registrar_sdk::{
        Amount, Value,
        native::{Bytes, FromView, Typed, View},
    };
    use std::collections::BTreeMap;

    fn arg<'a, T: FromView<'a>>(views: &[View<'a>], at: usize) -> T {
        T::from_view(views.get(at).copied().unwrap_or(View::NIL))
    }

    /// `register.define`: Defines registers, or adds fields and actions to one with `extends`; an action that is there already, with nothing but a `form`, gets its fields. Asked once for every generation; a duplicate id is an error. `host.register(id, definition)` is short for it.
    #[derive(Clone, Copy, Debug)]
    pub struct RegisterDefine;

    impl Typed for RegisterDefine {
        const ID: &'static str = "register.define";
        type Args<'a> = ();
        type Answer = Vec<answer::Register>;

        fn args<'a>(_: &[View<'a>]) -> Self::Args<'a> {}
    }

    /// `record.normalize`: Tidies a draft before it is checked: trims, fills in, converts. Returns the whole draft.
    #[derive(Clone, Copy, Debug)]
    pub struct RecordNormalize;

    impl Typed for RecordNormalize {
        const ID: &'static str = "record.normalize";
        type Args<'a> = args::RecordNormalize<'a>;
        type Answer = Option<answer::Draft>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::RecordNormalize { draft: arg(views, 0) }
        }
    }

    /// `record.check`: Says what is wrong with a draft before an action is taken. An error refuses the action; warnings and hints are shown.
    #[derive(Clone, Copy, Debug)]
    pub struct RecordCheck;

    impl Typed for RecordCheck {
        const ID: &'static str = "record.check";
        type Args<'a> = args::RecordCheck<'a>;
        type Answer = Vec<answer::Finding>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::RecordCheck { draft: arg(views, 0), action: arg(views, 1) }
        }
    }

    /// `record.similar`: Finds records that resemble this one, with the passages they share.
    #[derive(Clone, Copy, Debug)]
    pub struct RecordSimilar;

    impl Typed for RecordSimilar {
        const ID: &'static str = "record.similar";
        type Args<'a> = args::RecordSimilar<'a>;
        type Answer = Vec<answer::Similar>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::RecordSimilar { record: arg(views, 0) }
        }
    }

    /// `record.number`: Numbers a record on its first submission, inside the transaction; on another action if the handler names it. A record that has a number keeps it.
    #[derive(Clone, Copy, Debug)]
    pub struct RecordNumber;

    impl Typed for RecordNumber {
        const ID: &'static str = "record.number";
        type Args<'a> = args::RecordNumber<'a>;
        type Answer = Option<String>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::RecordNumber { event: arg(views, 0), record: arg(views, 1) }
        }
    }

    /// `action.guard`: Refuses an action or warns of it, under the office's write lock. All guards run and all reasons are shown.
    #[derive(Clone, Copy, Debug)]
    pub struct ActionGuard;

    impl Typed for ActionGuard {
        const ID: &'static str = "action.guard";
        type Args<'a> = args::ActionGuard<'a>;
        type Answer = Option<answer::ActionGuard>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::ActionGuard { event: arg(views, 0), record: arg(views, 1), ctx: arg(views, 2) }
        }
    }

    /// `action.effect`: Adds further events to an action, in the same transaction.
    #[derive(Clone, Copy, Debug)]
    pub struct ActionEffect;

    impl Typed for ActionEffect {
        const ID: &'static str = "action.effect";
        type Args<'a> = args::ActionEffect<'a>;
        type Answer = Vec<answer::NewEvent>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::ActionEffect { event: arg(views, 0), record: arg(views, 1) }
        }
    }

    /// `action.after`: Tells the world outside of an event, after it was committed: at least once, with the event's id as idempotency key.
    #[derive(Clone, Copy, Debug)]
    pub struct ActionAfter;

    impl Typed for ActionAfter {
        const ID: &'static str = "action.after";
        type Args<'a> = args::ActionAfter<'a>;
        type Answer = ();

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::ActionAfter { event: arg(views, 0), record: arg(views, 1) }
        }
    }

    /// `route.assign`: Says which unit or person gets a record. With no answer it waits in a queue to be assigned by hand. Nothing in this version asks it yet.
    #[derive(Clone, Copy, Debug)]
    pub struct RouteAssign;

    impl Typed for RouteAssign {
        const ID: &'static str = "route.assign";
        type Args<'a> = args::RouteAssign<'a>;
        type Answer = Option<answer::Route>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::RouteAssign { event: arg(views, 0), record: arg(views, 1) }
        }
    }

    /// `deadline.compute`: Sets a deadline on a record; the first answer for each name counts. Open ones are computed anew when event, rule or calendar changes; met and missed ones stay, unless a later event asks anew. It is met by the event after which it is answered no longer: say in `match` in which stage it is owed. History that is imported goes through the same, day by day.
    #[derive(Clone, Copy, Debug)]
    pub struct DeadlineCompute;

    impl Typed for DeadlineCompute {
        const ID: &'static str = "deadline.compute";
        type Args<'a> = args::DeadlineCompute<'a>;
        type Answer = Option<answer::Deadline>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::DeadlineCompute { event: arg(views, 0), record: arg(views, 1), old: arg(views, 2) }
        }
    }

    /// `reminder.plan`: Plans the reminders of a deadline; the plan is replaced whole when the deadline changes. Each is sent once.
    #[derive(Clone, Copy, Debug)]
    pub struct ReminderPlan;

    impl Typed for ReminderPlan {
        const ID: &'static str = "reminder.plan";
        type Args<'a> = args::ReminderPlan<'a>;
        type Answer = Vec<answer::Reminder>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::ReminderPlan { deadline: arg(views, 0), record: arg(views, 1) }
        }
    }

    /// `score.post`: What an event is worth: nil, a number, a posting or a list of them. Called for every live event, `overdue` included. A number needs the options `measure` and `account`. When many events are scored at once, the tables it is given are used again for the next event: keep none of them, and change none.
    #[derive(Clone, Copy, Debug)]
    pub struct ScorePost;

    impl Typed for ScorePost {
        const ID: &'static str = "score.post";
        type Args<'a> = args::ScorePost<'a>;
        type Answer = Option<answer::ScorePost>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::ScorePost { event: arg(views, 0), record: arg(views, 1) }
        }
    }

    /// `score.reconcile`: Looks at a record's postings together, and drops some or derives others with `p:with { … }`. Gets those its filters choose, and returns those that are kept; dropped ones stay in `explain`, struck, with the clause.
    #[derive(Clone, Copy, Debug)]
    pub struct ScoreReconcile;

    impl Typed for ScoreReconcile {
        const ID: &'static str = "score.reconcile";
        type Args<'a> = args::ScoreReconcile<'a>;
        type Answer = Option<Vec<answer::Posting>>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::ScoreReconcile { postings: arg(views, 0), record: arg(views, 1) }
        }
    }

    /// `score.period`: What a whole period adds to an account: a base, a cap, a shortfall. Runs for every account valid in the period, events or none, small periods first. Returns additions only; zeroing is an offsetting posting.
    #[derive(Clone, Copy, Debug)]
    pub struct ScorePeriod;

    impl Typed for ScorePeriod {
        const ID: &'static str = "score.period";
        type Args<'a> = args::ScorePeriod<'a>;
        type Answer = Option<answer::ScorePeriod>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::ScorePeriod { p: arg(views, 0) }
        }
    }

    /// `quota.target`: What a unit owes in a period; the first list counts whole. Class and rule are those of the period's first day; the host fills in `have`, `short` and `met`.
    #[derive(Clone, Copy, Debug)]
    pub struct QuotaTarget;

    impl Typed for QuotaTarget {
        const ID: &'static str = "quota.target";
        type Args<'a> = args::QuotaTarget<'a>;
        type Answer = Option<Vec<answer::Target>>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::QuotaTarget { unit: arg(views, 0), period: arg(views, 1), register: arg(views, 2) }
        }
    }

    /// `rank.order`: Ranks the rows of a standing, or excludes some with a reason. Without a handler, and where it only excludes, ranks are 1, 2, 2, 4, compared at the measure's places.
    #[derive(Clone, Copy, Debug)]
    pub struct RankOrder;

    impl Typed for RankOrder {
        const ID: &'static str = "rank.order";
        type Args<'a> = args::RankOrder<'a>;
        type Answer = Option<Vec<answer::Row>>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::RankOrder { rows: arg(views, 0), ctx: arg(views, 1) }
        }
    }

    /// `award.select`: Selects winners from standings: `s:take(s:standing { … }, n, …)`. Returns additions; a tie at the cut stays pending until someone decides, and later handlers wait.
    #[derive(Clone, Copy, Debug)]
    pub struct AwardSelect;

    impl Typed for AwardSelect {
        const ID: &'static str = "award.select";
        type Args<'a> = args::AwardSelect<'a>;
        type Answer = Vec<answer::Award>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::AwardSelect { s: arg(views, 0) }
        }
    }

    /// `vote.check`: Refuses a vote that is not valid: too few present, more ballots returned than issued. Asked by `host.vote` and `registrar vote`.
    #[derive(Clone, Copy, Debug)]
    pub struct VoteCheck;

    impl Typed for VoteCheck {
        const ID: &'static str = "vote.check";
        type Args<'a> = args::VoteCheck<'a>;
        type Answer = Option<answer::VoteCheck>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::VoteCheck { v: arg(views, 0) }
        }
    }

    /// `vote.tally`: Counts the ballots: who is elected, who fails, and among whom another round decides. Asked where `vote.check` refuses nothing. Equal ballots come together, with their `count`.
    #[derive(Clone, Copy, Debug)]
    pub struct VoteTally;

    impl Typed for VoteTally {
        const ID: &'static str = "vote.tally";
        type Args<'a> = args::VoteTally<'a>;
        type Answer = Option<answer::Tally>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::VoteTally { v: arg(views, 0) }
        }
    }

    /// `report.build`: Builds a report of this name as a document model.
    #[derive(Clone, Copy, Debug)]
    pub struct ReportBuild;

    impl Typed for ReportBuild {
        const ID: &'static str = "report.build";
        type Args<'a> = args::ReportBuild<'a>;
        type Answer = Option<answer::Document>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::ReportBuild { name: arg(views, 0), parameters: arg(views, 1) }
        }
    }

    /// `report.render`: Turns a document model into a file of this format.
    #[derive(Clone, Copy, Debug)]
    pub struct ReportRender;

    impl Typed for ReportRender {
        const ID: &'static str = "report.render";
        type Args<'a> = args::ReportRender<'a>;
        type Answer = Option<Bytes>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::ReportRender { model: arg(views, 0), format: arg(views, 1) }
        }
    }

    /// `import.parse`: Reads the rows of a file of this format.
    #[derive(Clone, Copy, Debug)]
    pub struct ImportParse;

    impl Typed for ImportParse {
        const ID: &'static str = "import.parse";
        type Args<'a> = args::ImportParse<'a>;
        type Answer = Option<Vec<answer::ImportRow>>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::ImportParse { bytes: arg(views, 0), format: arg(views, 1), wanted: arg(views, 2) }
        }
    }

    /// `outlet.publish`: Publishes a document to an outlet: at least once, with an idempotency key.
    #[derive(Clone, Copy, Debug)]
    pub struct OutletPublish;

    impl Typed for OutletPublish {
        const ID: &'static str = "outlet.publish";
        type Args<'a> = args::OutletPublish<'a>;
        type Answer = ();

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::OutletPublish { document: arg(views, 0), outlet: arg(views, 1) }
        }
    }

    /// `package.build`: What a package of this name tells another office; an empty list: there is nothing to be sent.
    #[derive(Clone, Copy, Debug)]
    pub struct PackageBuild;

    impl Typed for PackageBuild {
        const ID: &'static str = "package.build";
        type Args<'a> = args::PackageBuild<'a>;
        type Answer = Option<Vec<answer::PackageEntry>>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::PackageBuild { name: arg(views, 0), parameters: arg(views, 1), to: arg(views, 2) }
        }
    }

    /// `package.accept`: What is done here because of another office's package: actions, taken with the roles that the directory gives `peer:NAME`, each once. Without a handler a package is refused.
    #[derive(Clone, Copy, Debug)]
    pub struct PackageAccept;

    impl Typed for PackageAccept {
        const ID: &'static str = "package.accept";
        type Args<'a> = args::PackageAccept<'a>;
        type Answer = Option<Vec<answer::PackageEntry>>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::PackageAccept { package: arg(views, 0) }
        }
    }

    /// `panel.show`: Shows panels in a place of the page, to one person.
    #[derive(Clone, Copy, Debug)]
    pub struct PanelShow;

    impl Typed for PanelShow {
        const ID: &'static str = "panel.show";
        type Args<'a> = args::PanelShow<'a>;
        type Answer = Vec<answer::Panel>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::PanelShow { place: arg(views, 0), person: arg(views, 1), record: arg(views, 2) }
        }
    }

    /// `clock.tick`: Called once a day by the office's clock, for work that time alone brings. Days that were missed are made up.
    #[derive(Clone, Copy, Debug)]
    pub struct ClockTick;

    impl Typed for ClockTick {
        const ID: &'static str = "clock.tick";
        type Args<'a> = args::ClockTick<'a>;
        type Answer = ();

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::ClockTick { time: arg(views, 0) }
        }
    }

    /// `plugin.load`: After the examples, before the plugin goes live. A failure keeps the old version.
    #[derive(Clone, Copy, Debug)]
    pub struct PluginLoad;

    impl Typed for PluginLoad {
        const ID: &'static str = "plugin.load";
        type Args<'a> = args::PluginLoad<'a>;
        type Answer = ();

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::PluginLoad { plugin: arg(views, 0) }
        }
    }

    /// `plugin.migrate`: When the manifest's `state_version` changed: returns the state for the new version. A failure keeps the old.
    #[derive(Clone, Copy, Debug)]
    pub struct PluginMigrate;

    impl Typed for PluginMigrate {
        const ID: &'static str = "plugin.migrate";
        type Args<'a> = args::PluginMigrate<'a>;
        type Answer = Option<BTreeMap<String, Value>>;

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::PluginMigrate { plugin: arg(views, 0), from: arg(views, 1), to: arg(views, 2), state: arg(views, 3) }
        }
    }

    /// `plugin.unload`: After the last call has left the plugin. A failure is logged, and the removal goes on.
    #[derive(Clone, Copy, Debug)]
    pub struct PluginUnload;

    impl Typed for PluginUnload {
        const ID: &'static str = "plugin.unload";
        type Args<'a> = args::PluginUnload<'a>;
        type Answer = ();

        fn args<'a>(views: &[View<'a>]) -> Self::Args<'a> {
            args::PluginUnload { plugin: arg(views, 0) }
        }
    }

    /// The ids of the points that have a type here.
    pub const ALL: &[&str] = &[
        RegisterDefine::ID,
        RecordNormalize::ID,
        RecordCheck::ID,
        RecordSimilar::ID,
        RecordNumber::ID,
        ActionGuard::ID,
        ActionEffect::ID,
        ActionAfter::ID,
        RouteAssign::ID,
        DeadlineCompute::ID,
        ReminderPlan::ID,
        ScorePost::ID,
        ScoreReconcile::ID,
        ScorePeriod::ID,
        QuotaTarget::ID,
        RankOrder::ID,
        AwardSelect::ID,
        VoteCheck::ID,
        VoteTally::ID,
        ReportBuild::ID,
        ReportRender::ID,
        ImportParse::ID,
        OutletPublish::ID,
        PackageBuild::ID,
        PackageAccept::ID,
        PanelShow::ID,
        ClockTick::ID,
        PluginLoad::ID,
        PluginMigrate::ID,
        PluginUnload::ID,
    ];
}
