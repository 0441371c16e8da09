//! Votes, ballots and their result.

use registrar_sdk::{Field, Struct, Type};

static BALLOT: Struct = Struct::closed(
    "ballot",
    "One ballot.",
    &[
        Field::required(
            "marks",
            Type::Map(&MARK),
            "By candidate: a mark such as `for`, `against`, `abstain`, or a rank from 1.",
        ),
        Field::optional("void", Type::Bool, "Whether the tellers declared it void."),
        Field::optional("count", Type::Int, "How many ballots are marked so; 1 if left out."),
        Field::optional("member", Type::Text, "Whose ballot it is; of an open vote alone."),
    ],
);

const MARK: Type = Type::OneOf(&[Type::Int, Type::Text]);

/// A vote with its ballots.
pub static VOTE: Struct = Struct::open(
    "vote",
    "A vote: who may, who did, and the ballots.",
    &[
        Field::required("kind", Type::Text, "Which sort of vote: `appointment`, `project` …"),
        Field::required("members", Type::Int, "How many members there are."),
        Field::required("present", Type::Int, "How many are present."),
        Field::required("issued", Type::Int, "Ballots issued."),
        Field::required("returned", Type::Int, "Ballots returned."),
        Field::required("ballots", Type::List(&Type::Struct(&BALLOT)), "The ballots."),
        Field::required("candidates", Type::List(&Type::Text), "The candidates, in the ballot's order."),
        Field::required("places", Type::Int, "How many can be elected.").sample(super::one),
        Field::required("round", Type::Int, "The round, from 1.").sample(super::one),
        Field::optional("on", Type::Date, "The day of the vote."),
        Field::optional("secret", Type::Bool, "Whether it is secret: no ballot says whose it is."),
    ],
);

/// What a vote came to.
pub static TALLY: Struct = Struct::closed(
    "tally",
    "What a vote came to. Who is elected, the places to be voted again and those that stay vacant add up to the places.",
    &[
        Field::required("elected", Type::List(&Type::Text), "Those elected."),
        Field::optional("revote", Type::List(&Type::Text), "Those among whom another round decides."),
        Field::optional("again", Type::Int, "For how many places; needed with `revote`."),
        Field::optional("failed", Type::List(&Type::Text), "Those not elected."),
        Field::optional("vacant", Type::Int, "Places that stay vacant; what is left if left out."),
        Field::required(
            "counts",
            Type::Map(&Type::OneOf(&[Type::Int, Type::Map(&Type::Int)])),
            "By candidate: votes, or votes by mark.",
        ),
        Field::required("void", Type::Int, "Ballots that are void."),
        Field::optional("blank", Type::Int, "Ballots that have no mark."),
        Field::optional("needed", Type::Int, "How many votes elect."),
        Field::optional("why", super::LABEL, "By which rule it was counted."),
    ],
);

/// A vote that was checked and counted.
pub static VOTED: Struct = Struct::closed(
    "voted",
    "What checks say of a vote, and what it came to.",
    &[
        Field::required(
            "refusals",
            Type::List(&Type::Struct(&super::REFUSAL)),
            "Why it does not hold, and what is to be warned of.",
        ),
        Field::optional("tally", Type::Struct(&TALLY), "What it came to; nil if it does not hold."),
        Field::required(
            "ballots",
            Type::List(&Type::Struct(&BALLOT)),
            "The ballots as they were counted: equal ones together, in an order that tells nothing.",
        ),
    ],
);
