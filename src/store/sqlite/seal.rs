//! Seals over tables that can't be derived anew from the log, or not exactly: the sum of a hash of each row, kept by
//! triggers in the same transaction. A row that something else than this program wrote, changed or took away leaves
//! the sum as it was, and is told by `verify`. Other programs can't even write: the triggers call a function that
//! only this one has.

use super::doing;
use registrar_domain::Stored;
use rusqlite::{Connection, Row, Rows, Statement, functions::FunctionFlags, types::ValueRef};
use std::fmt::Write;

/// A table, and what of its rows is sealed. A step of the schema that gives it other columns drops its triggers and
/// its row of `seal`, and is sealed anew at the end of that step.
pub(super) struct Seal {
    pub table: &'static str,
    pub columns: &'static str,
}

/// Of `registrar.db`; records and events are derived and chained.
pub(super) const OFFICES: &[Seal] = &[
    Seal { table: "office", columns: "key, name" },
    Seal { table: "deadline", columns: "office, entry, name, start, due, why, handler, event, state" },
    Seal { table: "cursor", columns: "office, name, seq" },
    Seal { table: "outbox", columns: "office, seq" },
    Seal { table: "delivery", columns: "office, handler, seq, attempts, next_at, error" },
    Seal { table: "sequence", columns: "office, name, value" },
    Seal { table: "receipt", columns: "office, key, request, first, last" },
    Seal { table: "bypass", columns: "office, plugin, until, reason, by" },
    // Their contents are held against their hashes.
    Seal { table: "file", columns: "key, office, hash, length(content)" },
];

/// Of `plugins.db`.
pub(super) const PLUGINS: &[Seal] = &[
    Seal { table: "state", columns: "office, plugin, key, value" },
    Seal { table: "version", columns: "key, office, plugin, content_hash, live" },
    Seal { table: "version_file", columns: "version, path, content" },
];

/// Of `accounts.db`.
pub(super) const ACCOUNTS: &[Seal] = &[
    Seal { table: "account", columns: "office, person, hash, failures, locked_until, changed" },
    Seal { table: "session", columns: "key, office, person, body, expires" },
    Seal { table: "view", columns: "office, person, register, name, question" },
];

/// The function of the triggers: a hash of its arguments.
const HASH: &str = "registrar_seal";
/// Adds and takes away without ever overflowing.
const ADD: &str = "registrar_seal_add";

/// Gives a connection that writes the functions of the triggers.
pub(super) fn functions(connection: &Connection) -> rusqlite::Result<()> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function(HASH, -1, flags, |context| {
        Ok(hash((0..context.len()).map(|at| context.get_raw(at))))
    })?;
    connection.create_scalar_function(ADD, 3, flags, |context| {
        let (sum, hash, times) = (context.get::<i64>(0)?, context.get::<i64>(1)?, context.get::<i64>(2)?);
        Ok(sum.wrapping_add(hash.wrapping_mul(times)))
    })?;
    // What REPLACE takes away is taken away from the sum as well.
    connection.pragma_update(None, "recursive_triggers", true)
}

fn hash<'a>(values: impl Iterator<Item = ValueRef<'a>>) -> i64 {
    let mut hasher = blake3::Hasher::new();
    for value in values {
        match value {
            ValueRef::Null => hasher.update(b"n"),
            ValueRef::Integer(n) => hasher.update(b"i").update(&n.to_le_bytes()),
            ValueRef::Real(n) => hasher.update(b"r").update(&n.to_le_bytes()),
            ValueRef::Text(bytes) => sized(&mut hasher, b"t", bytes),
            ValueRef::Blob(bytes) => sized(&mut hasher, b"b", bytes),
        };
    }
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    i64::from_le_bytes(first)
}

fn sized<'h>(hasher: &'h mut blake3::Hasher, kind: &[u8], bytes: &[u8]) -> &'h mut blake3::Hasher {
    hasher.update(kind).update(&(bytes.len() as u64).to_le_bytes()).update(bytes)
}

impl Seal {
    /// `'deadline', NEW.office, NEW.entry, …`
    fn of_row(&self, row: &str) -> String {
        let mut all = format!("'{}'", self.table);
        for column in self.columns.split(", ") {
            let _ = match column.split_once('(') {
                Some((function, inner)) => write!(all, ", {function}({row}.{inner}"),
                None => write!(all, ", {row}.{column}"),
            };
        }
        all
    }

    /// Its triggers, by name.
    fn triggers(&self) -> Vec<(String, String)> {
        let table = self.table;
        let (new, old) = (self.of_row("NEW"), self.of_row("OLD"));
        let change = |row: &str, times: i32| {
            format!("UPDATE seal SET sum = {ADD}(sum, {HASH}({row}), {times}) WHERE name = '{table}';")
        };
        let (add, take) = (change(&new, 1), change(&old, -1));
        [("insert", add.clone()), ("delete", take.clone()), ("update", format!("{take} {add}"))]
            .into_iter()
            .map(|(event, body)| {
                let name = format!("seal_{table}_{event}");
                let upper = event.to_uppercase();
                let sql = format!("CREATE TRIGGER {name} AFTER {upper} ON {table} BEGIN {body} END");
                (name, sql)
            })
            .collect()
    }

