//! Sums of postings and counts of events: of whole months as they are kept, else of what is in pages.

use super::{row::get, tx::LedgerTx, wanted::Wanted};
use jiff::civil::Date;
use registrar_domain::Stored;
use registrar_ledger::{
    Code, CountQuery, CountedEvent, LedgerRead, PostingQuery, Total, model::page::day_number,
};
use registrar_sdk::Amount;
use rusqlite::{params, params_from_iter};
use std::collections::BTreeMap;

/// Whether days are those of whole months, of which sums and counts are kept.
fn are_whole_months((first, last): (Date, Date)) -> bool {
    first.day() == 1 && last == last.last_of_month()
}

/// Account, measure and tag.
pub(super) type SumOf = (String, String, Option<String>);
pub(super) type SumRows = BTreeMap<SumOf, i128>;

impl LedgerTx<'_> {
    /// Sums of postings in pages: of whole months as they are kept, else of the postings.
    pub(super) fn sums_of_pages(&self, query: &PostingQuery, sums: &mut SumRows) -> Stored<()> {
        if !query.within.is_none_or(are_whole_months) {
            return self.in_pages(query, &mut |posting| {
                let key = (posting.account, posting.measure, posting.tag);
                *sums.entry(key).or_default() += i128::from(posting.amount.micros());
            });
        }
        let Some(wanted) = Wanted::of(self, query) else { return Ok(()) };
        let (first, last) = wanted.days.unzip();
        let sql = "SELECT account, measure, tag, sum(amount) FROM sum WHERE register = ?1 \
            AND (?2 IS NULL OR measure = ?2) AND (?3 IS NULL OR account = ?3) AND (?4 IS NULL OR tag = ?4) \
            AND (?5 IS NULL OR (first >= ?5 AND last <= ?6)) GROUP BY account, measure, tag";
        let name = |code: Code| self.names().text(code).map(|text| text.to_string());
        let params = params![wanted.register, wanted.measure, wanted.account, wanted.tag, first, last];
        let rows = self.all(sql, params, |row| {
            let codes: (Code, Code, Code) = (get(row, 0)?, get(row, 1)?, get(row, 2)?);
            Ok((codes, get::<i64>(row, 3)?))
        })?;
        for ((account, measure, tag), amount) in rows {
            let key = (name(account).unwrap_or_default(), name(measure).unwrap_or_default(), name(tag));
            *sums.entry(key).or_default() += i128::from(amount);
        }
        Ok(())
    }
}

impl LedgerTx<'_> {
    /// What [`LedgerRead::count_owned`] counts.
    pub(super) fn owned_of(&self, of: &CountQuery) -> Stored<u64> {
        if !are_whole_months(of.days) {
            let owned = self.owned(&of.register, &of.account, of.days.0, of.days.1)?;
            let fits = |entry: &&CountedEvent| {
                of.action.as_ref().is_none_or(|action| *action == entry.action)
                    && (!of.first || entry.nth == 1)
            };
            return Ok(owned.iter().filter(fits).count() as u64);
        }
        self.settle()?;
        let known = |text: &str| self.names().known(text);
        let action = of.action.as_deref().map(known);
        let (Some(register), Some(account), false) =
            (known(&of.register), known(&of.account), action == Some(None))
        else {
            return Ok(0);
        };
        let mut sql = "SELECT coalesce(sum(count), 0) FROM owned \
            WHERE register = ?1 AND account = ?2 AND month BETWEEN ?3 AND ?4"
            .to_owned();
        sql.push_str(if of.first { " AND again = 0" } else { "" });
        let days = of.days;
        let bound =
            [i64::from(register), account.into(), day_number(days.0).into(), day_number(days.1).into()];
        let action = action.flatten().map(i64::from);
        sql.push_str(if action.is_some() { " AND action = ?5" } else { "" });
        let bound = bound.into_iter().chain(action);
        let count = self.all(&sql, params_from_iter(bound), |row| get::<i64>(row, 0))?;
        Ok(count.into_iter().sum::<i64>().max(0) as u64)
    }
}

/// Sums with their names.
pub(super) fn totals_of(sums: SumRows) -> Stored<Vec<Total>> {
    let total = |((account, measure, tag), amount): (SumOf, i128)| {
        let amount = i64::try_from(amount).map_err(|_| super::pages::beyond())?;
        Ok(Total { account, measure, tag, amount: Amount::from_micros(amount) })
    };
    sums.into_iter().map(total).collect()
}
