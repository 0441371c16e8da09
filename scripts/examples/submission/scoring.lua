-- A commissioned item that comes in time scores, adopted or not.

local rules = host.rules {
  register = "information", action = "submit", measure = "points", account = "unit", tag = "commissioned", clause = "in-time",
}

rules:on("score.post", { match = { kind = "commissioned" } }, function(event, record)
  if event.nth > 1 then
    return nil
  end
  local in_time = record.due == nil or event.on <= record.due
  return if in_time then host.figures.in_time else host.figures.late
end)

local function worth(figure)
  return { { account = "a", amount = host.figure(figure, "2023-03-10") } }
end

rules:examples {
  point = "score.post",
  event = { on = "2023-03-10" }, record = { unit = "a", kind = "commissioned", due = "2023-03-10" },
  { "on its last day", expect = worth("in_time") },
  { "a day late", event = { on = "2023-03-11" }, expect = worth("late") },
  { "an item that nobody asked for", event = { on = "2023-03-01" }, record = { kind = "dynamic" }, expect = {} },
}
