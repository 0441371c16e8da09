//! A plugin written with the contract's Rust types, run through the fake host.

#![forbid(unsafe_code)]

use registrar_contract::{
    OFFICE,
    payload::{
        answer::{self, *},
        point,
    },
};
use registrar_sdk::{
    Amount, BilingualText, FromValue, Value,
    conform::conform,
    native::{Answer, Bytes, Fake, Plugin, Typed},
};
use std::collections::BTreeMap;

registrar_sdk::plugin! { manifest: "typed.toml", load: load }

fn load(plugin: &mut Plugin<'_>) -> Result<(), String> {
    plugin.at(point::RegisterDefine, (), |_, ()| Ok(vec![answer::Register::new("visits")]))?;
    plugin.at(point::RecordNormalize, (), |_, args| {
        let mut draft = answer::Draft::from(args.draft);
        let title = args.draft.field("title").as_str().unwrap_or("").trim();
        draft.more.insert("title".into(), title.into());
        draft.stage = None;
        Ok(Some(draft))
    })?;
    plugin.at(point::RecordCheck, Value::map([("register", Value::text("visits"))]), |_, args| {
        let title = args.draft.field("title").as_str().unwrap_or("");
        Ok(match (title, args.action) {
            ("", "submit") => vec![Finding {
                field: Some("title".into()),
                ..Finding::new(FindingLevel::Error, "give a title")
            }],
            ("", _) => vec![Finding::new(FindingLevel::Hint, "it has no title yet")],
            _ => vec![],
        })
    })?;
    plugin.at(point::RecordSimilar, (), |call, args| {
        let others = call.host("records", &[Value::map([("register", args.record.register().into())])])?;
        let ids = others.as_list().unwrap_or(&[]).iter().filter_map(|r| r.get("id").as_str());
        let span = |from, to| Span::new("body", from, to);
        let similar = |id| Similar {
            passages: Some(vec![Passage::new(span(1, 4), span(3, 6))]),
            ..Similar::new(id, 0.75)
        };
        Ok(ids.filter(|id| *id != args.record.id()).map(similar).collect())
    })?;
    plugin.at(point::ActionGuard, (), |_, args| {
        // A trial scoring that failed is not one that came to nothing.
        let Some(postings) = args.ctx.postings() else { return Ok(Some("cannot be scored".into())) };
        let sum: Amount = postings.map(|p| p.amount()).sum();
        let spent = args.ctx.totals().get("points").as_amount().unwrap_or_default();
        let late = args.ctx.deadlines().entries().any(|(_, d)| d.get("state").as_str() == Some("missed"));
        Ok(match spent.checked_add(sum) {
            Some(total) if total > "10".parse().unwrap_or_default() => {
                let warning = Refusal { level: Some(RefusalLevel::Warning), ..Refusal::new("over ten") };
                Some(ActionGuard::from(vec![warning]))
            }
            _ => late.then(|| "too late".into()),
        })
    })?;
    plugin.at(point::ScorePost, (), |_, args| {
        let amount = args.record.field("grade").as_amount().unwrap_or_default();
        Ok(match args.event.nth() {
            1 => Some(amount.into()),
            2 => Some(
                PostingAnswer { account: Some(args.event.by().into()), ..PostingAnswer::new(amount) }.into(),
            ),
            _ => None,
        })
    })?;
    plugin.at(point::ScoreReconcile, (), |_, args| {
        let kept = args.postings.filter(|p| p.tag() != Some("again")).map(answer::Posting::from);
        Ok(Some(kept.collect()))
    })?;
    plugin.at(point::DeadlineCompute, (), |_, args| {
        let set = args.old.get("reply").get("due").as_str().unwrap_or(args.event.on());
        Ok(Some(Deadline { start: Some(args.event.on().into()), ..Deadline::new("reply", set) }))
    })?;
    plugin.at(point::AwardSelect, (), |_, args| {
        let best = args.s.rows().filter(|row| row.rank() == Some(1)).map(|row| row.account().to_owned());
        let pending = Pending::new(best.collect(), 1);
        Ok(vec![Award { pending: Some(pending), ..Award::default() }])
    })?;
    plugin.at(point::ReportRender, Value::map([("format", Value::text("txt"))]), |_, args| {
        let mut lines = vec![args.model.title().to_owned()];
        for block in args.model.sections().flat_map(|section| section.blocks()) {
            let runs = block.runs().into_iter().flatten().map(|run| run.text());
            lines.push(format!(
                "{}: {}",
                block.kind(),
                block.text().into_iter().chain(runs).collect::<String>()
            ));
        }
        Ok(Some(Bytes(lines.join("\n").into_bytes())))
    })?;
    plugin.at(point::ImportParse, (), |_, args| {
        let text = std::str::from_utf8(args.bytes).map_err(|e| format!("{}: {e}", args.format))?;
        let row = |(i, line): (usize, &str)| answer::ImportRow {
            line: Some(i as i64 + 1),
            fields: Some(BTreeMap::from([("title".to_owned(), line.into())])),
            ..answer::ImportRow::default()
        };
        Ok(Some(text.lines().enumerate().map(row).collect()))
    })?;
    plugin.at(point::PluginMigrate, (), |_, args| {
        let moved = args.state.entries().map(|(key, value)| (format!("{}.{key}", args.to), value.to_value()));
        Ok(Some(moved.collect()))
    })?;
    plugin.at(point::ClockTick, (), |call, args| call.host("act", &[args.time.on().into()]).map(drop))
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Calls the one handler at a point: arguments and answer as the host would make them fit.
fn check(id: &str, args: &str, expected: &str) {
    let mut host = Fake::load(registrar_plugin, [("", Value::Nil)]).unwrap();
    host.answer("records", |_| Ok(json(r#"[{"id":"1"},{"id":"2"}]"#)));
    let point = OFFICE.point(id).unwrap();
    let given: Vec<Value> = match json(args) {
        Value::List(given) => {
            point.params.iter().zip(given).map(|(p, v)| conform(&p.ty, p.ty.complete(&v)).unwrap()).collect()
        }
        other => panic!("{other}"),
    };
    let answer = host.call(id, &given).remove(0).unwrap();
    let answer = if answer.is_nil() { answer } else { conform(&point.answer, answer).unwrap() };
    assert_eq!(answer.to_json(), serde_json::from_str::<serde_json::Value>(expected).unwrap(), "{id}");
}

#[test]
fn a_check_reads_fields_and_answers_findings() {
    let finding = r#"[{"field":"title","level":"error","text":"give a title"}]"#;
    check("record.check", r#"[{"register":"visits"}, "submit"]"#, finding);
    check("record.check", r#"[{}, "save"]"#, r#"[{"level":"hint","text":"it has no title yet"}]"#);
    check("record.check", r#"[{"title":"x"}, "submit"]"#, "[]");
}

#[test]
fn a_score_is_a_number_or_a_posting_or_nothing() {
    check("score.post", r#"[{"nth":1}, {"grade":2.5}]"#, r#""2.5""#);
    check("score.post", r#"[{"nth":2,"by":"wang"}, {"grade":3}]"#, r#"[{"account":"wang","amount":"3"}]"#);
    check("score.post", r#"[{"nth":3}, {}]"#, "null");
}

#[test]
fn a_similar_record_comes_with_its_passages() {
    let passage = r#"{"here":{"field":"body","from":1,"to":4},"there":{"field":"body","from":3,"to":6}}"#;
    let similar = format!(r#"[{{"passages":[{passage}],"record":"2","score":0.75}}]"#);
    check("record.similar", r#"[{"id":"1"}]"#, &similar);
}

#[test]
fn a_renderer_walks_a_document_and_answers_bytes() {
    let model = r#"{"title":"通报","sections":[{"blocks":[
        {"kind":"paragraph","text":"一"},{"kind":"list","runs":[{"text":"二"},{"text":"三"}]}]}]}"#;
    let bytes: Vec<u8> = "通报\nparagraph: 一\nlist: 二三".into();
    check("report.render", &format!(r#"[{model}, "txt"]"#), &format!("{bytes:?}"));
}

#[test]
fn what_is_given_can_be_changed_and_handed_back() {
    let draft = r#"[{"register":"visits","stage":"draft","on":"2023-02-14","title":" a ","form":{"n":1}}]"#;
    check("record.normalize", draft, r#"{"form":{"n":1},"on":"2023-02-14","register":"visits","title":"a"}"#);
    let postings = r#"[[{"amount":1,"id":"1","data":{"k":[1]},"on":"2023-02-14"},{"tag":"again"}], {}]"#;
    let kept = r#"[{"account":"example","amount":"1","data":{"k":[1]},"id":"1","measure":"points","on":"2023-02-14"}]"#;
    check("score.reconcile", postings, kept);
}

#[test]
fn other_points_have_their_natural_types() {
    check("register.define", "[]", r#"[{"id":"visits"}]"#);
    let posting = r#"[{}, {}, {"postings":[{"amount":6}],"totals":{"points":5}}]"#;
    check("action.guard", posting, r#"[{"level":"warning","text":"over ten"}]"#);
    check("action.guard", "[{}, {}, {}]", r#""cannot be scored""#);
    check(
        "action.guard",
        r#"[{}, {}, {"postings":[],"deadlines":{"a":{"due":"2023-01-01","name":"a","state":"missed"}}}]"#,
        r#""too late""#,
    );
    check("action.guard", r#"[{}, {}, {"postings":[]}]"#, "null");
    let old = r#"[{"on":"2023-02-14"}, {}, {"reply":{"name":"reply","due":"2023-03-01"}}]"#;
    check("deadline.compute", old, r#"{"due":"2023-03-01","name":"reply","start":"2023-02-14"}"#);
    let rows = r#"[{"rows":[{"account":"a","rank":1},{"account":"b","rank":2},{"account":"c","rank":1}]}]"#;
    check("award.select", rows, r#"[{"pending":{"candidates":["a","c"],"places":1}}]"#);
    check("plugin.migrate", r#"[{}, 1, 2, {"a":[1]}]"#, r#"{"2.a":[1]}"#);
}

#[test]
fn bytes_and_their_refusal_cross() {
    let mut host = Fake::load(registrar_plugin, [("", Value::Nil)]).unwrap();
    let file = |bytes: &[u8]| [Value::Bytes(bytes.into()), "csv".into()];
    let rows = json(r#"[{"fields":{"title":"一"},"line":1},{"fields":{"title":"b"},"line":2}]"#);
    assert_eq!(host.call("import.parse", &file("一\nb".as_bytes())), [Ok(rows)]);
    assert!(
        host.call("import.parse", &file(b"\xff"))[0].as_ref().unwrap_err().starts_with("csv: invalid utf-8")
    );
    let told = host.call("clock.tick", &[json(r#"{"on":"2023-02-14"}"#)]).remove(0).unwrap_err();
    assert!(told.contains("host.act has no answer"), "{told}");
}

#[test]
fn arguments_that_are_not_there_read_as_empty() {
    let mut host = Fake::load(registrar_plugin, [("", Value::Nil)]).unwrap();
    let hint = json(r#"[{"level":"hint","text":"it has no title yet"}]"#);
    assert_eq!(host.call("record.check", &[]), [Ok(hint)]);
    assert_eq!(host.call("report.render", &[Value::Int(3)]), [Ok(Value::Bytes((*b"").into()))]);
}

#[test]
fn every_point_has_its_type() {
    let declared: Vec<&str> = OFFICE.points.iter().map(|p| p.id).collect();
    assert_eq!(point::ALL, declared);
}

/// That an answer of the point's own type is one by the declaration too; as a value.
fn conforms<P: Typed<Answer = A>, A: Answer + Into<Value>>(_: P, answer: A) -> Value {
    let point = OFFICE.point(P::ID).unwrap();
    let value = answer.into();
    conform(&point.answer, value.clone()).unwrap_or_else(|e| panic!("{}: {value}: {e}", P::ID));
    value
}

/// The same, and whoever asked reads the same from it.
fn fits<P: Typed<Answer = A>, A: Answer + Into<Value> + FromValue>(point: P, answer: A) {
    let value = conforms(point, answer);
    assert_eq!(A::from_value(&value).into(), value, "{}", P::ID);
}

#[test]
fn answers_made_of_the_structs_conform() {
    fits(point::RecordNumber, Some("〔2023〕1号".to_owned()));
    fits(
        point::ActionEffect,
        vec![NewEvent { fields: Some(BTreeMap::new()), ..NewEvent::new("k", "close") }],
    );
    let both = BilingualText::new("标题较长", "a long title");
    let finding = Finding { field: Some("title".into()), ..Finding::new(FindingLevel::Hint, both.clone()) };
    fits(point::RecordCheck, vec![finding, Finding::new(FindingLevel::Error, "no title")]);
    let deadline =
        Deadline { why: Some(both), state: Some(DeadlineState::Met), ..Deadline::new("reply", "2023-02-14") };
    fits(point::DeadlineCompute, Some(deadline));
    fits(point::RouteAssign, Some(Route { unit: Some("xihu".into()), ..Route::default() }));
    fits(point::ReminderPlan, vec![Reminder::new("2023-02-14", "urging", vec!["xihu".into()])]);
    conforms(point::ScorePeriod, Some(ScorePeriod::from(PostingAnswer::new(Amount::ZERO))));
    let window = Window { mode: Some(WindowMode::Average), ..Window::new(WindowKind::TwoMonth) };
    let target = Target { window: Some(window), r#match: Some(BTreeMap::new()), ..Target::new("monthly") };
    fits(point::QuotaTarget, Some(vec![Target { count: Some(1.5), ..target }]));
    let row =
        Row { tags: Some(BTreeMap::from([("a".into(), Amount::ZERO)])), ..Row::new("xihu", Amount::ZERO) };
    fits(point::RankOrder, Some(vec![Row { unit: Some(Unit::new("xihu")), ..row }]));
    conforms(point::VoteCheck, Some(VoteCheck::from("too few")));
    let counts = BTreeMap::from([("a".to_owned(), Value::Int(3))]);
    fits(point::VoteTally, Some(Tally { revote: Some(vec![]), ..Tally::new(vec!["a".into()], counts, 0) }));
    let run = Run { style: Some(RunStyle::Kaiti), ..Run::new("字") };
    let block = Block { runs: Some(vec![run]), ..Block::new(BlockKind::Paragraph) };
    let broken = Block::new(BlockKind::PageBreak);
    let table = Block {
        columns: Some(vec![Column {
            align: Some(ColumnAlign::Right),
            width: Some(2.0),
            ..Column::new("数")
        }]),
        rows: Some(vec![vec![1.into(), "x".into()]]),
        ..Block::new(BlockKind::Table)
    };
    let document = Document {
        signature: Some(Signature::new(vec!["某办".into()], "2023-02-14")),
        imprint: Some(Imprint { print_run: Some(20), ..Imprint::default() }),
        appendices: Some(vec![Appendix::new("附表", vec![table])]),
        ..Document::new("通报", vec![Section::new(vec![block, broken])])
    };
    fits(point::ReportBuild, Some(document));
    fits(point::PanelShow, vec![Panel { value: 3.into(), ..Panel::new("p", "信息", PanelKind::Number) }]);
    let field =
        FieldDefinition { of: vec!["a", "b"].into(), ..FieldDefinition::new(FieldDefinitionType::Choice) };
    let action =
        ActionDefinition { by: Some(vec!["editor".into()]), create: Some(true), ..Default::default() };
    let register = Register {
        title: Some("信息".into()),
        fields: Some(BTreeMap::from([("kind".into(), field)])),
        actions: Some(BTreeMap::from([("submit".into(), action)])),
        ..Register::new("information")
    };
    fits(point::RegisterDefine, vec![register]);
    fits(point::PluginMigrate, Some(BTreeMap::from([("a".to_owned(), Value::Null)])));
}

#[test]
fn an_answer_that_does_not_conform_is_noticed() {
    let point = OFFICE.point("deadline.compute").unwrap();
    let wrong = conform(&point.answer, Deadline::new("reply", "2023-02-30").into()).unwrap_err();
    assert!(wrong.to_string().starts_with("due: got \"2023-02-30\""), "{wrong}");
}
