-- What an item earns by being submitted, and what a commissioned one costs that is overdue.

local rules = host.rules { register = "information", measure = "points", account = "unit", tag = "submission" }

rules:on("score.post", { action = "submit", clause = "submission" }, function(event, record)
  -- An item that was returned and comes again is the same item.
  if event.nth > 1 then
    return nil
  end
  if record.kind ~= "commissioned" then
    return host.figures.submission
  end
  -- A late one has its posting of 0: the day of submission is read from it.
  local in_time = record.due == nil or event.on <= record.due
  return if in_time then host.figures.commissioned else host.figures.commissioned_late
end)

rules:on("score.post", { action = "overdue", match = { kind = "commissioned" }, clause = "overdue" }, function()
  return host.figures.overdue
end)

local function one(figure, on)
  return { { account = "a", measure = "points", amount = host.figure(figure, on or "2023-03-10"), tag = "submission" } }
end

local due = "2023-03-10"

rules:examples {
  point = "score.post",
  event = { action = "submit", on = "2023-03-11" }, record = { unit = "a", joint = { "b" }, kind = "dynamic" },
  { "an item submitted is its unit's alone", expect = one("submission") },
  { "a due date is nothing to an item that nobody asked for", record = { due = due }, expect = one("submission") },
  { "a resubmission counts once", event = { nth = 2 }, expect = {} },
}

rules:examples {
  point = "score.post",
  event = { action = "submit", on = due }, record = { unit = "a", joint = { "b" }, kind = "commissioned", due = due },
  { "a commissioned item on its last day", expect = one("commissioned") },
  { "a day late", event = { on = "2023-03-11" }, expect = one("commissioned_late") },
  { "a commissioned item without a day", event = { on = "2023-03-11" }, record = { due = host.null }, expect = one("commissioned") },
  { "a commissioned item overdue", event = { action = "overdue" }, expect = one("overdue") },
  { "another item overdue", event = { action = "overdue" }, record = { kind = "dynamic", due = host.null }, expect = {} },
}
