//! What someone sees of the figures. Rankings are published to whoever works in a register; what a
//! figure is made of, and what people are paid, is for those within whose reach the account lies.

use crate::{
    access::{Principal, Reach},
    action::ActError,
    error::KernelError,
    ledger_service::LedgerService,
};
use registrar_domain::{Period, Register};
use registrar_ledger::{Award, Explained, Lang, QuotaSheet, Standing, StandingQuery};
use registrar_sdk::Value;
use std::sync::Arc;

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

impl LedgerService {
    /// [`LedgerService::standing`], as far as someone may see it: of a measure whose accounts are people,
    /// only their own.
    ///
    /// # Errors
    /// As there; or the register is not for them.
    pub fn standing_seen(&self, by: &Principal, query: &StandingQuery) -> Result<Standing, ActError> {
        let (register, reach) = self.opened(by, &query.register)?;
        Ok(within(by, &register, &reach, self.standing(query)?))
    }

    /// What `host.standing` answers: as the ledger stands now, since a script may ask within an action.
    ///
    /// # Errors
    /// As [`LedgerService::standing_seen`].
    pub(crate) fn told_standing(&self, by: &Principal, of: &Value) -> Result<Value, ActError> {
        let text = |key: &str| of.get(key).as_str().map(str::to_owned);
        let query = StandingQuery {
            register: text("register").unwrap_or_default(),
            period: period(of)?,
            measure: text("measure"),
            pool: text("pool"),
            tag: text("tag"),
        };
        let (register, reach) = self.opened(by, &query.register)?;
        let standing = within(by, &register, &reach, self.ledger().standing(&*self.office()?, &query)?);
        Ok(Value::List(standing.rows.iter().map(|row| row.to_value(&standing.measure)).collect()))
    }

    /// What `host.awards` answers.
    ///
    /// # Errors
    /// As [`LedgerService::awards_seen`].
    pub(crate) fn told_awards(&self, by: &Principal, of: &Value) -> Result<Value, ActError> {
        let register = of.get("register").as_str().unwrap_or_default();
        let period = period(of)?;
        let (_, reach) = self.opened(by, register)?;
        whole(register, &reach)?;
        let awards = self.ledger().awards(&*self.office()?, register, period)?;
        Ok(Value::List(awards.iter().map(Award::to_value).collect()))
    }

    /// What a script is told of quotas: whose they are within whose reach.
    pub(crate) fn told_quotas(&self, by: &Principal, of: &Value) -> Result<Value, ActError> {
        let register = of.get("register").as_str().unwrap_or_default();
        let (period, account) = (period(of)?, of.get("account").as_str());
        let (definition, _) = self.opened(by, register)?;
        let measure = of.get("measure").as_str().unwrap_or("points");
        let office = self.office()?;
        let sheet = self.ledger().quota_sheet(&*office, register, measure, period, office.today())?;
        let wanted = |of: &str| account.is_none_or(|one| one == of) && by.may_open_account(&definition, of);
        if let Some((account, why)) = sheet.faults.iter().find(|(account, _)| wanted(account)) {
            return Err(ActError::Kernel(KernelError::Refused(format!("{account}: {why}"))));
        }
        let mut told = Vec::new();
        for row in sheet.rows.iter().filter(|row| wanted(&row.account)) {
            for (period, cell) in sheet.periods.iter().zip(&row.cells) {
                let Some(cell) = cell else { continue };
                told.push(Value::map([
                    ("account", Value::text(&row.account)),
                    ("name", Value::text(&row.name)),
                    ("title", row.title.to_value()),
                    ("period", Value::text(period.to_string())),
                    ("owed", Value::Amount(cell.owed)),
                    ("have", Value::Amount(cell.have)),
                    ("short", Value::Amount(cell.short)),
                    ("met", Value::Bool(cell.met)),
                    ("over", Value::Bool(cell.over)),
                    ("clause", cell.clause.as_deref().map_or(Value::Nil, Value::text)),
                ]));
            }
        }
        Ok(Value::List(told))
    }

    /// [`LedgerService::quota_sheet`] for someone: whose they are within whose reach.
    ///
    /// # Errors
    /// As there; or the register is not for them.
    pub fn quota_sheet_seen(
        &self,
        by: &Principal,
        register: &str,
        measure: &str,
        within: Period,
    ) -> Result<QuotaSheet, ActError> {
        let (definition, _) = self.opened(by, register)?;
        let mut sheet = self.quota_sheet(register, measure, within)?;
        sheet.rows.retain(|row| by.may_open_account(&definition, &row.account));
        sheet.faults.retain(|(account, _)| by.may_open_account(&definition, account));
        Ok(sheet)
    }

    /// [`LedgerService::explain`] for someone.
    ///
    /// # Errors
    /// As there; or the account is not within their reach.
    pub fn explain_seen(&self, by: &Principal, of: &FigureQuery, lang: Lang) -> Result<Explained, ActError> {
        let (register, _) = self.opened(by, &of.register)?;
        if !by.may_open_account(&register, &of.account) {
            let why = format!("the figures of \"{}\" are not within the role's reach", of.account);
            return Err(ActError::Denied(why));
        }
        Ok(self.explain(&of.register, &of.account, of.period, of.measure.as_deref(), lang)?)
    }

    /// [`LedgerService::explain_rank`] for someone: it shows the figures of those beside the account.
    ///
    /// # Errors
    /// As there; or the register is not for them as a whole.
    pub fn explain_rank_seen(
        &self,
        by: &Principal,
        query: &StandingQuery,
        account: &str,
        lang: Lang,
    ) -> Result<Explained, ActError> {
        match self.opened(by, &query.register)? {
            (_, Reach::Office) => Ok(self.explain_rank(query, account, lang)?),
            _ => Err(ActError::Denied("who is ranked how takes a role in the whole office".to_owned())),
        }
    }

    /// [`LedgerService::awards`] for someone who sees all that they are chosen from.
    ///
    /// # Errors
    /// As there; or the register is not for them as a whole.
    pub fn awards_seen(
        &self,
        by: &Principal,
        register: &str,
        period: Period,
    ) -> Result<Vec<Award>, ActError> {
        whole(register, &self.opened(by, register)?.1)?;
        Ok(self.awards(register, period)?)
    }

    fn opened(&self, by: &Principal, register: &str) -> Result<(Arc<Register>, Reach), ActError> {
        let register = self.office()?.registers().find(register)?.clone();
        match by.may_open(&register) {
            Some(reach) => Ok((register, reach)),
            None => Err(ActError::Denied(format!("{} is not for whoever asks", register.id))),
        }
    }
}

/// As much of a standing as someone may see.
fn within(by: &Principal, register: &Register, reach: &Reach, mut standing: Standing) -> Standing {
    let personal = register.measures.get(&standing.measure).is_some_and(|measure| measure.person);
    if *reach != Reach::Office {
        if personal {
            standing.rows.retain(|row| by.may_open_account(register, &row.account));
        }
        // They name records of others.
        standing.faults.clear();
    }
    standing
}

fn whole(register: &str, reach: &Reach) -> Result<(), ActError> {
    match reach {
        Reach::Office => Ok(()),
        Reach::Units(_) => {
            Err(ActError::Denied(format!("the awards of {register} take a role in the whole office")))
        }
    }
}

fn period(of: &Value) -> Result<Period, ActError> {
    let id = of.get("period").as_str().unwrap_or_default();
    id.parse()
        .map_err(|why: registrar_domain::period::NotAPeriod| KernelError::Refused(why.to_string()).into())
}
