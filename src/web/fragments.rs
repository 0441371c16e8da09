//! Small pieces that several pages show: a record's number, its stage, a deadline.

use crate::{language::day, visitor::Visitor};
use jiff::civil::Date;
use maud::{Markup, html};
use registrar_domain::{Lang, Record, Register};
use registrar_kernel::queries::due::{Due, Urgency};

/// A record's number, if it has one. Its id, which looks like it and says something else, is for machines.
pub fn numbered(record: &Record) -> Markup {
    html! { @match &record.number { Some(number) => (number), None => span class="quiet" { "—" } } }
}

/// Where a record stands.
pub fn staged(visitor: &Visitor, register: &Register, record: &Record) -> Markup {
    let label = register.stage_label(&record.stage).map(|label| visitor.title(label));
    html! { span class="stage" { (label.unwrap_or(&record.stage)) } }
}

/// A deadline with its colour, in words as well. It is called like the action that meets it, where there
/// is one of its name.
pub fn badge(visitor: &Visitor, due: &Due, today: Date) -> Markup {
    let registers = visitor.served.office.registers();
    let meets = registers.by_id.get(&due.deadline.register).and_then(|r| r.actions.get(&due.deadline.name));
    let name = meets.map_or(due.deadline.name.as_str(), |action| visitor.title(&action.title));
    let urgency = due.urgency(today);
    let said = match urgency {
        Urgency::Calm => visitor.say("在期", "in time"),
        Urgency::Soon => visitor.say("临期", "soon due"),
        Urgency::Over => visitor.say("超期", "overdue"),
    };
    html! {
        span class=(format!("due {}", class(urgency))) title=(visitor.title(&due.deadline.why)) {
            (name) " " time datetime=(due.deadline.due) { (day(visitor.lang, due.deadline.due)) } " " (said)
            @if let Some(reminder) = &due.reminder { " · " (called(visitor, &reminder.kind)) " " time datetime=(reminder.on) { (day(visitor.lang, reminder.on)) } }
        }
    }
}

/// What a kind of reminder is called: the two that the contract names, or itself.
fn called<'a>(visitor: &Visitor, kind: &'a str) -> &'a str {
    match (kind, visitor.lang) {
        ("reminder", Lang::Zh) => "已提醒",
        ("reminder", Lang::En) => "reminded",
        ("urging", Lang::Zh) => "催办函",
        ("urging", Lang::En) => "urging letter",
        _ => kind,
    }
}

/// The class of how pressing something is: blue, yellow, red.
pub fn class(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Calm => "calm",
        Urgency::Soon => "soon",
        Urgency::Over => "over",
    }
}
