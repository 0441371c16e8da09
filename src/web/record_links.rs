//! What a record hangs together with: its deadlines with their reasons, and the records that name it.

use crate::{
    fragments::{numbered, staged},
    language::day,
    visitor::Visitor,
};
use maud::{Markup, html};
use registrar_domain::{
    Register,
    storage::{Deadline, DeadlineState},
};
use registrar_kernel::queries::references::Referrers;

/// Records of one register that are listed as naming another.
pub const MOST: usize = 50;

/// Every deadline, settled ones too: from when, until when, how it stands, and why it is that day.
pub fn deadlines(visitor: &Visitor, register: &Register, deadlines: &[Deadline]) -> Markup {
    html! {
        @if !deadlines.is_empty() {
            h2 { (visitor.say("期限", "Deadlines")) }
            table class="deadlines" {
                thead { tr {
                    @for (zh, en) in [("事项", "What"), ("起算", "From"), ("截止", "Until"), ("状态", "State"), ("依据", "Why")] {
                        th { (visitor.say(zh, en)) }
                    }
                } }
                tbody {
                    @for one in deadlines {
                        tr {
                            td { (register.actions.get(&one.name).map_or(one.name.as_str(), |action| visitor.title(&action.title))) }
                            td { time datetime=(one.start) { (day(visitor.lang, one.start)) } }
                            td { time datetime=(one.due) { (day(visitor.lang, one.due)) } }
                            td { (stands(visitor, one.state)) }
                            td { (visitor.title(&one.why)) }
                        }
                    }
                }
            }
        }
    }
}

/// How a deadline stands, in words.
fn stands(visitor: &Visitor, state: DeadlineState) -> &str {
    match state {
        DeadlineState::Open => visitor.say("未到期", "running"),
        DeadlineState::Met => visitor.say("按期完成", "met"),
        DeadlineState::Missed => visitor.say("超期未办", "overdue"),
        DeadlineState::Late => visitor.say("逾期办理", "done late"),
        DeadlineState::Allowed => visitor.say("可以办理", "may be used"),
        DeadlineState::Lapsed => visitor.say("已失效", "lapsed"),
    }
}

/// The records that name this one, register by register, each a click away.
pub fn referrers(visitor: &Visitor, referrers: &[Referrers]) -> Markup {
    html! {
        @if !referrers.is_empty() {
            h2 { (visitor.say("相关记录", "Named by")) }
            @for Referrers { register, records, more } in referrers {
                section class="referrers" {
                    h3 { (visitor.title(&register.title)) }
                    ul {
                        @for record in records {
                            li {
                                a href=(visitor.served.record(&register.id, &record.id)) { (record.name(register)) }
                                " " (staged(visitor, register, record)) " " span class="quiet" { (numbered(record)) }
                            }
                        }
                        @if *more { li { a href=(visitor.served.register(&register.id)) { (visitor.say("还有更多……", "There are more …")) } } }
                    }
                }
            }
        }
    }
}
