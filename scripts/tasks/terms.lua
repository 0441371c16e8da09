-- Until when a task is to be done, and when its unit is reminded.

local deadlines = require("std/deadlines")
local reminders = require("std/reminders")
local settings = host.settings

host.on("deadline.compute", { register = "tasks", action = { "assign", "redo" }, match = { stage = "assigned" } }, function(event, task)
  if task.due then
    return { name = "complete", start = event.on, due = task.due, why = { zh = "任务期限", en = "The day that was set." } }
  end
  return deadlines.days("complete", event.on, settings.days)
end)

host.on("reminder.plan", { register = "tasks", name = "complete" }, function(deadline, task)
  return reminders.plan(deadline, task.person or task.unit, settings, {
    reminder = { zh = `任务“{task.title}”应于 {deadline.due} 前完成`, en = `The task “{task.title}” is due by {deadline.due}.` },
    urging = { zh = `任务“{task.title}”应于 {deadline.due} 前完成，现已超期`, en = `The task “{task.title}” was due by {deadline.due}.` },
  })
end)

host.on("record.check", { register = "tasks", action = "extend" }, function(draft)
  if draft.form.new_due and draft.on and draft.form.new_due < draft.on then
    return { level = "error", field = "new_due", text = { zh = "新的期限已过", en = "The new day has passed." } }
  end
end)

local function due(title, stage, day, expect)
  host.example(title, {
    point = "deadline.compute", old = {}, event = { register = "tasks", action = "assign", on = "2023-05-05" },
    record = { register = "tasks", stage = stage, title = "修路", unit = "a", due = day }, expect = expect,
  })
end

due("a task is due on its day", "assigned", "2023-05-31", { { name = "complete", due = "2023-05-31" } })
due("else after as many days as are usual", "assigned", nil, { { name = "complete", due = host.date.add_days("2023-05-05", settings.days) } })
due("once it is done it owes nothing", "done", nil, {})

host.example("a reminder before, and an urging after", {
  point = "reminder.plan", deadline = { name = "complete", start = "2023-05-05", due = "2023-05-31" },
  record = { register = "tasks", unit = "a", title = "修路" }, calls = { ["date.add_working_days"] = "2023-05-26" },
  expect = { { on = "2023-05-26", kind = "reminder", to = "a" }, { kind = "urging", to = "a" } },
})
host.example("nobody extends into the past", {
  point = "record.check", action = "extend", draft = { register = "tasks", on = "2023-05-05", form = { new_due = "2023-05-04" } },
  expect = { { level = "error", field = "new_due" } },
})
