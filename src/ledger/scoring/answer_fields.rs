//! Where the fields of postings lie that a handler answered by the row.

use registrar_host::RowAnswers;

/// Where the fields of packed postings lie.
#[derive(Default)]
pub(super) struct AnswerFields {
    pub(super) account: Option<usize>,
    pub(super) amount: Option<usize>,
    pub(super) measure: Option<usize>,
    pub(super) tag: Option<usize>,
    pub(super) clause: Option<usize>,
    pub(super) period: Option<usize>,
    pub(super) register: Option<usize>,
}

impl AnswerFields {
    pub(super) fn of(answers: &RowAnswers) -> AnswerFields {
        AnswerFields {
            account: answers.field("account"),
            amount: answers.field("amount"),
            measure: answers.field("measure"),
            tag: answers.field("tag"),
            clause: answers.field("clause"),
            period: answers.field("period"),
            register: answers.field("register"),
        }
    }
}
