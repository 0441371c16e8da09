//! Why an account has its rank, and who has an award: down to figures, rules,
//! decisions and their events.

use crate::{
    error::LedgerError,
    explain::{
        explained::{Explained, known_account, of_event, of_rule, plain, title_of},
        figure::explain,
    },
    queries::{
        award::{Award, awards, measures},
        period_view::PeriodView,
        standing::{Standing, StandingQuery, StandingRow, standing},
    },
    rebuild::ledger::Ledger,
    scoring::scoring_context::{LedgerSource, PAGE},
};
use registrar_domain::{
    Lang, Period,
    reserved::{DECIDE, PERIOD},
};
use registrar_sdk::{Amount, BilingualText, Value, amount::Rounding};

impl Ledger {
    /// Why an account has its rank in a standing: who is level with it and next to it, which rules
    /// ranked otherwise or excluded it, and behind that its figure.
    ///
    /// # Errors
    /// As [`Ledger::standing`]; or the account is not in it.
    pub fn explain_rank(
        &self,
        basis: &dyn LedgerSource,
        query: &StandingQuery,
        account: &str,
        lang: Lang,
    ) -> Result<Explained, LedgerError> {
        self.view_in(lang, basis, &query.register, query.period, |view| rank(view, query, account))
    }

    /// Who has a place, by which list and clause, what waits and what was decided; behind each place
    /// its figure.
    ///
    /// # Errors
    /// As [`Ledger::awards`].
    pub fn explain_awards(
        &self,
        basis: &dyn LedgerSource,
        register: &str,
        period: Period,
        lang: Lang,
    ) -> Result<Explained, LedgerError> {
        self.view_in(lang, basis, register, period, |view| places(view, register, period))
    }
}

fn rank(view: &PeriodView<'_>, query: &StandingQuery, account: &str) -> Result<Explained, LedgerError> {
    known_account(view, account)?;
    let standing = standing(view, query)?;
    let Some(row) = standing.rows.iter().find(|row| row.account == account) else {
        return Err(LedgerError::Refused(format!("{account} is not ranked in {}", query.period)));
    };
    let ranked = standing.rows.iter().filter(|row| row.rank.is_some()).count();
    let label = match (row.rank, view.lang) {
        (Some(rank), Lang::Zh) => format!("{} · 第 {rank} 名（共 {ranked}）", row.title),
        (Some(rank), Lang::En) => format!("{} · rank {rank} of {ranked}", row.title),
        (None, Lang::Zh) => format!("{} · 不参加排名", row.title),
        (None, Lang::En) => format!("{} · not ranked", row.title),
    };
    let mut root = plain(label, row.amount);
    root.struck = row.excluded.as_ref().map(|why| view.lang.title(why).to_owned());
    root.children = beside(view, &standing, row);
    root.because = said(view, &standing, row);
    let measure = Some(standing.measure.as_str());
    root.because.push(explain(view, &query.register, account, query.period, measure)?);
    crate::explain::citation::cite(&mut root, &view.world.rules.generation, view.lang);
    Ok(root)
}

/// Those at the same rank, the nearest above and the nearest below.
fn beside(view: &PeriodView<'_>, standing: &Standing, row: &StandingRow) -> Vec<Explained> {
    let Some(rank) = row.rank else { return Vec::new() };
    let at = |of: &StandingRow, zh: &str, en: &str| {
        plain(format!("{} {} · {}", view.lang.of(zh, en), of.rank.unwrap_or_default(), of.title), of.amount)
    };
    let others = || standing.rows.iter().filter(|other| other.account != row.account);
    let level = others().filter(|other| other.rank == Some(rank));
    let above = others().filter(|other| other.rank.is_some_and(|r| r < rank)).max_by_key(|other| other.rank);
    let below = others().filter(|other| other.rank.is_some_and(|r| r > rank)).min_by_key(|other| other.rank);
    let mut beside: Vec<Explained> =
        above.into_iter().map(|other| at(other, "前一名：第", "next above: rank")).collect();
    beside.extend(level.map(|other| at(other, "并列：第", "level with it: rank")));
    beside.extend(below.map(|other| at(other, "后一名：第", "next below: rank")));
    beside
}