    /// The sum over the rows that are there.
    fn sum(&self, connection: &Connection) -> rusqlite::Result<i64> {
        let sql = format!("SELECT {} FROM {}", self.columns, self.table);
        let mut statement: Statement<'_> = connection.prepare(&sql)?;
        let count = statement.column_count();
        let mut rows: Rows<'_> = statement.query([])?;
        let mut sum = 0i64;
        while let Some(row) = rows.next()? {
            let row: &Row<'_> = row;
            let cells = (0..count).map(|at| row.get_ref(at)).collect::<rusqlite::Result<Vec<_>>>()?;
            let table = std::iter::once(ValueRef::Text(self.table.as_bytes()));
            sum = sum.wrapping_add(hash(table.chain(cells)));
        }
        Ok(sum)
    }
}

/// Seals the tables that are not sealed yet, with what they hold now; while the schema is brought up to date only.
pub(super) fn install(connection: &Connection, seals: &[Seal]) -> rusqlite::Result<()> {
    for seal in seals {
        let known: i64 =
            connection
                .query_row("SELECT count(*) FROM seal WHERE name = ?1", [seal.table], |row| row.get(0))?;
        if known > 0 {
            continue;
        }
        connection.execute(
            "INSERT INTO seal (name, sum) VALUES (?1, ?2)",
            rusqlite::params![seal.table, seal.sum(connection)?],
        )?;
        for (_, sql) in seal.triggers() {
            connection.execute_batch(&sql)?;
        }
    }
    Ok(())
}

/// What was changed past this program, by table.
pub(super) fn broken(connection: &Connection, file: &str, seals: &[Seal]) -> Stored<Vec<String>> {
    let look = || -> rusqlite::Result<Vec<String>> {
        let mut found = Vec::new();
        let said = |table: &str, what: &str| {
            format!(
                "{file}: {what} `{table}` past this program; compare it with a backup and restore that, for what \
                 was changed can't be told from the rest"
            )
        };
        for seal in seals {
            let kept =
                connection.query_row("SELECT sum FROM seal WHERE name = ?1", [seal.table], |row| row.get(0));
            match kept {
                Ok(sum) if seal.sum(connection)? == sum => {}
                Ok::<i64, _>(_) => found.push(said(seal.table, "rows were changed in the table")),
                Err(rusqlite::Error::QueryReturnedNoRows) => {
                    found.push(said(seal.table, "the seal was taken away from the table"));
                }
                Err(other) => return Err(other),
            }
            let mut trigger = connection.prepare_cached(
                "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name = ?1 AND sql = ?2",
            )?;
            for (name, sql) in seal.triggers() {
                if trigger.query_row([&name, &sql], |row| row.get::<_, i64>(0))? == 0 {
                    found.push(said(
                        seal.table,
                        &format!("the trigger {name} was changed or taken away from the table"),
                    ));
                }
            }
        }
        Ok(found)
    };
    look().map_err(doing("comparing tables with their seals"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEALS: &[Seal] = &[Seal { table: "thing", columns: "key, name, length(body)" }];

    fn connection() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        functions(&connection).unwrap();
        connection
            .execute_batch(
                "CREATE TABLE seal (name TEXT PRIMARY KEY, sum INTEGER NOT NULL) STRICT, WITHOUT ROWID;
                 CREATE TABLE thing (key INTEGER PRIMARY KEY, name TEXT, body BLOB) STRICT;
                 INSERT INTO thing VALUES (1, 'one', x'00');",
            )
            .unwrap();
        install(&connection, SEALS).unwrap();
        connection
    }

    #[test]
    fn what_this_program_writes_keeps_the_seal_whole() {
        let connection = connection();
        for sql in [
            "INSERT INTO thing VALUES (2, NULL, x''), (3, 'three', NULL)",
            "UPDATE thing SET name = 'two' WHERE key = 2",
            "UPDATE thing SET key = 9 WHERE key = 3",
            "INSERT OR REPLACE INTO thing VALUES (2, 'again', x'0102')",
            "INSERT INTO thing VALUES (2, 'x', x'') ON CONFLICT (key) DO UPDATE SET name = 'upserted'",
            "INSERT INTO thing VALUES (2, 'x', x'') ON CONFLICT DO NOTHING",
            "DELETE FROM thing WHERE key = 1",
            "DELETE FROM thing",
        ] {
            connection.execute_batch(sql).unwrap();
            assert_eq!(broken(&connection, "x.db", SEALS).unwrap(), Vec::<String>::new(), "{sql}");
        }
    }

    #[test]
    fn what_something_else_does_is_told() {
        for (sql, told) in [
            ("UPDATE thing SET name = 'other'", "rows were changed"),
            ("DELETE FROM thing", "rows were changed"),
            ("INSERT INTO thing VALUES (2, 'two', x'')", "rows were changed"),
            ("DELETE FROM seal", "the seal was taken away"),
            ("UPDATE seal SET sum = sum + 1", "rows were changed"),
        ] {
            let connection = connection();
            let triggers = SEALS[0].triggers();
            for (name, _) in &triggers {
                connection.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
            }
            connection.execute_batch(sql).unwrap();
            let found = broken(&connection, "x.db", SEALS).unwrap();
            assert!(found[0].contains(told) && found.len() == 4, "{sql}: {found:?}");
            for (_, sql) in &triggers {
                connection.execute_batch(sql).unwrap();
            }
            let found = broken(&connection, "x.db", SEALS).unwrap();
            assert!(found[0].contains(told) && found.len() == 1, "{sql}: {found:?}");
        }
        // Without the function nothing can be written at all.
        let connection = connection();
        connection.remove_function(HASH, -1).unwrap();
        let refused = connection.execute_batch("UPDATE thing SET name = 'other'").unwrap_err();
        assert!(refused.to_string().contains(HASH), "{refused}");
    }
}
