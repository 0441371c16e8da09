//! Which figures are looked at: period, measure, pool; and the way to others.

use crate::{
    language::period_name,
    page_error::PageError,
    state::Web,
    url::encode,
    visitor::{Member, Visitor},
};
use maud::{Markup, html};
use registrar_domain::{Lang, Period, PeriodKind, Register, register::MeasureDef};
use std::collections::HashMap;

/// What is looked at.
pub struct FigureSelection {
    pub period: Period,
    pub measure: String,
    pub pool: Option<String>,
}

impl FigureSelection {
    /// As the address says; else the period of this kind in which something happened last, and the
    /// register's first measure.
    ///
    /// # Errors
    /// What is named is not there.
    pub async fn of(
        web: &Web,
        member: &Member,
        register: &Register,
        question: &HashMap<String, String>,
        kind: PeriodKind,
    ) -> Result<FigureSelection, PageError> {
        let said = |name: &str| question.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
        let period = match said("period") {
            Some(text) => text.parse().map_err(|_| {
                PageError::Strange(
                    "时段请写作 2023-02、2023-Q1、2023-H1、2023 或 2023-01..2023-05",
                    "a period is written like 2023-02, 2023-Q1, 2023-H1, 2023 or 2023-01..2023-05",
                )
            })?,
            None => {
                let of = register.id.clone();
                let last = member.look(web, move |view| Ok(view.last_day(&of)?)).await?;
                Period::of(last.unwrap_or_else(|| member.visitor.served.office.today()), kind)
            }
        };
        let first =
            || register.measures.keys().find(|name| *name == "points").or(register.measures.keys().next());
        let measure = match said("measure") {
            Some(name) if register.measures.contains_key(name) => name.to_owned(),
            Some(_) => return Err(PageError::Absent),
            None => first().cloned().ok_or(PageError::Absent)?,
        };
        let pool = said("pool").map(str::to_owned);
        if pool.as_ref().is_some_and(|pool| !register.pools.contains_key(pool)) {
            return Err(PageError::Absent);
        }
        Ok(FigureSelection { period, measure, pool })
    }

    /// The address of a page of the register with this choice but another period.
    pub fn link(&self, to: &str, period: Period) -> String {
        let (period, measure) = (encode(&period.to_string()), encode(&self.measure));
        let pool = self.pool.as_deref().map(|pool| format!("&pool={}", encode(pool))).unwrap_or_default();
        format!("{to}?period={period}&measure={measure}{pool}")
    }

    /// The measure's definition.
    pub fn defined<'r>(&self, register: &'r Register) -> Option<&'r MeasureDef> {
        register.measures.get(&self.measure)
    }

    /// What switches to another period of the page at `to`; where there are several kinds of period, also
    /// to another measure or pool.
    pub fn switch(&self, visitor: &Visitor, register: &Register, to: &str, kinds: &[PeriodKind]) -> Markup {
        let near = |kind: PeriodKind| {
            // Of a longer period its last part; today's if that is within.
            let today = visitor.served.office.today();
            let day = if self.period.contains(today) { today } else { self.period.last() };
            Period::of(day, kind)
        };
        let before = self.period.first().yesterday().map(|day| Period::of(day, self.period.kind()));
        let lang = visitor.lang;
        html! {
            form class="filter" {
                div class="switch" {
                    @if let Ok(before) = before {
                        a rel="prev" href=(self.link(to, before)) aria-label=(visitor.say("上一期", "The period before")) { "‹" }
                    }
                    strong { (period_name(self.period, lang)) }
                    a rel="next" href=(self.link(to, self.period.next())) aria-label=(visitor.say("下一期", "The next period")) { "›" }
                }
                @if kinds.len() > 1 {
                    ul class="choices" aria-label=(visitor.say("时段", "Period")) {
                        @for kind in kinds {
                            li { a href=(self.link(to, near(*kind))) aria-current=[(*kind == self.period.kind()).then_some("true")] { (kind_name(*kind, lang)) } }
                        }
                    }
                }
                input type="hidden" name="period" value=(self.period);
                @if register.measures.len() > 1 && kinds.len() > 1 {
                    label { (visitor.say("计量", "Measure")) " "
                        select name="measure" data-go {
                            @for (id, measure) in &register.measures { option value=(id) selected[*id == self.measure] { (visitor.title(&measure.title)) } }
                        }
                    }
                }
                @if !register.pools.is_empty() && kinds.len() > 1 && self.defined(register).is_none_or(|m| !m.person) {
                    label { (visitor.say("范围", "Among")) " "
                        select name="pool" data-go {
                            option value="" { (visitor.say("全部", "all")) }
                            @for (id, pool) in &register.pools { option value=(id) selected[Some(id) == self.pool.as_ref()] { (visitor.title(&pool.title)) } }
                        }
                    }
                }
                @if kinds.len() > 1 && (register.measures.len() > 1 || !register.pools.is_empty()) {
                    button class="plain" { (visitor.say("显示", "Show")) }
                }
            }
        }
    }
}

/// What a kind of period is called.
fn kind_name(kind: PeriodKind, lang: Lang) -> &'static str {
    match kind {
        PeriodKind::Month => lang.of("月", "Month"),
        PeriodKind::TwoMonth => lang.of("两月", "Two months"),
        PeriodKind::Quarter => lang.of("季度", "Quarter"),
        PeriodKind::Half => lang.of("半年", "Half-year"),
        PeriodKind::Year => lang.of("全年", "Year"),
        PeriodKind::Cumulative => lang.of("累计", "To date"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(period: &str, zh: &str, en: &str) {
        let period = period.parse().unwrap();
        assert_eq!(
            (period_name(period, Lang::Zh), period_name(period, Lang::En)),
            (zh.to_owned(), en.to_owned())
        );
    }

    #[test]
    fn periods_are_called_as_people_call_them() {
        check("2023-02", "2023年2月", "February 2023");
        check("2023-03/2", "2023年3至4月", "Mar–Apr 2023");
        check("2023-Q3", "2023年第三季度", "Q3 2023");
        check("2023-H2", "2023年下半年", "H2 2023");
        check("2023", "2023年", "2023");
        check("2023-01..2023-05", "2023年1至5月", "January–May 2023");
    }
}
