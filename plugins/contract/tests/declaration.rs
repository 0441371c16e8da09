//! The declaration is sound: nothing is named that is not there, nothing is undocumented.

use registrar_contract::{OFFICE, derive::structs};
use registrar_sdk::{AnsweredBy, Combine, Failure, Filter, Phase, Point, Type};
use std::collections::BTreeSet;

/// The types that stand at a path below a type; none if the path leads nowhere.
fn below(ty: &Type, path: &[&str]) -> bool {
    let Some((first, rest)) = path.split_first() else { return true };
    match ty {
        Type::Any => true,
        Type::Map(inner) => below(inner, rest),
        Type::Optional(inner) => below(inner, path),
        Type::OneOf(types) => types.iter().any(|ty| below(ty, path)),
        Type::Struct(s) => s.field(first).map_or(s.open, |field| below(&field.ty, rest)),
        _ => false,
    }
}

fn resolves(point: &Point, path: &str) -> bool {
    let steps: Vec<_> = path.split('.').collect();
    if let Combine::Fold { each: true, .. } = point.combine {
        return matches!(point.params[0].ty, Type::List(item) if below(item, &steps));
    }
    point.params.iter().any(|p| p.name == steps[0] && below(&p.ty, &steps[1..]))
}

#[test]
fn every_option_of_a_point_is_declared_and_its_path_leads_somewhere() {
    for point in OFFICE.points {
        let mut seen = BTreeSet::new();
        for at in point.options {
            assert!(OFFICE.option(at.option).is_some(), "{}: no option `{}`", point.id, at.option);
            assert!(seen.insert(at.option), "{}: `{}` twice", point.id, at.option);
            let paths: &[&str] = match at.filter {
                Filter::None => &[],
                Filter::Fields(paths) => paths,
                Filter::Equals(ref path) | Filter::Dates(ref path) | Filter::Rule(ref path) => {
                    std::slice::from_ref(path)
                }
            };
            for path in paths {
                assert!(resolves(point, path), "{}: `{path}` leads nowhere", point.id);
            }
        }
    }
}

#[test]
fn a_path_that_leads_nowhere_is_noticed() {
    let point = OFFICE.point("score.post").unwrap();
    assert!(resolves(point, "event.on") && resolves(point, "record.kind"));
    assert!(!resolves(point, "event.date") && !resolves(point, "draft.on"));
}

#[test]
fn every_option_is_taken_somewhere() {
    for option in OFFICE.options {
        let taken = OFFICE.points.iter().any(|p| p.options.iter().any(|o| o.option == option.name));
        assert!(taken, "no point takes `{}`", option.name);
    }
}

#[test]
fn names_are_unique() {
    let mut ids = BTreeSet::new();
    for name in OFFICE.points.iter().map(|p| p.id).chain(OFFICE.calls.iter().map(|c| c.name)) {
        assert!(ids.insert(name), "`{name}` twice");
    }
    let mut names = BTreeSet::new();
    for s in structs(&OFFICE) {
        assert!(names.insert(s.name), "two structs `{}`", s.name);
        let mut fields = BTreeSet::new();
        assert!(s.fields.iter().all(|f| fields.insert(f.name)), "{}: a field twice", s.name);
    }
    let mut options = BTreeSet::new();
    assert!(OFFICE.options.iter().all(|o| options.insert(o.name)));
}

#[test]
fn everything_is_documented() {
    let said = |doc: &str| doc.ends_with(['.', '…']);
    for point in OFFICE.points {
        assert!(said(point.doc), "{}", point.id);
        assert!(point.params.iter().all(|p| said(p.doc)), "{}: a parameter", point.id);
    }
    for call in OFFICE.calls {
        assert!(said(call.doc), "host.{}", call.name);
        assert!(call.params.iter().all(|p| said(p.doc)), "host.{}: a parameter", call.name);
    }
    for s in structs(&OFFICE) {
        assert!(said(s.doc), "{}", s.name);
        for field in s.fields {
            assert!(!field.doc.is_empty(), "{}.{}", s.name, field.name);
        }
        assert!(s.methods.iter().all(|m| said(m.doc)), "{}: a method", s.name);
    }
}

#[test]
fn extra_calls_exist_and_appended_lists_too() {
    for point in OFFICE.points {
        for call in point.extra_calls {
            assert!(OFFICE.call(call).is_some(), "{}: no call `{call}`", point.id);
        }
        if let Combine::Fold { append: Some(append), .. } = point.combine {
            let list = append.list;
            let field = point.params[0].ty.as_struct().and_then(|s| s.field(list));
            assert!(matches!(field.map(|f| f.ty), Some(Type::List(_))), "{}: no list `{list}`", point.id);
        }
    }
}

#[test]
fn scoring_is_pure_and_holds_and_only_notices_and_views_may_be_quarantined() {
    for id in ["score.post", "score.reconcile", "score.period", "quota.target", "rank.order", "award.select"]
    {
        let point = OFFICE.point(id).unwrap();
        assert_eq!((point.phase, point.failure), (Phase::Pure, Failure::Hold), "{id}");
    }
    let mut quarantined: Vec<_> =
        OFFICE.points.iter().filter(|p| p.failure.may_quarantine()).map(|p| p.id).collect();
    quarantined.sort_unstable();
    assert_eq!(
        quarantined,
        ["action.after", "clock.tick", "outlet.publish", "panel.show", "record.similar", "reminder.plan"]
    );
}

#[test]
fn pure_calls_reach_nothing() {
    for call in OFFICE.calls.iter().filter(|c| c.phases.contains(&Phase::Pure)) {
        let reaches = matches!(call.place, AnsweredBy::Services) || call.capability.is_some();
        assert!(!reaches, "host.{} is there in scoring", call.name);
    }
}
