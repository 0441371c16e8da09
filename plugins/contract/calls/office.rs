//! What the office's store answers, inside the transaction at hand: records, totals, numbers, actions.

use super::{EFFECT, READING, param};
use crate::model::{AWARD, DEADLINE, EVENT, LABEL, RECORD, ROW, VOTE, VOTED};
use registrar_sdk::{AnsweredBy, Field, HostCall, Param, Phase, Struct, Type};

const fn service(
    name: &'static str,
    doc: &'static str,
    params: &'static [Param],
    result: Type,
    phases: &'static [Phase],
) -> HostCall {
    HostCall { name, doc, params, result, phases, capability: None, place: AnsweredBy::Services }
}

static RECORDS_OF: Struct = Struct::closed(
    "records_of",
    "Which records.",
    &[
        Field::required("register", Type::Text, "The register."),
        Field::optional("stage", Type::Text, "Only those in this stage."),
        Field::optional("match", Type::Map(&Type::Any), "Only those whose fields have these values."),
        Field::optional(
            "id",
            Type::OneOf(&[Type::Text, Type::List(&Type::Text)]),
            "Only this one, or these.",
        ),
        Field::optional("limit", Type::Int, "At most so many; 1,000 if left out."),
        Field::optional(
            "after",
            Type::Text,
            "Only those whose id comes after this one, in the order of their ids: for going through all of \
             them page by page, from an empty text on.",
        ),
        Field::optional("since", Type::Int, "Only those that changed after the event with this `seq`."),
    ],
);

pub(super) const RECORDS: HostCall = service(
    "records",
    "The records of a register, oldest first, as far as the caller may see them: who acts or looks, in the background the \
     plugin. Inside an action the record that is acted on is among them.",
    const { &[param("of", Type::Struct(&RECORDS_OF), "Which.")] },
    Type::List(const { &Type::Struct(&RECORD) }),
    READING,
);

static TOTAL_OF: Struct = Struct::closed(
    "ledger_total_of",
    "Which postings to add up.",
    &[
        Field::required("register", Type::Text, "The register."),
        Field::required("period", Type::Text, "The period's id."),
        Field::optional("measure", Type::Text, "The measure; `points` if left out."),
        Field::optional("account", Type::Text, "Only this account."),
        Field::optional("tag", Type::Text, "Only this tag."),
    ],
);

static STANDING_OF: Struct = Struct::closed(
    "ranking_of",
    "Which standing.",
    &[
        Field::required("register", Type::Text, "The register."),
        Field::required("period", Type::Text, "The period's id."),
        Field::optional(
            "measure",
            Type::Text,
            "The measure; `points`, or the register's only one, if left out.",
        ),
        Field::optional("pool", Type::Text, "Only accounts that are ranked together there."),
        Field::optional("tag", Type::Text, "Only this tag."),
    ],
);

pub(super) const STANDING: HostCall = service(
    "standing",
    "The standing of a period, best first, as rules order it; of a measure whose accounts are people only those \
     within the caller's reach.",
    const { &[param("of", Type::Struct(&STANDING_OF), "Which.")] },
    Type::List(const { &Type::Struct(&ROW) }),
    READING,
);

static AWARDS_OF: Struct = Struct::closed(
    "awards_of",
    "Which awards.",
    &[
        Field::required("register", Type::Text, "The register."),
        Field::required("period", Type::Text, "The period's id."),
    ],
);

pub(super) const AWARDS: HostCall = service(
    "awards",
    "Who has which place in a period, and which wait for a decision; for who sees the whole register.",
    const { &[param("of", Type::Struct(&AWARDS_OF), "Which.")] },
    Type::List(const { &Type::Struct(&AWARD) }),
    READING,
);

static QUOTAS_OF: Struct = Struct::closed(
    "quotas_of",
    "Which quotas.",
    &[
        Field::required("register", Type::Text, "The register."),
        Field::required(
            "period",
            Type::Text,
            "The period's id. Where nothing is owed in its own kind, the shorter ones within it are meant.",
        ),
        Field::optional("account", Type::Text, "Only this account."),
        Field::optional("measure", Type::Text, "Whose accounts; `points` if left out."),
    ],
);

static QUOTA_HAD: Struct = Struct::closed(
    "quota_had",
    "What an account owed in a period, and what it had.",
    &[
        Field::required("account", Type::Text, "The account."),
        Field::required("name", Type::Text, "The quota's name."),
        Field::required("title", LABEL, "What it is called."),
        Field::required("period", Type::Text, "The period."),
        Field::required("owed", Type::Amount, "What was owed."),
        Field::required("have", Type::Amount, "What there was; of an average the average."),
        Field::required("short", Type::Amount, "What was missing."),
        Field::required("met", Type::Bool, "Whether it was met."),
        Field::required("over", Type::Bool, "Whether the period has ended."),
        Field::optional("clause", Type::Text, "The clause."),
    ],
);

pub(super) const QUOTAS: HostCall = service(
    "quotas",
    "What was owed and had, by the official order of units; of accounts within the caller's reach.",
    const { &[param("of", Type::Struct(&QUOTAS_OF), "Which.")] },
    Type::List(const { &Type::Struct(&QUOTA_HAD) }),
    READING,
);

pub(super) const TOTAL: HostCall = service(
    "total",
    "The sum of postings in the ledger: of an account within the caller's reach; of all accounts, or any, for who \
     sees the whole register. Another question is an error.",
    const { &[param("of", Type::Struct(&TOTAL_OF), "Which.")] },
    Type::Amount,
    READING,
);

