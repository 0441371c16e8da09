//! Accounts and sessions, in a file of their own: who signs in never waits for the offices' writer,
//! and a copy of the offices' rows has no secrets.

use super::{doing, held};
use registrar_domain::{
    OfficeKey, Stored,
    account_store::{Account, AccountStore, BrowserSession, SavedView, SessionKey},
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::sync::{Mutex, MutexGuard};

pub(super) struct AccountFile(Mutex<Connection>);

impl AccountFile {
    pub fn new(connection: Connection) -> AccountFile {
        AccountFile(Mutex::new(connection))
    }

    fn file(&self) -> MutexGuard<'_, Connection> {
        held(&self.0)
    }
}

fn account(row: &Row<'_>, from: usize) -> rusqlite::Result<Account> {
    Ok(Account {
        hash: row.get(from)?,
        failures: row.get(from + 1)?,
        locked_until: row.get(from + 2)?,
        changed: row.get(from + 3)?,
    })
}

impl AccountStore for AccountFile {
    fn account(&self, office: OfficeKey, person: &str) -> Stored<Option<Account>> {
        let sql =
            "SELECT hash, failures, locked_until, changed FROM account WHERE office = ?1 AND person = ?2";
        self.file()
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row(params![office.0, person], |row| account(row, 0)).optional())
            .map_err(doing("reading an account"))
    }

    fn put_account(&self, office: OfficeKey, person: &str, account: &Account) -> Stored<()> {
        let sql = "INSERT OR REPLACE INTO account (office, person, hash, failures, locked_until, changed)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let Account { hash, failures, locked_until, changed } = account;
        let params = params![office.0, person, hash, failures, locked_until, changed];
        self.file().execute(sql, params).map(drop).map_err(doing("writing an account"))
    }

    fn remove_account(&self, office: OfficeKey, person: &str) -> Stored<bool> {
        self.remove_sessions(office, person)?;
        let sql = "DELETE FROM account WHERE office = ?1 AND person = ?2";
        let gone = self.file().execute(sql, params![office.0, person]);
        gone.map(|count| count > 0).map_err(doing("removing an account"))
    }

    fn accounts(&self, office: OfficeKey) -> Stored<Vec<(String, Account)>> {
        let sql = "SELECT person, hash, failures, locked_until, changed FROM account
            WHERE office = ?1 ORDER BY person";
        let file = self.file();
        let all = || {
            let mut statement = file.prepare_cached(sql)?;
            let rows = statement.query_map([office.0], |row| Ok((row.get(0)?, account(row, 1)?)))?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        all().map_err(doing("listing the accounts"))
    }

    fn session(&self, key: &SessionKey, now: i64) -> Stored<Option<BrowserSession>> {
        let sql = "SELECT office, person, body, expires FROM session WHERE key = ?1 AND expires > ?2";
        let read = |row: &Row<'_>| {
            let (office, person): (Option<i64>, Option<String>) = (row.get(0)?, row.get(1)?);
            let person = office.map(OfficeKey).zip(person);
            Ok(BrowserSession { person, body: row.get(2)?, expires: row.get(3)? })
        };
        self.file()
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row(params![key.as_slice(), now], read).optional())
            .map_err(doing("reading a session"))
    }

    fn put_session(&self, key: &SessionKey, session: &BrowserSession, fresh: bool) -> Stored<bool> {
        let or = if fresh { "IGNORE" } else { "REPLACE" };
        let sql = format!(
            "INSERT OR {or} INTO session (key, office, person, body, expires) VALUES (?1, ?2, ?3, ?4, ?5)"
        );
        let (office, person) = session.person.as_ref().map(|(office, person)| (office.0, person)).unzip();
        let params = params![key.as_slice(), office, person, session.body, session.expires];
        self.file().execute(&sql, params).map(|count| count > 0).map_err(doing("writing a session"))
    }

    fn remove_session(&self, key: &SessionKey) -> Stored<()> {
        let gone = self.file().execute("DELETE FROM session WHERE key = ?1", [key.as_slice()]);
        gone.map(drop).map_err(doing("ending a session"))
    }

    fn remove_sessions(&self, office: OfficeKey, person: &str) -> Stored<()> {
        let sql = "DELETE FROM session WHERE office = ?1 AND person = ?2";
        self.file().execute(sql, params![office.0, person]).map(drop).map_err(doing("ending sessions"))
    }

    fn sweep_sessions(&self, now: i64) -> Stored<()> {
        let gone = self.file().execute("DELETE FROM session WHERE expires <= ?1", [now]);
        gone.map(drop).map_err(doing("sweeping sessions"))
    }

    fn views(&self, office: OfficeKey, person: &str) -> Stored<Vec<SavedView>> {
        let sql = "SELECT register, name, question FROM view WHERE office = ?1 AND person = ?2
            ORDER BY register, name";
        let file = self.file();
        let all = || {
            let mut statement = file.prepare_cached(sql)?;
            let view = |row: &Row<'_>| {
                Ok(SavedView { register: row.get(0)?, name: row.get(1)?, question: row.get(2)? })
            };
            let rows = statement.query_map(params![office.0, person], view)?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        all().map_err(doing("listing views"))
    }

    fn put_view(&self, office: OfficeKey, person: &str, view: &SavedView) -> Stored<()> {
        let SavedView { register, name, question } = view;
        let file = self.file();
        let done = match question.is_empty() {
            true => file.execute(
                "DELETE FROM view WHERE office = ?1 AND person = ?2 AND register = ?3 AND name = ?4",
                params![office.0, person, register, name],
            ),
            false => file.execute(
                "INSERT OR REPLACE INTO view (office, person, register, name, question)
                    VALUES (?1, ?2, ?3, ?4, ?5)",
                params![office.0, person, register, name, question],
            ),
        };
        done.map(drop).map_err(doing("keeping a view"))
    }
}
