-- A check, a number, a deadline with its reminders, and a figure. Each has an example, which runs before a version goes live.

local deadlines = require("std/deadlines")
local numbering = require("std/numbering")
local reminders = require("std/reminders")

host.on("record.check", { register = "NAME", action = "submit" }, function(draft)
  if draft.text and utf8.len(draft.text) < 5 then
    return { level = "warning", field = "text", text = { zh = "内容过于简单", en = "The text says little." } }
  end
end)

host.on("record.number", { register = "NAME" }, function(event)
  return numbering.yearly("NAME", "NAME", event.on)
end)

-- Owed while the record is in this stage: after the event that takes it out of it, it is met.
host.on("deadline.compute", { register = "NAME", action = "submit", match = { stage = "submitted" }, clause = "term" }, function(event)
  return deadlines.working_days("close", event.on, host.figures.days)
end)

host.on("reminder.plan", { register = "NAME", name = "close" }, function(deadline, record)
  return reminders.plan(deadline, record.unit, host.settings, {
    reminder = { zh = `“{record.title}”应于 {deadline.due} 前办结`, en = `“{record.title}” is due by {deadline.due}.` },
    urging = { zh = `“{record.title}”应于 {deadline.due} 前办结，现已超期`, en = `“{record.title}” was due by {deadline.due}.` },
  })
end)

-- Counted for the unit of the record, by the figure of the event's day.
host.on("score.post", { register = "NAME", action = "close", measure = "done", account = "unit", clause = "worth" }, function()
  return host.figures.done
end)

host.example("a text that says something", { point = "record.check", action = "submit", draft = { register = "NAME", text = "请予研究办理" }, expect = {} })
host.example("one that says little is warned of", {
  point = "record.check", action = "submit", draft = { register = "NAME", text = "好" }, expect = { { level = "warning", field = "text" } },
})
host.example("numbers begin anew each year", {
  point = "record.number", event = { register = "NAME", action = "submit", on = "2023-05-04" }, record = {}, calls = { sequence = 7 }, expect = "NAME〔2023〕7号",
})
host.example("it is due some working days later", {
  point = "deadline.compute", event = { register = "NAME", action = "submit", on = "2023-05-04" }, record = { register = "NAME", stage = "submitted", unit = "a" }, old = {},
  calls = { ["date.add_working_days"] = "2023-05-18" }, expect = { { name = "close", start = "2023-05-04", due = "2023-05-18" } },
})
host.example("and once it is done it owes nothing", {
  point = "deadline.compute", event = { register = "NAME", action = "submit", on = "2023-05-04" }, record = { register = "NAME", stage = "closed", unit = "a" }, old = {}, expect = {},
})
host.example("a reminder before, and an urging after", {
  point = "reminder.plan", deadline = { name = "close", start = "2023-05-04", due = "2023-05-18" }, record = { register = "NAME", unit = "a", title = "标题" },
  calls = { ["date.add_working_days"] = "2023-05-16" }, expect = { { kind = "reminder", to = "a" }, { kind = "urging", to = "a" } },
})
host.example("what is done counts for its unit", {
  point = "score.post", event = { register = "NAME", action = "close", on = "2023-05-10" }, record = { unit = "a" },
  expect = { { account = "a", measure = "done", amount = host.figure("done", "2023-05-10") } },
})
