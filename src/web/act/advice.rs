//! What is said to what is filled in, before it is sent: by checks and guards, and which records
//! resemble it.

use super::ActionTarget;
use crate::{field::FieldNames, page_error::PageError, record::name_of, state::Web, visitor::Member};
use maud::{Markup, html};
use registrar_domain::{Lang, Record, Register, register::schema::FieldProblem as Wrong};
use registrar_kernel::{
    Act, ActError, Reason,
    access::owner_field,
    queries::similar::{SimilarPage, SimilarRecord},
};
use std::collections::BTreeMap;

/// Similar records that are shown.
const SIMILAR: usize = 5;

/// What is said to what was filled in.
#[derive(Default)]
pub(super) struct Advice {
    /// Of it as a whole.
    pub why: Vec<String>,
    /// Of single fields.
    pub wrong: BTreeMap<String, String>,
    /// What is warned of.
    pub warnings: Vec<String>,
    /// Records that resemble it.
    pub similar: Vec<(SimilarRecord, Option<Record>)>,
    /// Whether it was filled in before the session ended.
    pub kept: bool,
    /// Whether it was looked through, and not only refused.
    pub checked: bool,
}

/// Why an action is refused, by field where one is named.
pub(super) fn refused(
    member: &Member,
    asked: &ActionTarget<'_>,
    error: ActError,
) -> Result<Advice, PageError> {
    let mut said = Advice::default();
    let offered = asked.offered();
    match error {
        ActError::Schema { problems, .. } => {
            let text = |p: &Wrong| member.visitor.say(&p.zh, &p.text).to_owned();
            said.wrong.extend(problems.into_iter().map(|problem| (problem.field.clone(), text(&problem))));
        }
        ActError::Refused(reasons) => {
            for reason in reasons {
                let text = worded(member.visitor.lang, &reason);
                match reason.field.filter(|field| offered.iter().any(|(name, _)| name == field)) {
                    Some(field) => drop(said.wrong.insert(field, text)),
                    None => said.why.push(text),
                }
            }
        }
        ActError::Stage { stage, from, .. } => {
            let visitor = &member.visitor;
            let label = |stage: &String| {
                asked
                    .register
                    .stage_label(stage)
                    .map_or(stage.as_str(), |label| visitor.title(label))
                    .to_owned()
            };
            let from: Vec<String> = from.iter().map(label).collect();
            said.why.push(
                visitor
                    .say(
                        "现处“{s}”，不能办理；只能在“{f}”时办理。可能已有他人先行办理，请刷新查看。",
                        "It stands at \"{s}\"; this can be done at \"{f}\" only. Someone may have gone before you: look at it again.",
                    )
                    .replace("{s}", &label(&stage))
                    .replace("{f}", &from.join(visitor.say("、", ", "))),
            );
        }
        ActError::Plugin(why) => {
            tracing::error!(office = %member.visitor.served.office.name, %why, "A plugin that had to answer failed.");
            said.why.push(
                member
                    .visitor
                    .say("负责检查的插件出错，没有保存；请告知管理员：", "A plugin that checks this failed; nothing was stored. Please tell whoever runs the office: ")
                    .to_owned()
                    + &why.to_string(),
            );
        }
        error => match PageError::from(error) {
            PageError::Refused(why) => said.why.push(member.visitor.title(&why).to_owned()),
            PageError::Denied(why) => {
                let _ = member.denied(asked.name);
                said.why.push(member.visitor.title(&why).to_owned());
            }
            problem => return Err(problem),
        },
    }
    Ok(said)
}

fn worded(lang: Lang, reason: &Reason) -> String {
    let text = lang.title(&reason.text).to_owned();
    reason.clause.as_ref().map_or(text.clone(), |clause| format!("{text}（{clause}）"))
}

