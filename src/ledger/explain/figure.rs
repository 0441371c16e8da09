//! Opens a figure down to its rules, clauses and events.

use crate::{
    error::LedgerError,
    explain::{
        adjustment as explain_adjustment,
        explained::{Explained, known_account, of_rule, plain, shallow, title_of},
        inputs as explain_inputs,
    },
    model::{
        posting::{Origin, Posting},
        storage::PostingQuery,
    },
    queries::{
        period_view::{PeriodView, concerning},
        standing::{measure_meant, measure_of},
    },
    rebuild::ledger::Ledger,
    scoring::scoring_context::LedgerSource,
};
use registrar_domain::{Lang, Period};
use registrar_sdk::Amount;

impl Ledger {
    /// Opens the figure of an account in a period: by rule, then by event. Struck postings are
    /// shown and not counted.
    ///
    /// # Errors
    /// The store failed, or the register or measure is not there.
    pub fn explain(
        &self,
        basis: &dyn LedgerSource,
        register: &str,
        account: &str,
        period: Period,
        measure: Option<&str>,
        lang: Lang,
    ) -> Result<Explained, LedgerError> {
        self.view_in(lang, basis, register, period, |view| explain(view, register, account, period, measure))
    }
}

pub(crate) fn explain(
    view: &PeriodView<'_>,
    register: &str,
    account: &str,
    period: Period,
    measure: Option<&str>,
) -> Result<Explained, LedgerError> {
    let name = measure_meant(view.world, register, measure)?;
    known_account(view, account)?;
    let mut postings = view.ledger.postings(&PostingQuery {
        register: register.to_owned(),
        measure: Some(name.clone()),
        account: Some(account.to_owned()),
        within: Some((period.first(), period.last())),
        struck: true,
        ..PostingQuery::default()
    })?;
    postings.sort_by_key(|p| (p.event().is_none(), p.days(), p.event().map(|e| e.seq)));
    let mut groups: Vec<(String, Explained)> = Vec::new();
    for posting in &postings {
        let (key, head) = group_of(view, posting);
        let at = groups.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
            groups.push((key, head));
            groups.len() - 1
        });
        let group = &mut groups[at].1;
        if posting.counts() {
            group.amount = sum(group.amount, posting.amount);
        }
        group.children.push(leaf(view, posting)?);
    }
    let mut children: Vec<Explained> = groups.into_iter().map(|(_, group)| group).collect();
    let total = children.iter().fold(Amount::ZERO, |total, group| sum(total, group.amount));
    for unscored in concerning(view.ledger.unscored(Some(register))?, period) {
        if unscored.accounts.is_empty() || unscored.accounts.iter().any(|a| a == account) {
            children.push(plain(format!("{}: {unscored}", view.lang.of("未计分", "unscored")), Amount::ZERO));
        }
    }
    let title = title_of(view, account, period);
    let measure = measure_of(view.world, register, &name).title.or(&name);
    let forecast = if view.forecast { view.lang.of("（截至目前）", " (so far)") } else { "" };
    let root = plain(format!("{title} · {} · {period}{forecast}", view.lang.title(&measure)), total);
    let mut root = Explained { children, ..root };
    crate::explain::citation::cite(&mut root, &view.world.rules.generation, view.lang);
    Ok(root)
}

// The figures of one rule under one clause belong together.
fn group_of(view: &PeriodView<'_>, posting: &Posting) -> (String, Explained) {
    if let Origin::Adjustment(_) = posting.origin {
        let label = view.lang.of("对已结期间的调整", "changes to closed periods");
        return ("adjustment".to_owned(), plain(label.to_owned(), Amount::ZERO));
    }
    let rule = &posting.rule;
    let clause = posting.clause.clone().or_else(|| rule.clause.clone());
    let key = format!("{}#{} {:?}", rule.plugin, rule.registration, clause);
    let label = clause.clone().unwrap_or_else(|| format!("{} ({})", rule.plugin, rule.place()));
    (key, Explained { clause, ..of_rule(label, Amount::ZERO, rule) })
}

pub(crate) fn leaf(view: &PeriodView<'_>, posting: &Posting) -> Result<Explained, LedgerError> {
    let mut leaf = shallow(view, posting)?;
    leaf.children = explain_adjustment::reasons(view, posting)?;
    leaf.because = explain_inputs::because(view, posting)?;
    Ok(leaf)
}

fn sum(total: Amount, amount: Amount) -> Amount {
    [total, amount].into_iter().sum()
}
