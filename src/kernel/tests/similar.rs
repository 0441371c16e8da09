//! `record.similar` and going through a register page by page: what is found, and by whom.

mod common;

use common::{Fixture, TODAY};
use registrar_domain::Actor;
use registrar_kernel::{KernelError, access::Principal, queries::similar::SimilarPage};

// Two plugins: one names every record of the same title, whatever the asker may see of it; the other
// goes through the register in pages of two.
const SCRIPT: &str = r#"
host.on("record.similar", { register = "item" }, function(record)
  local found = {}
  for _, id in { "2023-0001", "2023-0002", "2023-0003", "2023-0009" } do
    table.insert(found, { record = id, score = 0.5 })
  end
  return found
end)
host.on("record.similar", { register = "item" }, function(record)
  local found, after = {}, ""
  repeat
    local page = host.records { register = "item", after = after, limit = 2 }
    for _, other in page do
      after = other.id
      if other.title == record.title then table.insert(found, { record = other.id, score = 0.9 }) end
    end
  until #page < 2
  return found
end)
host.on("record.similar", { register = "item" }, function() error("not today") end)
"#;

fn similar(fixture: &Fixture, register: &str, record: &str, by: &str) -> Result<SimilarPage, KernelError> {
    let by = Principal::of(&fixture.office.directory(), &Actor::read(by), TODAY).unwrap();
    fixture.office.as_principal(&by).similar(register, record)
}

fn found(fixture: &Fixture, by: &str) -> Vec<(String, f64)> {
    let found = similar(fixture, "item", "2023-0001", by).unwrap();
    assert_eq!(found.skipped.len(), 1, "the plugin that failed is shown");
    found.similar.into_iter().map(|s| (s.record, s.score)).collect()
}

#[test]
fn the_best_of_each_record_is_shown_to_those_who_may_see_it() {
    let fixture = Fixture::new(SCRIPT);
    for (title, unit) in [("标题", "xihu"), ("另一个", "xihu"), ("标题", "gongshu")] {
        let fields = format!(r#"{{"title":"{title}","unit":"{unit}"}}"#);
        fixture.act("operator submit - 2023-02-01", &fields).unwrap();
    }
    let row = |id: &str, score| (id.to_owned(), score);
    assert_eq!(found(&fixture, "operator"), [row("2023-0003", 0.9), row("2023-0002", 0.5)]);
    // Of another unit: neither found nor named.
    assert_eq!(found(&fixture, "li"), [row("2023-0002", 0.5)]);
    let hidden = similar(&fixture, "item", "2023-0003", "li").unwrap_err().to_string();
    assert!(hidden.contains("no record `2023-0003` in item that li may see"), "{hidden}");
    assert!(similar(&fixture, "itme", "2023-0001", "operator").is_err());
}

#[test]
fn what_changed_since_an_event_is_what_it_touched() {
    let fixture = Fixture::new(
        r#"host.on("record.similar", { register = "item" }, function(record)
             local found = {}
             for _, other in host.records { register = "item", since = 6 } do
               table.insert(found, { record = other.id, score = 1 })
             end
             return found
           end)"#,
    );
    let mut last = 0;
    for n in 0..3 {
        let fields = format!(r#"{{"title":"标题{n}","unit":"xihu"}}"#);
        last = fixture.act("operator submit - 2023-02-01", &fields).unwrap().events[0].seq;
    }
    // Four lines of the directory come first: 5, 6 and 7 are the submissions.
    assert_eq!(last, 7);
    let found = similar(&fixture, "item", "2023-0001", "operator").unwrap().similar;
    assert_eq!(found.iter().map(|s| s.record.as_str()).collect::<Vec<_>>(), ["2023-0003"]);
}
