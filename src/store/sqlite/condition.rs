//! The conditions of queries on records and deadlines. What is not asked for is not named: a condition that holds
//! either way finds no index.

use super::row;
use registrar_domain::storage::{DeadlineQuery, RecordQuery};
use rusqlite::types::Value as Sql;

/// The condition of a query on `entry`, but for its fields, with what stands for its question marks.
pub(super) fn fits(office: i64, query: &RecordQuery) -> (String, Vec<Sql>) {
    let mut condition = "office = ? AND register = ? AND created > 0".to_owned();
    let mut params = vec![Sql::Integer(office), Sql::Text(query.register.clone())];
    let marks = |count: usize| vec!["?"; count].join(", ");
    let texts = |texts: &[String]| texts.iter().cloned().map(Sql::Text).collect::<Vec<_>>();
    if let Some(after) = &query.after {
        condition.push_str(" AND id > ?");
        params.push(Sql::Text(after.clone()));
    }
    if !query.stages.is_empty() {
        condition.push_str(&format!(" AND stage IN ({})", marks(query.stages.len())));
        params.extend(texts(&query.stages));
    }
    if let Some((name, values)) = &query.owner {
        condition.push_str(&format!(" AND fields ->> ? IN ({})", marks(values.len())));
        params.push(Sql::Text(format!("$.\"{}\"", name.replace('"', ""))));
        params.extend(texts(values));
    }
    if !query.words.is_empty() {
        condition.push_str(" AND key IN (SELECT rowid FROM search WHERE search MATCH ?)");
        params.push(Sql::Text(expression(&query.words)));
    }
    (condition, params)
}

/// The statement that counts the records that fit a query, but for its fields.
pub(super) fn counting(office: i64, query: &RecordQuery) -> (String, Vec<Sql>) {
    let (condition, params) = fits(office, query);
    // Of many that hold a word, the index says all that is asked; the records lie far apart.
    let is_told = !query.words.is_empty() && query.stages.is_empty() && query.owner.is_none();
    let by = if is_told { "INDEXED BY entry_newest " } else { "" };
    (format!("SELECT count(*) FROM entry {by}WHERE {condition}"), params)
}

/// Deadlines with their records, in the order of the columns that `row::deadline` reads.
pub(super) const DEADLINES: &str =
    "SELECT e.register, e.id, d.name, d.start, d.due, d.why, d.handler, d.event, d.state
    FROM deadline d JOIN entry e ON e.key = d.entry";

/// The condition of a query on `deadline d` and its `entry e`, with what stands for its question marks. It names what
/// is asked for only: a condition that also holds where nothing is asked finds no index.
pub(super) fn wanted_deadlines(office: i64, query: &DeadlineQuery) -> (String, Vec<Sql>) {
    let mut condition = "d.office = ?".to_owned();
    let mut params = vec![Sql::Integer(office)];
    if let Some((register, id)) = &query.record {
        condition.push_str(" AND e.office = ? AND e.register = ? AND e.id = ?");
        params.extend([Sql::Integer(office), Sql::Text(register.clone()), Sql::Text(id.clone())]);
    }
    if !query.states.is_empty() {
        let states: Vec<_> = query.states.iter().map(|s| row::state_number(*s).to_string()).collect();
        condition.push_str(&format!(" AND d.state IN ({})", states.join(", ")));
    }
    if let Some(day) = query.due_before {
        condition.push_str(" AND d.due < ?");
        params.push(Sql::Text(day.to_string()));
    }
    (condition, params)
}

/// Runs of words as FTS5 writes them: each in quotes, so that nothing of it is an operator.
fn expression(phrases: &[String]) -> String {
    let quoted = |phrase: &String| {
        let (words, star) = phrase.strip_suffix('*').map_or((phrase.as_str(), ""), |words| (words, " *"));
        format!("\"{}\"{star}", words.replace('"', " "))
    };
    phrases.iter().map(quoted).collect::<Vec<_>>().join(" AND ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use registrar_domain::storage::DeadlineState;
    use rusqlite::{Connection, params_from_iter};

    /// How SQLite goes about a statement, in its own words.
    fn steps(sql: &str, params: Vec<Sql>) -> String {
        let folder = tempfile::tempdir().unwrap();
        drop(crate::SqliteStore::open(folder.path()).unwrap());
        let connection = Connection::open(folder.path().join("registrar.db")).unwrap();
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let rows = statement.query_map(params_from_iter(params), |row| row.get::<_, String>(3)).unwrap();
        rows.map(Result::unwrap).collect::<Vec<_>>().join("; ")
    }

    fn plan(query: &DeadlineQuery) -> String {
        let (condition, params) = wanted_deadlines(1, query);
        steps(&format!("{DEADLINES} WHERE {condition}"), params)
    }

    // A list shows fifty of a million: it must not sort them, nor read them to count them.
    #[test]
    fn the_newest_records_and_their_number_are_told_by_an_index() {
        let of = |stages: &[&str]| {
            let stages = stages.iter().map(|stage| (*stage).to_owned()).collect();
            let query = RecordQuery { register: "item".into(), stages, ..RecordQuery::default() };
            let (condition, params) = fits(1, &query);
            let (counting, counted) = counting(1, &query);
            let count = steps(&counting, counted);
            let page = format!("SELECT fields FROM entry WHERE {condition} ORDER BY key DESC LIMIT 50");
            (count, steps(&page, params))
        };
        let (count, page) = of(&[]);
        assert!(count.contains("USING COVERING INDEX entry_"), "{count}");
        assert!(page.contains("USING INDEX entry_newest") && !page.contains("TEMP B-TREE"), "{page}");
        let words =
            RecordQuery { register: "item".into(), words: vec!["water".into()], ..RecordQuery::default() };
        let (sql, params) = counting(1, &words);
        let count = steps(&sql, params);
        assert!(
            count.contains("USING COVERING INDEX entry_newest (office=? AND register=? AND key=?"),
            "{count}"
        );
        let (count, page) = of(&["open"]);
        assert!(count.contains("USING COVERING INDEX entry_stage"), "{count}");
        assert!(page.contains("USING INDEX entry_stage") && !page.contains("TEMP B-TREE"), "{page}");
    }

    // Asked with each action: the deadlines of all other records must not be looked at.
    #[test]
    fn the_deadlines_of_a_record_and_those_that_are_due_are_found_by_an_index() {
        let record = Some(("item".to_owned(), "r1".to_owned()));
        let of_record = plan(&DeadlineQuery { record: record.clone(), ..DeadlineQuery::default() });
        assert!(of_record.contains("(office=? AND register=? AND id=?)"), "{of_record}");
        assert!(of_record.contains("SEARCH d USING PRIMARY KEY (entry=?)"), "{of_record}");
        let states = DeadlineState::RUNNING.to_vec();
        let running = plan(&DeadlineQuery { record, states: states.clone(), due_before: None });
        assert!(running.contains("SEARCH d USING PRIMARY KEY (entry=?)"), "{running}");
        let due_before = Some(jiff::civil::date(2023, 3, 1));
        let due = plan(&DeadlineQuery { record: None, states, due_before });
        assert!(due.contains("deadline_due (office=? AND state=? AND due<?)"), "{due}");
    }
}
