//! What is due, day by day of a month, in all registers that someone may see.

use crate::{
    fragments::class, layout::page, page_error::PageError, record::name_of, state::Web, visitor::Member,
};
use axum::extract::{Query, State};
use jiff::{ToSpan, civil::Date};
use maud::{Markup, html};
use registrar_domain::{Period, PeriodKind};
use registrar_kernel::queries::due::Due;
use std::collections::{BTreeMap, HashMap};

/// Deadlines of a month that are shown.
const MOST: usize = 1_000;

/// The page.
pub async fn get(
    State(web): State<Web>,
    member: Member,
    Query(question): Query<HashMap<String, String>>,
) -> Result<Markup, PageError> {
    let visitor = &member.visitor;
    let today = visitor.served.office.today();
    let month = match question.get("month") {
        Some(text) => text
            .parse()
            .map_err(|_| PageError::Strange("月份请写作 2023-02", "a month is written like 2023-02"))?,
        None => Period::of(today, PeriodKind::Month),
    };
    if month.kind() != PeriodKind::Month {
        return Err(PageError::Strange("月份请写作 2023-02", "a month is written like 2023-02"));
    }
    let due = member
        .look(&web, move |view| Ok(view.due(None, |deadline| month.contains(deadline.due), MOST)?))
        .await?;
    let mut by_day = BTreeMap::<Date, Vec<&Due>>::new();
    for one in &due {
        by_day.entry(one.deadline.due).or_default().push(one);
    }
    let registers = visitor.served.office.registers();
    let directory = visitor.served.office.directory();
    let to = |month: Period| format!("{}?month={month}", visitor.served.link("/calendar"));
    let before = month.first().yesterday().map(|day| Period::of(day, PeriodKind::Month)).ok();
    let named = |due: &Due| {
        let register = registers.by_id.get(&due.record.register);
        register.map_or_else(|| due.record.id.clone(), |register| name_of(register, &due.record).to_owned())
    };
    let title = visitor.say("日历", "Calendar");
    let days = visitor.say("一二三四五六日", "MTWTFSS");
    Ok(page(
        &member,
        title,
        html! {
            div class="head" {
                h1 { (title) }
                div class="switch" {
                    @if let Some(before) = before { a rel="prev" href=(to(before)) aria-label=(visitor.say("上月", "The month before")) { "‹" } }
                    strong { (crate::language::period_name(month, visitor.lang)) }
                    a rel="next" href=(to(month.next())) aria-label=(visitor.say("下月", "The next month")) { "›" }
                }
            }
            @if due.is_empty() { p class="quiet" { (visitor.say("本月没有到期事项。", "Nothing is due in this month.")) } }
            table class="month" {
                thead { tr { @for day in days.chars() { th { (day) } } } }
                tbody {
                    @for week in weeks(month) {
                        tr {
                            @for day in week {
                                @if month.contains(day) {
                                    td class=(if directory.is_working(day) { "" } else { "free" }) aria-current=[(day == today).then_some("date")] {
                                        time datetime=(day) { (day.day()) }
                                        @for due in by_day.get(&day).into_iter().flatten() {
                                            a class=(format!("due {}", class(due.urgency(today)))) href=(visitor.served.record(&due.record.register, &due.record.id)) title=(visitor.title(&due.deadline.why)) { (named(due)) }
                                        }
                                    }
                                } @else { td class="other" {} }
                            }
                        }
                    }
                }
            }
        },
    ))
}

/// The weeks of a month, from Monday on; at its ends with days of those beside it.
fn weeks(month: Period) -> Vec<Vec<Date>> {
    let first = month.first();
    let back = i64::from(first.weekday().to_monday_zero_offset());
    // At the ends of time a day may be missing.
    let mut day = first.checked_sub(back.days()).unwrap_or(first);
    let mut weeks = Vec::new();
    while day <= month.last() {
        let week: Vec<Date> = (0..7).filter_map(|n: i64| day.checked_add(n.days()).ok()).collect();
        weeks.push(week);
        let Ok(next) = day.checked_add(7.days()) else { break };
        day = next;
    }
    weeks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_monday_and_hold_the_whole_month() {
        let weeks = weeks("2023-05".parse().unwrap());
        assert_eq!(weeks.len(), 5);
        assert_eq!(weeks[0][0].to_string(), "2023-05-01");
        assert_eq!(weeks[4][6].to_string(), "2023-06-04");
        assert_eq!(super::weeks("2023-10".parse().unwrap())[0][0].to_string(), "2023-09-25");
    }
}
