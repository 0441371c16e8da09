-- What an item earns by being submitted, and what a commissioned one costs that is overdue.

local submitted = 1
local commissioned = { in_time = 2, late = 0 }
local overdue = -1

host.on("score.post", {
  register = "information", action = "submit", measure = "points", account = "unit",
  tag = "submission", clause = "submission",
}, function(event, record)
  -- An item that was returned and comes again is the same item.
  if event.nth > 1 then
    return nil
  end
  if record.kind ~= "commissioned" then
    return submitted
  end
  -- A late one has its posting of 0: the day of submission is read from it.
  return if record.due == nil or event.on <= record.due then commissioned.in_time else commissioned.late
end)

host.on("score.post", {
  register = "information", action = "overdue", match = { kind = "commissioned" },
  measure = "points", account = "unit", tag = "submission", clause = "overdue",
}, function()
  return overdue
end)

local function case(title, action, on, more, expect, nth)
  host.example(title, {
    point = "score.post",
    event = { register = "information", action = action, on = on, nth = nth },
    record = { unit = "a", joint = { "b" }, kind = more.kind, due = more.due },
    expect = expect,
  })
end

local function one(amount)
  return { { account = "a", measure = "points", amount = amount, tag = "submission" } }
end

local asked = { kind = "commissioned", due = "2023-03-10" }

case("an item submitted is its unit's alone", "submit", "2023-03-01", { kind = "dynamic" }, one(submitted))
case("a due date is nothing to an item that nobody asked for", "submit", "2023-03-11", { kind = "dynamic", due = "2023-03-10" }, one(submitted))
case("a resubmission counts once", "submit", "2023-03-04", { kind = "dynamic" }, {}, 2)
case("a commissioned item on its last day", "submit", "2023-03-10", asked, one(commissioned.in_time))
case("a day late", "submit", "2023-03-11", asked, one(commissioned.late))
case("a commissioned item without a day", "submit", "2023-03-11", { kind = "commissioned" }, one(commissioned.in_time))
case("a commissioned item overdue", "overdue", "2023-03-10", asked, one(overdue))
case("another item overdue", "overdue", "2023-03-10", { kind = "dynamic" }, {})
