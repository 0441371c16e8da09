//! Figures as someone sees them. Rankings are published to whoever works in a register; what a figure is
//! made of, and what people are paid, is for those within whose reach the account lies.

use super::OfficeView;
use crate::{access::Reach, error::KernelError, office::Office};
use registrar_domain::{Lang, Period, Register};
use registrar_ledger::{
    Award, Closing, Explained, Ledger, QuotaSheet, Standing, StandingQuery, Unscored,
    rules::{Probe, of_log},
};
use registrar_sdk::{Amount, Value};

/// An account's figure.
#[derive(Clone, Debug)]
pub struct FigureQuery {
    /// The register.
    pub register: String,
    /// The account.
    pub account: String,
    /// The period.
    pub period: Period,
    /// The measure; `None`: `points`, or the register's only one.
    pub measure: Option<String>,
}

/// The ledger as someone sees it.
#[derive(Clone, Copy)]
pub struct FigureView<'a> {
    view: OfficeView<'a>,
    ledger: &'a Ledger,
}

impl<'a> OfficeView<'a> {
    /// The figures, with all that is committed taken in.
    ///
    /// # Errors
    /// The office has no ledger, or the store failed.
    pub fn figures(&self) -> Result<FigureView<'a>, KernelError> {
        Ok(FigureView { view: *self, ledger: self.office.caught_up()? })
    }

    /// The figures as the ledger stands now: a script may ask within an action, which holds the log.
    ///
    /// # Errors
    /// The office has no ledger.
    pub(crate) fn figures_so_far(&self) -> Result<FigureView<'a>, KernelError> {
        Ok(FigureView { view: *self, ledger: self.office.kept_ledger()? })
    }
}

impl OfficeView<'_> {
    /// The last live events of the log, at most `most`, each with its record, as cases to try rules with; for who
    /// sees the whole office.
    ///
    /// # Errors
    /// It is not for them, or the store failed.
    pub fn latest_cases(&self, most: usize) -> Result<Vec<Probe>, KernelError> {
        self.whole("the log as a whole")?;
        Ok(of_log(&*self.office.read()?, &self.office.registers(), most)?)
    }
}

impl FigureView<'_> {
    fn office(&self) -> &Office {
        self.view.office
    }

    /// [`Ledger::standing`]; of a measure whose accounts are people, only their own.
    ///
    /// # Errors
    /// As there; or the register is not for them.
    pub fn standing(&self, query: &StandingQuery) -> Result<Standing, KernelError> {
        let (register, reach) = self.view.opened(&query.register)?;
        let mut standing = self.ledger.standing(self.office(), query)?;
        if reach != Reach::Office {
            if register.measures.get(&standing.measure).is_some_and(|measure| measure.person) {
                standing.rows.retain(|row| self.view.by.may_open_account(&register, &row.account));
            }
            // They name records of others.
            standing.faults.clear();
        }
        Ok(standing)
    }

    /// [`Ledger::quota_sheet`] as of today: whose they are within whose reach.
    ///
    /// # Errors
    /// As there; or the register is not for them.
    pub fn quota_sheet(
        &self,
        register: &str,
        measure: &str,
        within: Period,
    ) -> Result<QuotaSheet, KernelError> {
        let (definition, _) = self.view.opened(register)?;
        let office = self.office();
        let mut sheet = self.ledger.quota_sheet(office, register, measure, within, office.today())?;
        sheet.rows.retain(|row| self.view.by.may_open_account(&definition, &row.account));
        sheet.faults.retain(|(account, _)| self.view.by.may_open_account(&definition, account));
        Ok(sheet)
    }

    /// [`Ledger::explain`], of an account within their reach.
    ///
    /// # Errors
    /// As there; or the account is not for them.
    pub fn explain(&self, of: &FigureQuery, lang: Lang) -> Result<Explained, KernelError> {
        let (register, _) = self.view.opened(&of.register)?;
        if !self.view.by.may_open_account(&register, &of.account) {
            let why = format!("the figures of \"{}\" are not within the role's reach", of.account);
            return Err(KernelError::denied(why));
        }
        let measure = of.measure.as_deref();
        Ok(self.ledger.explain(self.office(), &of.register, &of.account, of.period, measure, lang)?)
    }

    /// [`Ledger::explain_rank`]: it shows the figures of those beside the account.
    ///
    /// # Errors
    /// As there; or the register is not for them as a whole.
    pub fn explain_rank(
        &self,
        query: &StandingQuery,
        account: &str,
        lang: Lang,
    ) -> Result<Explained, KernelError> {
        self.whole(&query.register, "who is ranked how")?;
        Ok(self.ledger.explain_rank(self.office(), query, account, lang)?)
    }

    /// [`Ledger::awards`], for who sees all that they are chosen from.
    ///
    /// # Errors
    /// As there; or the register is not for them as a whole.
    pub fn awards(&self, register: &str, period: Period) -> Result<Vec<Award>, KernelError> {
        self.whole(register, &format!("the awards of {register}"))?;
        Ok(self.ledger.awards(self.office(), register, period)?)
    }

    /// [`Ledger::explain_awards`], for who sees all that they are chosen from.
    ///
    /// # Errors
    /// As there; or the register is not for them as a whole.
    pub fn explain_awards(
        &self,
        register: &str,
        period: Period,
        lang: Lang,
    ) -> Result<Explained, KernelError> {
        self.whole(register, &format!("the awards of {register}"))?;
        Ok(self.ledger.explain_awards(self.office(), register, period, lang)?)
    }

    /// What a measure's postings come to, as `account` and `tag` of `of` choose them. A sum tells of records
    /// that are not seen: it is for those who see them all, or of an account of their own.
    ///
    /// # Errors
    /// It is not for them, or can't be said.
    pub(crate) fn sum(
        &self,
        register: &Register,
        period: Period,
        measure: &str,
        of: &Value,
    ) -> Result<Amount, KernelError> {
        match of.get("account").as_str() {
            Some(account) if self.view.by.may_open_account(register, account) => {}
            None if self.view.by.may_open(register) == Some(Reach::Office) => {}
            account => {
                return Err(KernelError::denied(format!(
                    "{} is not for whoever asks; name an account of theirs",
                    account.unwrap_or("the sum of all accounts")
                )));
            }
        }
        self.office().sum(&register.id, period, measure, of)
    }

    /// [`Ledger::periods`], for who sees the whole office.
    ///
    /// # Errors
    /// As there; or it is not for them.
    pub fn periods(&self) -> Result<Vec<Closing>, KernelError> {
        self.view.whole("what was closed")?;
        Ok(self.ledger.periods(self.office())?)
    }

    /// [`Ledger::unscored`], for who sees the whole office.
    ///
    /// # Errors
    /// As there; or it is not for them.
    pub fn unscored(&self, register: Option<&str>) -> Result<Vec<Unscored>, KernelError> {
        self.view.whole("what could not be scored")?;
        Ok(self.ledger.unscored(register)?)
    }

    /// [`Ledger::digest`]: of all figures, and of none can it be said which.
    ///
    /// # Errors
    /// As there.
    pub fn digest(&self) -> Result<String, KernelError> {
        Ok(self.ledger.digest()?)
    }

    fn whole(&self, register: &str, what: &str) -> Result<(), KernelError> {
        match self.view.opened(register)?.1 {
            Reach::Office => Ok(()),
            Reach::Units(_) => Err(KernelError::denied(format!("{what} takes a role in the whole office"))),
        }
    }
}
