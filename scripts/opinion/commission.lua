-- A commissioned item earns by being submitted in time, adopted or not. That it was commissioned is a fact of its own:
-- it stays, whatever kind the item turns out to be.

local rules = host.rules {
  register = "information", action = "submit", measure = "points", account = "unit", tag = "commission", clause = "commission",
}

rules:on("score.post", {}, function(event, record)
  -- What was returned and comes again is the same item.
  if event.nth > 1 or not (record.commissioned or record.kind == "commissioned") then
    return nil
  end
  return if record.due == nil or event.on <= record.due then host.figures.commissioned else nil
end)

local function one(on)
  local amount = host.figure("commissioned", on)
  return if amount then { { account = "a", measure = "points", amount = amount, tag = "commission" } } else {}
end

for _, on in { "2022-12-31", "2023-01-01" } do
  rules:example(`a commissioned item on its last day, {on}`, {
    point = "score.post", event = { on = on, nth = 1 },
    record = { unit = "a", kind = "commissioned", commissioned = true, due = on }, expect = one(on),
  })
end

rules:examples {
  point = "score.post",
  event = { on = "2023-03-10", nth = 1 }, record = { unit = "a", kind = "commissioned", commissioned = true, due = "2023-03-10" },
  { "one that became research stays commissioned", record = { kind = "research" }, expect = one("2023-03-10") },
  { "one without a day is in time", record = { commissioned = host.null, due = host.null }, expect = one("2023-03-10") },
  { "a day late", event = { on = "2023-03-11" }, expect = {} },
  { "what comes again", event = { on = "2023-03-09", nth = 2 }, expect = {} },
  { "an item that nobody asked for", record = { kind = "research", commissioned = host.null, due = host.null }, expect = {} },
}
