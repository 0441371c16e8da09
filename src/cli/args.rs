//! The command line as declared: commands, flags, help.

mod words;

pub use words::{NewKind, ParkedAction, UserCommand};

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Registrar: a plugin host for offices that keep registers.
#[derive(Parser, Debug)]
#[command(
    name = "registrar",
    version,
    about,
    after_help = "Exit codes: 0 done, 1 the answer is no, 2 wrong use.\nSettings: registrar.toml, then REGISTRAR_* variables, then flags."
)]
pub struct Cli {
    /// Flags that every command takes.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags that every command takes.
#[derive(Args, Debug, Clone, Default)]
pub struct Common {
    /// The office (default: "default"; of a running demo: its own)
    #[arg(long, global = true, value_name = "NAME")]
    pub office: Option<String>,
    /// Folder of the store (default: data)
    #[arg(long, global = true, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
    /// Folder of Lua plugins; may be given several times (default: scripts)
    #[arg(long, global = true, value_name = "FOLDER")]
    pub scripts: Vec<PathBuf>,
    /// Folder of native plugins (default: beside the executable)
    #[arg(long, global = true, value_name = "FOLDER")]
    pub plugins: Option<PathBuf>,
    /// Print JSON instead of text
    #[arg(long, global = true)]
    pub json: bool,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run a real office's quarter and a generated larger one, and keep watching the scripts
    Demo {
        /// Stop after printing the standings
        #[arg(long)]
        once: bool,
        /// Records of the generated office
        #[arg(long, default_value_t = 5_000)]
        records: u64,
        /// Where pages are served (default: 127.0.0.1:8080); none: not at all
        #[arg(long, value_name = "ADDRESS")]
        listen: Option<String>,
    },
    /// Run the office: serve its pages, watch the scripts, do what falls due, answer other commands
    Serve {
        /// Where pages are served (default: 127.0.0.1:8080); none: not at all
        #[arg(long, value_name = "ADDRESS")]
        listen: Option<String>,
    },
    /// Load plugins aside, validate them and run their examples
    Check {
        /// Folders of plugins, or single plugins (default: the office's)
        paths: Vec<PathBuf>,
    },
    /// List the plugins: what serves, what is wrong, what is left out
    Plugins,
    /// List the points, or show one: arguments, answer, options, failure
    Points {
        /// The point
        id: Option<String>,
    },
    /// List the chapters of the book, or read one: for authors of scripts and plugins, operators, staff, developers
    Book {
        /// The chapter
        chapter: Option<String>,
    },
    /// List the registers, or show one: fields, words, stages, actions with their forms, measures, pools
    Registers {
        /// The register
        id: Option<String>,
    },
    /// Call a point with JSON arguments from standard input: an object by argument name
    Call {
        /// The point
        point: String,
        /// Let its handlers change what they would change; else that is only listed
        #[arg(long)]
        act: bool,
    },
    /// Write a new plugin to start from
    New {
        /// script, register, rules or plugin
        kind: NewKind,
        /// Its name
        name: String,
        /// Of a plugin: the folder of the SDK (default: plugins/sdk)
        #[arg(long, value_name = "FOLDER")]
        sdk: Option<PathBuf>,
        /// Of rules: the register whose events they count
        #[arg(long)]
        register: Option<String>,
    },
    /// List the libraries that may be loaded, or allow some; while there is a list, others are refused
    Trust {
        /// Libraries, by file or by hash
        libraries: Vec<PathBuf>,
        /// Take them out of the list
        #[arg(long, requires = "libraries")]
        remove: bool,
        /// Drop the list: any library in the plugins' folder may be loaded
        #[arg(long, conflicts_with_all = ["libraries", "remove"])]
        off: bool,
    },
    /// Write the Lua stubs for editors
    Stubs {
        /// The file (default: types/registrar.lua in the first scripts folder)
        file: Option<PathBuf>,
    },
    /// Evaluate Lua, line by line, with everything a reading script has
    Repl,
    /// Import records from JSON lines or a table (xlsx, csv …), one action each, with all checks
    Import(super::import::ImportArgs),
    /// List what is owed on records: open deadlines, and those that were missed
    Deadlines(super::deadlines::DeadlinesArgs),
    /// List the imports of records, show the rows of one, or take it back
    Imports(super::imports::ImportsArgs),
    /// Export the records of a register as JSON lines or a table (xlsx, csv …)
    Export {
        /// The register
        register: String,
        /// The format (default: by the ending of --out, else jsonl)
        #[arg(long)]
        format: Option<String>,
        /// The file (default: standard output, for what is text; "-": standard output)
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Write the files that records have into this folder too; `import --files` reads them
        #[arg(long, value_name = "FOLDER")]
        files: Option<PathBuf>,
        /// Who looks: only what they may see is shown (default: the operator)
        #[arg(long = "as", value_name = "PERSON")]
        person: Option<String>,
    },
    /// List the formats that can be read and written, with the plugins behind them
    Formats,
    /// Import history, one event a line, checked against the schema only
    ImportEvents {
        /// The file; "-": standard input
        file: PathBuf,
        /// Events a transaction
        #[arg(long, default_value_t = 1000)]
        batch: usize,
    },
    /// Export the whole log, one event a line, as import-events reads it
    ExportEvents {
        /// The file (default: standard output)
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Show the ranking of a period
    Standings {
        /// The register
        register: String,
        /// 2023-01, 2023-01/2, 2023-Q1, 2023-H1, 2023 or 2023-01..2023-05
        #[arg(long)]
        period: String,
        /// The measure
        #[arg(long, default_value = "points")]
        measure: String,
        /// Only accounts that are ranked together
        #[arg(long)]
        pool: Option<String>,
        /// Only postings with this label
        #[arg(long)]
        tag: Option<String>,
        /// As a file of this format (default: by the ending of --out)
        #[arg(long)]
        format: Option<String>,
        /// The file (default: standard output, for what is text)
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Who looks: only what they may see is shown (default: the operator)
        #[arg(long = "as", value_name = "PERSON")]
        person: Option<String>,
    },
    /// Open a figure, a rank or the awards down to events and clauses
    Explain(super::explain::ExplainArgs),
    /// Show who gets which award of a period, and what waits for a decision
    Awards {
        /// The register
        register: String,
        /// The period
        #[arg(long)]
        period: String,
        /// Who looks: only what they may see is shown (default: the operator)
        #[arg(long = "as", value_name = "PERSON")]
        person: Option<String>,
    },
    /// Show what each account owed in a period, had, and was short of
    Quotas {
        /// The register
        register: String,
        /// The period
        #[arg(long)]
        period: String,
        /// The measure
        #[arg(long, default_value = "points")]
        measure: String,
        /// Who looks: only what they may see is shown (default: the operator)
        #[arg(long = "as", value_name = "PERSON")]
        person: Option<String>,
    },
    /// Write a report into a file; without a name, list the reports and formats there are
    Report(super::report::ReportArgs),
    /// List the rules, or those in force on a date; `rules diff` compares two versions
    Rules(super::rules::RulesArgs),
    /// Show what changed scripts would do to the figures; nothing changes
    ///
    /// Without a path: the office's folders as they lie now, and rules that wait for approval.
    Preview {
        /// A plugin's folder or file, or a folder of plugins
        path: Option<PathBuf>,
        /// Only this period
        #[arg(long)]
        period: Option<String>,
        /// Only this register
        #[arg(long)]
        register: Option<String>,
        /// What the last change of the rules did, instead
        #[arg(long, conflicts_with = "path")]
        last: bool,
    },
    /// Approve the changed rules that wait, and count by them
    Approve {
        /// What the hash of the rules begins with, so that nothing else is approved
        rules: Option<String>,
        /// The acting person (default: the operator)
        #[arg(long = "as", value_name = "PERSON")]
        person: Option<String>,
    },
    /// Go back to an earlier version of a plugin and stay there until `unpin`
    Rollback {
        /// The plugin
        plugin: String,
        /// What the version's hash begins with (default: the version before)
        hash: Option<String>,
        /// List the versions that are kept, instead
        #[arg(long, conflicts_with = "hash")]
        list: bool,
        /// The acting person (default: the operator)
        #[arg(long = "as", value_name = "PERSON")]
        person: Option<String>,
    },
    /// Let a plugin go that was rolled back: what lies in its folder serves again
    Unpin {
        /// The plugin
        plugin: String,
        /// The acting person (default: the operator)
        #[arg(long = "as", value_name = "PERSON")]
        person: Option<String>,
    },
    /// Close a period: its figures are sealed
    ClosePeriod {
        /// The period
        period: String,
        /// The acting person (default: the operator)
        #[arg(long = "as", value_name = "PERSON")]
        person: Option<String>,
    },
    /// Open a closed period again: its figures are live until it is closed anew
    ReopenPeriod {
        /// The period
        period: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// The acting person (default: the operator)
        #[arg(long = "as", value_name = "PERSON")]
        person: Option<String>,
    },
    /// List the periods that were closed, with what has moved in them since
    Periods,
    /// Perform an action on a record
    Act(super::act::ActArgs),
    /// Show the records that resemble one, with the passages they share
    Similar(super::similar::SimilarArgs),
    /// Check a vote, given as JSON on standard input, and count it by the rules of its kind
    Vote(super::vote::VoteArgs),
    /// Show a record: its fields, its deadlines and why each is due on its day, what it names and what names it
    Show(super::show::ShowArgs),
    /// List deliveries that were given up, or try them again
    Parked {
        /// retry
        action: Option<ParkedAction>,
    },
    /// List who can sign in to the pages; give or take away a password
    User {
        /// What to do
        #[command(subcommand)]
        command: Option<UserCommand>,
    },
    /// List the places to which documents are published; open, change or close one
    Outlet(super::outlet::OutletArgs),
    /// Build a report and publish it to an outlet
    Publish(super::outlet::Published),
    /// List what plugins reached outside: requests and mails
    Calls {
        /// So many of the last ones
        #[arg(long, default_value_t = 50)]
        last: usize,
    },
    /// Show this office's key and the offices it exchanges packages with; enter one, or strike it off
    Peer(super::exchange::Peered),
    /// Make a signed package for another office
    Pack(super::exchange::PackArgs),
    /// Take in a package of another office: what came before is left alone
    Accept {
        /// The file; "-": standard input
        file: PathBuf,
    },
    /// Let a plugin's guards pass until a date
    Bypass {
        /// The plugin
        plugin: String,
        /// The last day
        #[arg(long)]
        until: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Erase personal values of a record, for good; list what was erased; erase it again in a copy from before
    Erase(super::erase::EraseArgs),
    /// Evaluate one line of Lua (what `repl` sends)
    #[command(hide = true)]
    Eval {
        /// The line
        source: String,
    },
    /// Print the end of the log's chain, to be kept elsewhere: `verify --head` says whether it is still so
    Head,
    /// Check the files, the log's chain, the records and the ledger against a fresh replay
    Verify {
        /// What `head` printed earlier: whoever changes the log and makes its chain anew can't change that
        #[arg(long, value_name = "HEAD")]
        head: Option<String>,
    },
    /// Copy all offices, with people's passwords, into a new folder while they are in use, and check it
    Backup {
        /// The folder; it must not be there
        folder: PathBuf,
    },
    /// Check a backup and put it into an empty data folder (--data)
    Restore {
        /// The backup's folder
        folder: PathBuf,
    },
    /// List the offices, make one, or choose its rule sets
    Office {
        /// The office to make or to change (default: list all)
        name: Option<String>,
        /// The rule sets that act there, from today, with commas between them; none: "-"
        #[arg(long, value_name = "PLUGIN")]
        rules: Vec<String>,
        /// From which day the rule sets act
        #[arg(long)]
        on: Option<String>,
        /// Changed rules wait for the approval of someone with this role; of nobody: "-"
        #[arg(long, value_name = "ROLE", allow_hyphen_values = true)]
        approve_by: Option<String>,
        /// Who has this role may close periods; none but the operator: "-"
        #[arg(long, value_name = "ROLE", allow_hyphen_values = true)]
        close_by: Option<String>,
        /// Who has this role may reopen closed periods; none but the operator: "-"
        #[arg(long, value_name = "ROLE", allow_hyphen_values = true)]
        reopen_by: Option<String>,
        /// Who has this role may decide ties; none but the operator: "-"
        #[arg(long, value_name = "ROLE", allow_hyphen_values = true)]
        decide_by: Option<String>,
        /// Who has this role may publish documents to outlets; none but the operator: "-"
        #[arg(long, value_name = "ROLE", allow_hyphen_values = true)]
        publish_by: Option<String>,
    },
}
