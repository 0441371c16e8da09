-- A commissioned item earns by being submitted in time, adopted or not. That it was commissioned is a fact of its own:
-- it stays, whatever kind the item turns out to be.

host.on("score.post", {
  register = "information", action = "submit", measure = "points", account = "unit", tag = "commission", clause = "commission",
}, function(event, record)
  -- What was returned and comes again is the same item.
  if event.nth > 1 or not (record.commissioned or record.kind == "commissioned") then
    return nil
  end
  return if record.due == nil or event.on <= record.due then host.figures.commissioned else nil
end)

local function case(title, on, record, expect, nth)
  record.unit = "a"
  host.example(title, {
    point = "score.post", event = { register = "information", action = "submit", on = on, nth = nth },
    record = record, expect = expect,
  })
end

local function one(on)
  local amount = host.figure("commissioned", on)
  return if amount then { { account = "a", measure = "points", amount = amount, tag = "commission" } } else {}
end

for _, on in { "2022-12-31", "2023-01-01" } do
  case(`a commissioned item on its last day, {on}`, on, { kind = "commissioned", commissioned = true, due = on }, one(on))
end
case("one that became research stays commissioned", "2023-03-10", { kind = "research", commissioned = true, due = "2023-03-10" }, one("2023-03-10"))
case("one without a day is in time", "2023-03-10", { kind = "commissioned" }, one("2023-03-10"))
case("a day late", "2023-03-11", { kind = "commissioned", commissioned = true, due = "2023-03-10" }, {})
case("what comes again", "2023-03-09", { kind = "commissioned", commissioned = true, due = "2023-03-10" }, {}, 2)
case("an item that nobody asked for", "2023-03-10", { kind = "research" }, {})