/// What rules said of its rank, where that is not what its amount says.
fn said(view: &PeriodView<'_>, standing: &Standing, row: &StandingRow) -> Vec<Explained> {
    let shown = |amount: Amount| amount.round(standing.places, Rounding::HalfUp);
    let better = standing.rows.iter().filter(|other| shown(other.amount) > shown(row.amount)).count();
    let mut before = (Some(better as i64 + 1), None);
    let mut told = Vec::new();
    for (rule, answer) in &standing.said {
        let of_it = answer.items().iter().find(|said| said.get("account").as_str() == Some(&row.account));
        let Some(of_it) = of_it else { continue };
        let excluded = Some(of_it.get("excluded")).filter(|why| !why.is_absent()).map(BilingualText::read);
        let now = (of_it.get("rank").as_int(), excluded);
        let label = match &now {
            (_, Some(why)) if before.1 != now.1 => {
                format!("{}: {}", view.lang.of("不参加排名", "excluded"), view.lang.title(why))
            }
            (Some(rank), None) if before.0 != now.0 => {
                format!("{} {rank}", view.lang.of("按规则排为第", "ranked by the rule at"))
            }
            _ => continue,
        };
        told.push(of_rule(label, Amount::ZERO, rule));
        before = now;
    }
    told
}

fn places(view: &PeriodView<'_>, register: &str, period: Period) -> Result<Explained, LedgerError> {
    let awards = awards(view, register, period)?;
    let mut children = Vec::new();
    for award in &awards {
        children.push(place(view, register, period, award)?);
    }
    let label = format!("{} · {period}", view.lang.of("表彰", "awards"));
    let mut root =
        Explained { children, because: decided(view, register, period)?, ..plain(label, Amount::ZERO) };
    crate::explain::citation::cite(&mut root, &view.world.rules.generation, view.lang);
    Ok(root)
}

fn place(
    view: &PeriodView<'_>,
    register: &str,
    period: Period,
    award: &Award,
) -> Result<Explained, LedgerError> {
    let name = award.award.as_deref().unwrap_or("award");
    let rule = &award.rule;
    let rank = award.rank.map(|rank| match view.lang {
        Lang::Zh => format!(" · 第 {rank} 名"),
        Lang::En => format!(" · rank {rank}"),
    });
    let mut node = match &award.account {
        Some(account) => {
            let title = title_of(view, account, period);
            let label = format!("{name}: {title}{}", rank.unwrap_or_default());
            let mut node = of_rule(label, award.amount.unwrap_or_default(), rule);
            node.because = figures(view, register, period, account, award.amount)?;
            node
        }
        None => {
            let titles: Vec<String> = award.candidates.iter().map(|c| title_of(view, c, period)).collect();
            let (titles, places) = (titles.join("、"), award.places);
            let label = match (award.waits, view.lang) {
                (true, Lang::Zh) => format!("{name}: 待前项决定"),
                (true, Lang::En) => format!("{name}: waits for an earlier decision"),
                (false, Lang::Zh) => format!("{name}: {titles} 并列，待决定 {places} 个名额"),
                (false, Lang::En) => format!("{name}: {titles} are level; {places} to be decided"),
            };
            let mut node = of_rule(label, Amount::ZERO, rule);
            for candidate in &award.candidates {
                node.because.extend(figures(view, register, period, candidate, None)?);
            }
            node
        }
    };
    node.on = Some(period.last().to_string());
    node.clause.clone_from(&award.clause);
    Ok(node)
}

/// The account's figures that come to this amount; all that are not zero, where none is named.
fn figures(
    view: &PeriodView<'_>,
    register: &str,
    period: Period,
    account: &str,
    amount: Option<Amount>,
) -> Result<Vec<Explained>, LedgerError> {
    let mut figures = Vec::new();
    for measure in measures(view, register)? {
        let figure = explain(view, register, account, period, Some(&measure))?;
        if figure.amount != Amount::ZERO {
            figures.push(figure);
        }
    }
    if figures.iter().any(|figure| Some(figure.amount) == amount) {
        figures.retain(|figure| Some(figure.amount) == amount);
    }
    Ok(figures)
}

/// The decisions about ties of the period, with their events.
fn decided(view: &PeriodView<'_>, register: &str, period: Period) -> Result<Vec<Explained>, LedgerError> {
    let (mut decided, mut after) = (Vec::new(), 0);
    loop {
        let events = view.log.events_in(PERIOD, after, PAGE)?;
        let Some(last) = events.last() else { return Ok(decided) };
        after = last.seq;
        let of_period = events.iter().filter(|event| {
            let of = event.fields.get("register").and_then(Value::as_str);
            !event.dead
                && event.action == DECIDE
                && event.record == period.to_string()
                && of.is_none_or(|of| of == register)
        });
        for event in of_period {
            let names = |key: &str| {
                let listed = event.fields.get(key).map(Value::items).unwrap_or(&[]);
                listed.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("、")
            };
            let (chosen, candidates) = (names("chosen"), names("candidates"));
            let label = match view.lang {
                Lang::Zh => format!("{} 决定：{candidates} 中选 {chosen}（{}）", event.on, event.by),
                Lang::En => format!("{} decided by {}: {chosen} of {candidates}", event.on, event.by),
            };
            decided.push(of_event(label, Amount::ZERO, event));
        }
    }
}
