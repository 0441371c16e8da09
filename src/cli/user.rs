//! `user`: who can sign in to the pages, and their passwords. People themselves are in the directory.

use super::{DONE, NO, WRONG_USE, args::UserCommand, output::Output};
use anyhow::Result;
use registrar_app::{App, OpenOffice, pages::accounts};
use serde_json::json;

/// Runs the command; a password is what was read from standard input.
pub fn run(
    app: &App,
    opened: &OpenOffice,
    command: Option<&UserCommand>,
    input: &str,
    output: &mut Output<'_>,
) -> Result<u8> {
    match command {
        None => list(app, opened, output),
        Some(UserCommand::Password { person }) => password(app, opened, person, input, output),
        Some(UserCommand::Remove { person }) => {
            if accounts(app, opened).remove(person)? {
                output.line(format!("{person} can't sign in any more, and is signed out."));
                return Ok(DONE);
            }
            output.note(format!("{person} has no password here; `registrar user` lists who has"));
            Ok(NO)
        }
    }
}

fn list(app: &App, opened: &OpenOffice, output: &mut Output<'_>) -> Result<u8> {
    let (directory, today) = (opened.office.directory(), opened.office.today());
    let now = now();
    let accounts = accounts(app, opened);
    let locked = |person: &str| accounts.clients_locked(person, now);
    let rows: Vec<_> = accounts.all()?;
    if output.json {
        let row = |(id, account): &(String, registrar_domain::account_store::Account)| {
            let person = directory.person(id, today);
            json!({
                "person": id, "name": person.as_ref().map(|p| &p.name), "here": person.is_some(),
                "roles": person.iter().flat_map(|p| &p.roles).map(|r| &r.role).collect::<Vec<_>>(),
                "failures": account.failures, "locked": locked(id) > 0, "clients_locked": locked(id),
            })
        };
        output.value(&rows.iter().map(row).collect::<Vec<_>>())?;
        return Ok(DONE);
    }
    if rows.is_empty() {
        output.line("Nobody can sign in yet; `serve` prints a link to set the office up, or: registrar user password PERSON");
    }
    for (id, _) in &rows {
        let person = directory.person(id, today);
        let what = match &person {
            None => "not in the directory today, so not let in".to_owned(),
            Some(person) => {
                let roles = person.roles.iter().map(|r| r.role.as_str()).collect::<Vec<_>>().join(", ");
                match locked(id) {
                    0 => roles,
                    n => format!("{roles}; {n} clients are kept out for a while after wrong passwords"),
                }
            }
        };
        output.line(format!("{id}  {}  {what}", person.map(|p| p.name).unwrap_or_default()));
    }
    Ok(DONE)
}

fn password(
    app: &App,
    opened: &OpenOffice,
    person: &str,
    input: &str,
    output: &mut Output<'_>,
) -> Result<u8> {
    let password = input.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        output.note(format!("write the password to standard input: registrar user password {person} < file"));
        return Ok(WRONG_USE);
    }
    if opened.office.directory().person(person, opened.office.today()).is_none() {
        output.note(format!(
            "there is no person \"{person}\" in the directory today; add one: \
             registrar act '$directory' {person} person name=NAME 'roles=[{{\"role\":\"ROLE\",\"unit\":\"*\"}}]'"
        ));
        return Ok(NO);
    }
    accounts(app, opened).set_password(person, password, now())?;
    output.line(format!("{person} can sign in; earlier sessions have ended."));
    Ok(DONE)
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}
