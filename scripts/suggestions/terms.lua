-- Until when a suggestion is to be answered and may be handed back, and who is reminded.

local deadlines = require("std/deadlines")
local numbering = require("std/numbering")
local reminders = require("std/reminders")
local settings = host.settings

-- Where an answer is owed.
local owing = { "assigned", "handling" }

host.on("record.normalize", { register = "suggestions", action = "submit" }, function(draft)
  if draft.received == nil and draft.on then
    local dated = table.clone(draft)
    dated.received = draft.on
    return dated
  end
end)

host.on("record.number", { register = "suggestions" }, function(event)
  return numbering.yearly("suggestions", "建议", event.on)
end)

-- From when the answer's term runs: from receipt, or from the last assignment.
local function start_of(event, record, old)
  if settings.from == "received" and record.received then
    return record.received
  end
  return if event.action == "extend" and old.answer then old.answer.start else event.on
end

-- The extension itself says so, since history may not have marked the record.
host.on("deadline.compute", { register = "suggestions", action = { "assign", "extend" }, match = { stage = owing }, clause = "answer" }, function(event, record, old)
  if (record.round or 1) > 1 then
    return nil
  end
  local start = start_of(event, record, old)
  local more = if record.extended or event.action == "extend" then host.figure("extension_months", start) else 0
  return deadlines.months("answer", start, host.figure("answer_months", start), more, { zh = "办理办法", en = "the rules" })
end)

-- A second handling has a term of its own.
host.on("deadline.compute", { register = "suggestions", action = "handle_again", match = { stage = owing }, clause = "again" }, function(event)
  return deadlines.months("answer", event.on, host.figures.again_months, 0, { zh = "再次办理", en = "second handling" })
end)

host.on("deadline.compute", { register = "suggestions", action = "assign", match = { stage = owing }, clause = "back" }, function(event)
  return deadlines.right(deadlines.working_days("hand_back", event.on, host.figures.back_days, { zh = "退回", en = "handing back" }))
end)

host.on("action.guard", { register = "suggestions", action = "hand_back", clause = "back" }, function(event, _, ctx)
  return deadlines.lapsed(event, ctx.deadlines, "已过退回期限", "It can't be handed back any more")
end)

host.on("action.guard", { register = "suggestions", action = "extend", clause = "answer" }, function(event, record)
  if event.nth > 1 then
    return { zh = "只能延期一次", en = "It can be extended once." }
  end
  if (record.round or 1) > 1 then
    return { zh = "再次办理不能延期", en = "A second handling is not extended." }
  end
end)

host.on("record.normalize", { register = "suggestions", action = { "extend", "handle_again" } }, function(draft)
  local next = table.clone(draft)
  if draft.action == "extend" then
    next.extended = true
  else
    next.round = (draft.round or 1) + 1
    next.satisfaction, next.class, next.reply = host.null, host.null, host.null
  end
  return next
end)

host.on("reminder.plan", { register = "suggestions", name = "answer" }, function(deadline, record)
  return reminders.plan(deadline, record.unit, settings, {
    reminder = { zh = `代表建议“{record.title}”应于 {deadline.due} 前答复`, en = `The suggestion “{record.title}” is to be answered by {deadline.due}.` },
    urging = { zh = `代表建议“{record.title}”应于 {deadline.due} 前答复，现已超期`, en = `The suggestion “{record.title}” was to be answered by {deadline.due}.` },
  })
end)

local function term(title, action, on, record, calls, expect)
  record.register, record.title = "suggestions", "校门口交通"
  host.example(title, {
    point = "deadline.compute", old = {}, event = { register = "suggestions", action = action, on = on }, record = record, calls = calls, expect = expect,
  })
end

local days = { ["date.add_working_days"] = "2023-12-11" }
local back = { name = "hand_back", start = "2023-11-30", due = "2023-12-11", lapses = true }
local extended = { name = "answer", start = "2023-11-30", due = "2024-05-30", why = { zh = "自2023年11月30日起6个月（含延长3个月）（办理办法）" } }

term("an answer is due three months after receipt, and may be handed back for seven working days", "assign", "2023-11-30", { stage = "assigned", received = "2023-11-30" }, days, {
  { name = "answer", start = "2023-11-30", due = "2024-02-29", why = { zh = "自2023年11月30日起3个月（办理办法）" } }, back,
})
if settings.from == "received" then
  term("an extension is reckoned from the start, not from the day before", "extend", "2024-02-20", { stage = "handling", received = "2023-11-30" }, {}, { extended })
end
term("who gets it after the extension has it too", "assign", "2023-11-30", { stage = "assigned", received = "2023-11-30", extended = true }, days, { extended, back })
term("once it is answered nothing is owed", "assign", "2023-11-30", { stage = "answered", received = "2023-11-30" }, days, {})
term("a second handling has a month", "handle_again", "2024-03-10", { stage = "handling", round = 2 }, days, { { name = "answer", due = "2024-04-10" } })

local function guarded(title, action, event, record, deadlines_now, expect)
  event.register, event.action = "suggestions", action
  host.example(title, { point = "action.guard", event = event, record = record, ctx = { deadlines = deadlines_now, totals = {} }, expect = expect })
end

local right = { hand_back = { name = "hand_back", start = "2023-11-30", due = "2023-12-11", state = "allowed" } }
guarded("the last day for handing back is in time", "hand_back", { on = "2023-12-11", nth = 1 }, {}, right, {})
guarded("the day after is not", "hand_back", { on = "2023-12-12", nth = 1 }, {}, right, { { text = { zh = "已过退回期限（2023年12月11日止）" } } })
guarded("there is one extension", "extend", { on = "2024-01-01", nth = 2 }, {}, {}, { { text = { zh = "只能延期一次" } } })
guarded("and none of a second handling", "extend", { on = "2024-01-01", nth = 1 }, { round = 2 }, {}, { { text = { zh = "再次办理不能延期" } } })

local function tidied(title, draft, expect)
  draft.register = "suggestions"
  host.example(title, { point = "record.normalize", draft = draft, expect = expect })
end

tidied("it was received when it is registered, if nothing else is said", { action = "submit", on = "2023-11-30" }, { received = "2023-11-30" })
tidied("what is extended is marked", { action = "extend" }, { extended = true })
tidied("what is handled again begins without the old answer", { action = "handle_again", round = 1, class = "D" }, { round = 2, class = host.null })

host.example("suggestions are numbered by the year", {
  point = "record.number", event = { register = "suggestions", action = "submit", on = "2023-11-30" }, record = {}, calls = { sequence = 12 },
  expect = "建议〔2023〕12号",
})
host.example("an office is reminded before, and urged after", {
  point = "reminder.plan", deadline = { name = "answer", start = "2023-11-30", due = "2024-02-29" },
  record = { register = "suggestions", unit = "a", title = "校门口交通" }, calls = { ["date.add_working_days"] = "2024-02-15" },
  expect = { { on = "2024-02-15", kind = "reminder", to = "a" }, { kind = "urging", to = "a" } },
})
