-- Until when a unit signs and answers, in working days; reminders before and after.

local course = require("lib/course")
local reminders = require("std/reminders")
local stages = require("lib/stages")
local settings = host.settings

local function due(name, event, days, why)
  return { name = name, start = event.on, due = host.date.add_working_days(event.on, days), why = why }
end

host.on("deadline.compute", {
  register = "instructions", action = "assign", match = { stage = "assigned" },
}, function(event)
  local days = settings.sign_days
  return due("sign", event, days, { zh = `交办后 {days} 个工作日内签收`, en = `To be signed for within {days} working days.` })
end)

-- What has begun the term of an answer. One that is sent back begins another.
local begun = {
  assign = { zh = "交办", en = "the assignment" },
  back = { zh = "退回重办", en = "it was sent back" },
}

host.on("deadline.compute", {
  register = "instructions", action = { "assign", "back" }, match = { stage = stages.owing },
}, function(event)
  local by, days = begun[event.action], course.days[event.action]
  return due("reply", event, days,
    { zh = `{by.zh}后 {days} 个工作日内反馈，当日不计`, en = `To be answered within {days} working days after {by.en}, that day not counted.` })
end)

host.on("reminder.plan", { register = "instructions", name = "reply" }, function(deadline, record)
  return reminders.plan(deadline, record.unit, settings, {
    reminder = { zh = `“{record.title}”最迟应于 {deadline.due} 反馈办理情况`, en = `“{record.title}” is to be answered by {deadline.due}.` },
    urging = { zh = `“{record.title}”办理情况最迟应于 {deadline.due} 反馈，现已超期，请尽快办理`, en = `“{record.title}” was to be answered by {deadline.due}; please do so now.` },
  })
end)

-- Whatever the office sets: a day stands for all that are reckoned.
local function on(day)
  return { ["date.add_working_days"] = day }
end

local function term(title, action, stage, expect)
  host.example(title, {
    point = "deadline.compute", old = {},
    event = { register = "instructions", action = action, on = "2023-05-05" },
    record = { unit = "a", title = "照明", stage = stage },
    calls = on("2023-05-19"),
    expect = expect,
  })
end

local sign = { name = "sign", start = "2023-05-05", due = "2023-05-19" }
local reply = { name = "reply", start = "2023-05-05", due = "2023-05-19" }

term("what is assigned is to be signed for, and answered", "assign", "assigned", { sign, reply })
term("once it is signed for, it is to be answered", "assign", "signed", { reply })
term("what was answered owes nothing", "assign", "answered", {})
term("nor does what was closed", "assign", "closed", {})
term("what is sent back is to be answered anew", "back", "signed", { reply })
term("until it is", "back", "answered", {})

local function reminders(title, day, expect)
  host.example(title, {
    point = "reminder.plan",
    deadline = { name = "reply", start = "2023-05-05", due = "2023-05-19" },
    record = { register = "instructions", unit = "a", title = "照明" },
    calls = on(day),
    expect = expect,
  })
end

reminders("a reminder before it is due, and an urging letter after", "2023-05-17", {
  { on = "2023-05-17", kind = "reminder", to = "a" },
  { on = "2023-05-17", kind = "urging", to = "a" },
})
reminders("no reminder before the term has begun", "2023-05-05", { { kind = "urging" } })
