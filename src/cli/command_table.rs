//! Which function runs which command that needs an office.

use super::*;

/// Runs a command in the office that it names.
pub(super) fn in_office(app: &App, cli: &Cli, place: &CommandContext, output: &mut Output<'_>) -> Result<u8> {
    if let Command::Office { name, rules, on, approve_by, close_by, reopen_by, decide_by, publish_by } =
        &cli.command
    {
        let change = office::OfficeChange {
            rules,
            on: on.as_deref(),
            approve_by: approve_by.as_deref(),
            deciders: [
                (CLOSE_BY, close_by.as_deref()),
                (REOPEN_BY, reopen_by.as_deref()),
                (DECIDE_BY, decide_by.as_deref()),
                (PUBLISH_BY, publish_by.as_deref()),
            ],
        };
        return office::run(app, name.as_deref(), &change, output);
    }
    if let Command::Backup { folder } = &cli.command {
        return backup::run(app, &place.file(folder), output);
    }
    if let Command::Verify { head } = &cli.command {
        return verify::run(app, cli.common.office.as_deref(), head.as_deref(), output);
    }
    let opened = app.office(cli.common.office.as_deref())?;
    match &cli.command {
        Command::Plugins => plugins::run(app, &opened, &place.folder, output),
        Command::Registers { id } => registers::run(&opened, id.as_deref(), output),
        Command::Call { point, act } => call::run(&opened, point, &place.input.text()?, *act, output),
        Command::Eval { source } => repl::eval(&opened, source, output),
        Command::Import(asked) => import::run(&opened, asked, &place.input, output),
        Command::Deadlines(asked) => deadlines::run(&opened, asked, output),
        Command::Imports(asked) => imports::run(&opened, asked, output),
        Command::Export { register, format, out, files, person } => {
            let to = formats::OutputTarget::new(format.as_deref(), out.as_deref(), place);
            let files = files.as_deref().map(|files| place.file(files));
            export::run(&opened, register, person.as_deref(), &to, files.as_deref(), output)
        }
        Command::Formats => formats::run(&opened, output),
        Command::ExportEvents { out } => {
            export::events(&opened, &formats::OutputTarget::new(None, out.as_deref(), place), output)
        }
        Command::ImportEvents { file, batch } => import::events(&opened, file, *batch, &place.input, output),
        Command::Standings { register, period, measure, pool, tag, format, out, person } => {
            let to = formats::OutputTarget::new(format.as_deref(), out.as_deref(), place);
            let standing = standings::StandingsArgs { register, period, measure, pool, tag, person };
            standings::run(&opened, &standing, &to, output)
        }
        Command::Explain(asked) => explain::run(&opened, asked, output),
        Command::Awards { register, period, person } => {
            awards::run(&opened, register, period, person.as_deref(), output)
        }
        Command::Quotas { register, period, measure, person } => {
            let of = awards::QuotasArgs { register, period, measure, person: person.as_deref() };
            awards::quotas(&opened, &of, output)
        }
        Command::Report(asked) => report::run(&opened, asked, place, output),
        Command::Rules(asked) => match &asked.command {
            Some(rules::RulesCommand::Diff(asked)) => rules_diff::run(&opened, place, asked, output),
            Some(rules::RulesCommand::Figures(asked)) => rule_figures::run(&opened, asked, output),
            Some(rules::RulesCommand::Settings(asked)) => rule_settings::run(&opened, asked, output),
            None => rules::run(&opened, asked, output),
        },
        Command::Preview { path, period, register, last } => {
            let path = path.as_deref();
            let only = preview::Only { period: period.as_deref(), register: register.as_deref() };
            if *last {
                preview::last(&opened, &only, output)
            } else {
                app.config_faults().iter().for_each(|fault| output.note(fault.to_string()));
                preview::run(&opened, place, path, &only, output)
            }
        }
        Command::Approve { rules, person } => {
            approve::run(&opened, rules.as_deref(), person.as_deref(), output)
        }
        Command::Rollback { plugin, list: true, .. } => rollback::list(&opened, plugin, output),
        Command::Rollback { plugin, hash, person, .. } => {
            rollback::run(&opened, plugin, hash.as_deref(), person.as_deref(), output)
        }
        Command::Unpin { plugin, person } => rollback::unpin(&opened, plugin, person.as_deref(), output),
        Command::ClosePeriod { period, person } => period::close(&opened, period, person.as_deref(), output),
        Command::ReopenPeriod { period, reason, person } => {
            period::reopen(&opened, period, reason, person.as_deref(), output)
        }
        Command::Periods => period::list(&opened, output),
        Command::User { command } => {
            let input = match command {
                Some(UserCommand::Password { .. }) => place.input.text()?,
                _ => String::new(),
            };
            user::run(app, &opened, command.as_ref(), &input, output)
        }
        Command::Act(asked) => act::run(&opened, asked, output),
        Command::Parked { action } => parked::run(&opened, *action, output),
        Command::Bypass { plugin, until, reason } => parked::bypass(&opened, plugin, until, reason, output),
        Command::Similar(asked) => similar::run(&opened, asked, output),
        Command::Vote(asked) => vote::run(&opened, asked, &place.input, output),
        Command::Show(asked) => show::run(&opened, asked, output),
        Command::Erase(asked) => erase::run(app, &opened, asked, &place.input, output),
        Command::Head => verify::head(&opened, output),
        Command::Outlet(asked) => outlet::run(&opened, asked, output),
        Command::Publish(asked) => outlet::publish(app, &opened, asked, output),
        Command::Calls { last } => outlet::calls(app, &opened, *last, output),
        Command::Peer(asked) => exchange::peer(&opened, asked, output),
        Command::Pack(asked) => exchange::pack(&opened, asked, place, output),
        Command::Accept { file } => exchange::accept(&opened, file, &place.input, output),
        // These ran before an office was opened. One by one, so that a new command is missed when it is compiled.
        Command::Check { .. }
        | Command::Points { .. }
        | Command::Book { .. }
        | Command::New { .. }
        | Command::Trust { .. }
        | Command::Stubs { .. }
        | Command::Serve { .. }
        | Command::Demo { .. }
        | Command::Restore { .. }
        | Command::Repl
        | Command::Office { .. }
        | Command::Backup { .. }
        | Command::Verify { .. } => Ok(WRONG_USE),
    }
}
