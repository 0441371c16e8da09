//! A figure hangs on its events and rules alone: rules that answer by something else do not count.

use crate::program::{Program, Ran};

/// What a preview says of a rule with this body, over the submissions of a quarter.
fn preview(body: &str) -> Ran {
    let program = Program::with_quarter();
    let rule = format!(
        "local kept, n = {{}}, 0\nhost.on('score.post', {{ register = 'information', action = 'submit', \
         measure = 'points', account = 'unit', tag = 'draft' }}, function(event, record)\n{body}\nend)\n"
    );
    program.write("draft/rule.lua", &rule);
    program.run(&["preview", "draft/rule.lua"])
}

#[test]
fn a_rule_that_keeps_something_or_goes_by_addresses_is_refused() {
    preview("return 1").ok();
    let sum = "local s = 0 for _, i in pairs(t) do s = s * 31 % 1000003 + i end return s";
    let plainly = format!("local t = {{}} for i = 1, 20 do t[{{ i }}] = i end {sum}");
    preview(&plainly).ended(1).says("rule.lua:3").says("such a table has another order each time");
    let by_address = &format!(
        "local t = {{}} local function put(k, v) t[k] = v end for i = 1, 20 do put({{ i }}, i) end {sum}"
    );
    for body in [
        "n += 1 return n",
        "table.insert(kept, event.id) return #kept",
        "if kept[record.unit] then return nil end kept[record.unit] = true return 1",
    ] {
        preview(body).ended(1).says("rule.lua:3").says("which outlives the call");
    }
    // What its text does not show, its figures do.
    for body in ["local mine = kept mine.n = (mine.n or 0) + 1 return mine.n", by_address] {
        preview(body).ended(1).says("rule.lua:2").says("in the opposite order");
    }
}

#[test]
fn what_is_not_of_the_log_is_not_there_for_a_rule() {
    for (body, why) in [
        ("return os.time() % 7", "attempt to index nil"),
        ("return math.random(6)", "attempt to call a nil value"),
        ("return host.now().at == '' and 1 or 2", "host.now"),
        ("return host.state.get('n') or 1", "host.state"),
        ("return host.sequence('n')", "host.sequence"),
        ("return #host.records({ register = 'information' })", "host.records"),
        ("return host.total({ register = 'information', period = '2023' })", "host.total"),
        ("return #tostring({}) == 5 and error('no address') or 1", "no address"),
    ] {
        preview(body).ended(1).says("rule.lua:3").says(why);
    }
}