/// What would be said to an action: by checks and guards, and which records resemble it.
pub(super) async fn check(
    web: &Web,
    member: &Member,
    asked: &ActionTarget<'_>,
    act: Act,
) -> Result<Advice, PageError> {
    let submits = asked.record.is_none() || asked.action.submission;
    let record = asked.record.cloned();
    let (heard, similar) = member
        .look(web, move |view| {
            let heard = view.office().rehearse(&act);
            if !submits {
                return Ok((heard, Vec::new()));
            }
            let mut fields = record.map(|record| record.fields).unwrap_or_default();
            fields.extend(act.fields.clone());
            let found = match view.similar_to_draft(&act.register, fields) {
                Ok(found) => found,
                Err(error) => {
                    tracing::warn!(office = %view.office().name, %error, "Similar records can't be looked for.");
                    SimilarPage::default()
                }
            };
            let own = |one: &SimilarRecord| {
                act.record.as_ref() == Some(&one.record) && one.register == act.register
            };
            let similar = found.similar.into_iter().filter(|one| !own(one)).take(SIMILAR);
            let with = |one: SimilarRecord| {
                let record = view.record(&one.register, &one.record).ok();
                (one, record)
            };
            Ok((heard, similar.map(with).collect::<Vec<_>>()))
        })
        .await?;
    let mut said = match heard {
        Ok(warnings) => Advice {
            warnings: warnings.iter().map(|reason| worded(member.visitor.lang, reason)).collect(),
            ..Advice::default()
        },
        Err(error) => refused(member, asked, error)?,
    };
    (said.similar, said.checked) = (similar, true);
    Ok(said)
}

/// What is shown beside a form: what is said to it, and what resembles it.
pub(super) fn told(member: &Member, asked: &ActionTarget<'_>, said: &Advice) -> Markup {
    let visitor = &member.visitor;
    let label = |name: &str| {
        let field = asked.offered().into_iter().find(|(known, _)| *known == name);
        field.map_or_else(|| name.to_owned(), |(_, field)| visitor.title(&field.label).to_owned())
    };
    let registers = visitor.served.office.registers();
    let directory = visitor.served.office.directory();
    let shown = FieldNames::of(visitor, &directory);
    html! {
        @if said.checked || !said.wrong.is_empty() || !said.why.is_empty() {
            @if said.wrong.is_empty() && said.why.is_empty() { p class="good" { (visitor.say("✓ 检查通过", "✓ The checks pass")) } }
            @for (name, text) in &said.wrong { p class="wrong" { (label(name)) "：" (text) } }
            @for text in &said.why { p class="wrong" { (text) } }
            @for text in &said.warnings { p class="caution" { (text) } }
            @if !said.similar.is_empty() {
                h2 { (visitor.say("相似的记录", "Similar records")) }
                ul class="similar" {
                    @for (one, record) in &said.similar {
                        @let register = registers.by_id.get(&one.register);
                        li {
                            a href=(visitor.served.record(&one.register, &one.record)) target="_blank" {
                                (match (register, record) { (Some(register), Some(record)) => name_of(register, record), _ => &one.record })
                            }
                            " " span class="stage" { (format!("{:.0}%", one.score * 100.0)) }
                            @if let (Some(register), Some(record)) = (register, record) {
                                @if let Some((field, value)) = owner_field(register).and_then(|f| Some((register.fields.get(f)?, record.fields.get(f)?))) { " " span class="quiet" { (shown.show(field, value)) } }
                            }
                            @for passage in one.passages.as_list().unwrap_or_default().iter().take(3) {
                                @if let Some(text) = passage.get("text").as_str() { q { (text.chars().take(80).collect::<String>()) } }
                            }
                        }
                    }
                }
            }
        } @else {
            p class="quiet" { (visitor.say("填写时在这里提示检查结果和相似的记录。", "What the checks say, and similar records, are shown here.")) }
        }
    }
}

/// Why an action is refused, in one text.
pub fn refusal(member: &Member, register: &Register, error: ActError) -> Result<String, PageError> {
    let visitor = &member.visitor;
    let texts: Vec<String> = match error {
        ActError::Schema { problems, .. } => {
            problems.iter().map(|p| visitor.say(&p.zh, &p.text).to_owned()).collect()
        }
        ActError::Refused(reasons) => reasons.iter().map(|reason| worded(visitor.lang, reason)).collect(),
        ActError::Stage { stage, .. } => {
            let label = register.stage_label(&stage).map_or(stage.as_str(), |label| visitor.title(label));
            vec![visitor.say("现处“{}”，不能办理", "it stands at \"{}\": not now").replace("{}", label)]
        }
        error => match PageError::from(error) {
            PageError::Refused(why) | PageError::Denied(why) => vec![visitor.title(&why).to_owned()],
            problem => return Err(problem),
        },
    };
    Ok(texts.join(visitor.say("；", "; ")))
}
