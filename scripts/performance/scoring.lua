-- What deputies did, how suggestions were handled, who came to meetings: in figures, each with its clause.

-- By kind, the figure that an activity is worth to each deputy who took part.
host.on("score.post", { register = "activities", action = "hold", measure = "performance", account = "deputies", share = "each", clause = "performance" }, function(_, activity)
  return host.figures[activity.kind]
end)

-- A suggestion counts for its deputy, among what they did.
host.on("score.post", { register = "suggestions", action = "submit", clause = "performance" }, function(event, suggestion)
  if event.nth > 1 or suggestion.deputy == nil then
    return nil
  end
  return { account = suggestion.deputy, measure = "performance", register = "activities", amount = host.figures.suggestion }
end)

host.on("score.post", { register = "suggestions", action = "answer", measure = "handled", account = "unit", clause = "handled" }, function(event)
  return if event.nth == 1 then host.figures.handled else nil
end)

host.on("score.post", { register = "suggestions", action = "overdue", measure = "overdue", account = "unit", clause = "handled" }, function(event)
  return if event.fields.deadline == "answer" then host.figures.overdue else nil
end)

host.on("score.post", { register = "attendance", action = "attend", measure = "present", account = "unit", clause = "attendance" }, function()
  return host.figures.present
end)

host.on("score.post", { register = "attendance", action = "miss", measure = "absent", account = "unit", clause = "attendance" }, function()
  return host.figures.absent
end)

local on = "2023-05-20"

local function posted(title, register, action, event, record, expect)
  event.register, event.action, event.on = register, action, on
  host.example(title, { point = "score.post", event = event, record = record, expect = expect })
end

for _, kind in { "meeting", "inspection", "contact", "training" } do
  local worth = host.figure(kind, on)
  posted(`{kind} is worth its figure to each who took part`, "activities", "hold", {}, { kind = kind, deputies = { "hu", "lin" } }, {
    { account = "hu", measure = "performance", amount = worth }, { account = "lin", amount = worth },
  })
end
posted("a suggestion counts for its deputy", "suggestions", "submit", { nth = 1 }, { deputy = "hu" }, {
  { account = "hu", measure = "performance", register = "activities", amount = host.figure("suggestion", on) },
})
posted("an answer counts once", "suggestions", "answer", { nth = 1 }, { unit = "a" }, { { account = "a", measure = "handled", amount = host.figure("handled", on) } })
posted("a second one does not", "suggestions", "answer", { nth = 2 }, { unit = "a" }, {})
posted("a day that ended without an answer counts", "suggestions", "overdue", { nth = 1, fields = { deadline = "answer" } }, { unit = "a" }, {
  { account = "a", measure = "overdue", amount = host.figure("overdue", on) },
})
posted("another one does not", "suggestions", "overdue", { nth = 1, fields = { deadline = "rate" } }, { unit = "a" }, {})
posted("who came is counted", "attendance", "attend", {}, { unit = "a" }, { { account = "a", measure = "present", amount = host.figure("present", on) } })
posted("who did not come too", "attendance", "miss", {}, { unit = "a" }, { { account = "a", measure = "absent", amount = host.figure("absent", on) } })