// What narrows a question about events.
const ACTION: Field = Field::optional("action", Type::Text, "Only of this action.");
const OF_RECORD: Field = Field::optional("record", Type::Text, "Only of this record.");
const PERIOD: Field = Field::optional("period", Type::Text, "Only in this period, by its id.");
const MATCH: Field =
    Field::optional("match", Type::Map(&Type::Any), "Only those whose record or form has these values.");
const FIRST: Field = Field::optional("first", Type::Bool, "Only each record's first of its action.");

static COUNT_OF: Struct = Struct::closed(
    "events_count_of",
    "Which events to count.",
    &[
        Field::required("register", Type::Text, "The register."),
        ACTION,
        OF_RECORD,
        PERIOD,
        MATCH,
        FIRST,
        Field::optional("distinct", Type::Choice(&["record"]), "`record`: each record once."),
    ],
);

pub(super) const COUNT: HostCall = service(
    "count",
    "How many live events there are, of records that the caller may see.",
    const { &[param("of", Type::Struct(&COUNT_OF), "Which.")] },
    Type::Int,
    READING,
);

static COUNTS_OF: Struct = Struct::closed(
    "events_counts_of",
    "Which events to count, and by what.",
    &[
        Field::required("register", Type::Text, "The register."),
        Field::required("by", Type::Text, "The field of the record or form whose values are told apart."),
        ACTION,
        PERIOD,
        MATCH,
        FIRST,
        Field::optional("distinct", Type::Choice(&["record"]), "`record`: each record once for each value."),
    ],
);

pub(super) const COUNTS: HostCall = service(
    "counts",
    "How many live events there are for each value of a field, of records that the caller may see; of a list, for each \
     entry. Values that have none are left out.",
    const { &[param("of", Type::Struct(&COUNTS_OF), "Which, and by what.")] },
    Type::Map(&Type::Int),
    READING,
);

static EVENTS_OF: Struct = Struct::closed(
    "events_of",
    "Which events.",
    &[
        Field::required("register", Type::Text, "The register."),
        ACTION,
        OF_RECORD,
        PERIOD,
        MATCH,
        FIRST,
        Field::optional("limit", Type::Int, "At most so many, the first; 1,000 if left out."),
    ],
);

pub(super) const EVENTS: HostCall = service(
    "events",
    "The live events of a register by their day, as far as the caller may see their records.",
    const { &[param("of", Type::Struct(&EVENTS_OF), "Which.")] },
    Type::List(const { &Type::Struct(&EVENT) }),
    READING,
);

pub(super) const SEQUENCE: HostCall = service(
    "sequence",
    "The next number of a sequence, from 1, without gaps: it is given back if the action does not come about.",
    &[param("name", Type::Text, "Its name; another year's sequence is another name.")],
    Type::Int,
    &[],
);

pub(super) const COUNT_VOTE: HostCall = service(
    "vote",
    "Checks a vote and counts its ballots, by the handlers of `vote.check` and `vote.tally` for its kind. A vote that \
     nobody counts is an error.",
    const { &[param("v", Type::Struct(&VOTE), "The vote and its ballots.")] },
    Type::Struct(&VOTED),
    READING,
);

static DEADLINES_OF: Struct = Struct::closed(
    "deadlines_of",
    "Which deadlines.",
    &[
        Field::optional("register", Type::Text, "Only those of this register."),
        Field::optional(
            "record",
            Type::Text,
            "Only those of this record; of all states, not only what is owed.",
        ),
        Field::optional("before", Type::Date, "Only those due before this day."),
    ],
);

static OWED: Struct = Struct::closed(
    "owed",
    "A deadline with its record.",
    &[
        Field::required("register", Type::Text, "The register."),
        Field::required("record", Type::Struct(&RECORD), "The record, as it is now."),
        Field::required("deadline", Type::Struct(&DEADLINE), "The deadline."),
    ],
);

pub(super) const DEADLINES: HostCall = service(
    "deadlines",
    "What is owed on records that the caller may see, in all registers, the first due first.",
    const { &[param("of", Type::Optional(const { &Type::Struct(&DEADLINES_OF) }), "Which; all if left out.")] },
    Type::List(const { &Type::Struct(&OWED) }),
    READING,
);

pub(super) const SEAL: HostCall = service(
    "seal",
    "What proves an event: its place in the log and the link of the chain, as `registrar verify --head` takes it; nil \
     if there is no such event that may be seen.",
    const { &[param("event", Type::Text, "The event's id.")] },
    Type::Optional(&Type::Text),
    READING,
);

static ACT_OF: Struct = Struct::closed(
    "act_of",
    "An action to be taken.",
    &[
        Field::required("key", Type::Text, "Tells this action from others; the same key acts once."),
        Field::required("register", Type::Text, "The register."),
        Field::optional("record", Type::Text, "The record; a new one if left out."),
        Field::required("action", Type::Text, "The action."),
        Field::optional("on", Type::Date, "The day it counts for; today if left out."),
        Field::optional("fields", Type::Map(&Type::Any), "The record's and the form's fields."),
    ],
);

static ACTED: Struct = Struct::closed(
    "acted",
    "What an action came to.",
    &[
        Field::required("record", Type::Text, "The record's id."),
        Field::optional("number", Type::Text, "Its number."),
        Field::required("events", Type::List(&Type::Text), "The ids of the events."),
        Field::optional("warnings", Type::List(&Type::Text), "What was warned of."),
    ],
);

pub(super) const ACT: HostCall = service(
    "act",
    "Takes an action, with checks and guards, as the principal that the operator granted; a refusal is an error. \
     It carries its cause, and chains over 8 are refused.",
    const { &[param("act", Type::Struct(&ACT_OF), "The action.")] },
    Type::Struct(&ACTED),
    EFFECT,
);
