//! `explain`: opens a figure, a rank or the awards of a period down to events and clauses.

use super::{DONE, output::Output, standings::period, whoever};
use anyhow::Result;
use clap::Args;
use registrar_app::{OpenOffice, command::WrongUse};
use registrar_domain::Lang;
use registrar_kernel::queries::FigureQuery;
use registrar_ledger::{Explained, StandingQuery};

/// How many lines of one list are printed without `--all`.
const LINES: usize = 20;

/// What is to be opened.
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// The register
    register: String,
    /// The account
    #[arg(long, required_unless_present = "awards")]
    account: Option<String>,
    /// The period
    #[arg(long)]
    period: String,
    /// The measure
    #[arg(long, default_value = "points")]
    measure: String,
    /// Why the account has its rank: who is level with it, what rules said, its figure
    #[arg(long)]
    rank: bool,
    /// With --rank: only among accounts that are ranked together
    #[arg(long, requires = "rank")]
    pool: Option<String>,
    /// Who has which place among the awards, by which clause, what was decided, what waits
    #[arg(long, conflicts_with_all = ["rank", "account"])]
    awards: bool,
    /// Who looks: only what they may see is shown (default: the operator)
    #[arg(long = "as", value_name = "PERSON")]
    person: Option<String>,
    /// The language
    #[arg(long, value_enum, default_value_t = Tongue::Zh)]
    lang: Tongue,
    /// Print long lists to their end
    #[arg(long)]
    all: bool,
}

/// Runs the command.
pub fn run(opened: &OpenOffice, asked: &ExplainArgs, output: &mut Output<'_>) -> Result<u8> {
    let (span, lang) = (period(&asked.period)?, asked.lang.into());
    let by = whoever(opened, asked.person.as_deref())?;
    let figures = opened.office.as_principal(&by).figures()?;
    let tree = match asked.account.as_deref() {
        _ if asked.awards => figures.explain_awards(&asked.register, span, lang)?,
        Some(account) if asked.rank => {
            let query = StandingQuery {
                register: asked.register.clone(),
                period: span,
                measure: Some(asked.measure.clone()),
                pool: asked.pool.clone(),
                tag: None,
            };
            figures.explain_rank(&query, account, lang)?
        }
        Some(account) => {
            let of = FigureQuery {
                register: asked.register.clone(),
                account: account.to_owned(),
                period: span,
                measure: Some(asked.measure.clone()),
            };
            figures.explain(&of, lang)?
        }
        None => return Err(WrongUse("name an --account, or ask for --awards".to_owned()).into()),
    };
    if output.json {
        output.value(&tree)?;
    } else {
        let shown = if asked.all { usize::MAX } else { LINES };
        print(&tree, (0, ""), &TreeOptions { most: shown, lang }, output);
    }
    Ok(DONE)
}

/// How much of a list is shown, and in which language.
struct TreeOptions {
    most: usize,
    lang: Lang,
}

fn print(node: &Explained, (depth, mark): (usize, &str), shown: &TreeOptions, output: &mut Output<'_>) {
    let indent = "  ".repeat(depth);
    let mut line = format!("{indent}{mark}{}  {}", node.amount, node.label);
    for part in [&node.clause, &node.source].into_iter().flatten() {
        line.push_str(&format!("  [{part}]"));
    }
    if let Some(event) = &node.event {
        line.push_str(&format!("  {event}"));
    }
    if let Some(why) = &node.struck {
        line.push_str(&format!("  {}{why}", shown.lang.of("不计：", "struck: ")));
    }
    output.line(line);
    for (list, mark) in [(&node.children, ""), (&node.because, "← ")] {
        list.iter().take(shown.most).for_each(|child| print(child, (depth + 1, mark), shown, output));
        if list.len() > shown.most {
            let (left, lang) = (list.len() - shown.most, shown.lang);
            let more =
                lang.of("余 {} 项略（--all 全部列出）", "{} more (--all)").replace("{}", &left.to_string());
            output.line(format!("{indent}  … {more}"));
        }
    }
}

/// A language of explanations.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl From<Tongue> for registrar_domain::Lang {
    fn from(tongue: Tongue) -> Self {
        match tongue {
            Tongue::Zh => Self::Zh,
            Tongue::En => Self::En,
        }
    }
}
