-- Special reports that are heard: planned, heard, opinions sent and answered in time, a satisfaction vote, closed.

local deadlines = require("std/deadlines")
local reminders = require("std/reminders")
local settings = host.settings

local clerks, officers = settings.clerks, settings.officers

local function text(zh, en, sets)
  return { type = "longtext", required = true, max = 20000, sets = sets, label = { zh = zh, en = en } }
end

host.register("special-reports", {
  title = { zh = "专项工作报告", en = "Special reports" },
  fields = {
    title = { type = "text", required = true, max = 100, search = true, order = 1, label = { zh = "报告题目", en = "Report" } },
    unit = { type = "unit", required = true, order = 2, label = { zh = "报告单位", en = "Reported by" } },
    planned = { type = "date", order = 3, label = { zh = "计划听取日期", en = "Planned for" } },
    agenda = { type = "record", of = "agenda", order = 4, label = { zh = "议程", en = "Agenda item" } },
    paper = { type = "file", many = true, order = 5, label = { zh = "报告", en = "Paper" } },
    heard = { type = "longtext", asked = false, order = 6, label = { zh = "听取情况", en = "What was heard" } },
    opinions = { type = "longtext", asked = false, search = true, order = 7, label = { zh = "审议意见", en = "Opinions" } },
    answer = { type = "longtext", asked = false, order = 8, label = { zh = "研究处理情况", en = "Answer" } },
  },
  stages = {
    { id = "draft", label = { zh = "草稿", en = "Draft" } },
    { id = "planned", label = { zh = "已列入计划", en = "Planned" } },
    { id = "heard", label = { zh = "已听取", en = "Heard" } },
    { id = "sent", label = { zh = "意见已送达", en = "Opinions sent" } },
    { id = "answered", label = { zh = "已反馈", en = "Answered" } },
    { id = "closed", label = { zh = "已办结", en = "Closed" } },
  },
  actions = {
    plan = { title = { zh = "列入计划", en = "Plan" }, from = { "draft" }, to = "planned", by = clerks, submission = true },
    hear = { title = { zh = "听取", en = "Hear" }, from = { "planned" }, to = "heard", by = clerks, form = { said = text("听取情况", "What was heard", "heard") } },
    send = { title = { zh = "送达审议意见", en = "Send opinions" }, from = { "heard" }, to = "sent", by = clerks, form = { said = text("审议意见", "Opinions", "opinions") } },
    reply = { title = { zh = "报告处理情况", en = "Answer" }, from = { "sent" }, to = "answered", by = officers, form = { said = text("研究处理情况", "Answer", "answer") } },
    redo = { title = { zh = "退回重报", en = "Send back" }, from = { "answered" }, to = "sent", by = clerks, form = { why = text("理由", "Reason") } },
    vote = { title = { zh = "满意度测评", en = "Satisfaction vote" }, from = { "answered" }, by = clerks },
    close = { title = { zh = "办结", en = "Close" }, from = { "answered" }, to = "closed", by = clerks },
  },
})

host.register("votes-on-reports", {
  extends = "votes",
  fields = { special_report = { type = "record", of = "special-reports", asked = false, order = 31, label = { zh = "专项工作报告", en = "Special report" } } },
})

host.on("deadline.compute", { register = "special-reports", action = { "send", "redo" }, match = { stage = "sent" }, clause = "answer" }, function(event)
  return deadlines.days("reply", event.on, host.figures.answer_days, { zh = "审议意见反馈", en = "opinions" })
end)

host.on("reminder.plan", { register = "special-reports", name = "reply" }, function(deadline, record)
  return reminders.plan(deadline, record.unit, settings, {
    reminder = { zh = `“{record.title}”审议意见的处理情况应于 {deadline.due} 前报告`, en = `The opinions on “{record.title}” are to be answered by {deadline.due}.` },
    urging = { zh = `“{record.title}”审议意见的处理情况应于 {deadline.due} 前报告，现已超期`, en = `The opinions on “{record.title}” were to be answered by {deadline.due}.` },
  })
end)

host.on("action.effect", { register = "special-reports", action = "vote" }, function(event, record)
  return {
    key = `vote-{event.nth}`, register = "votes", action = "draft",
    fields = { title = `{record.title}满意度测评`, kind = "appraisal", candidates = { record.title }, places = 1, special_report = record.id },
  }
end)

local function due(title, stage, expect)
  host.example(title, {
    point = "deadline.compute", old = {}, event = { register = "special-reports", action = "send", on = "2023-01-31" }, record = { register = "special-reports", stage = stage, unit = "a", title = "水污染防治" },
    expect = expect,
  })
end

due("opinions are answered within sixty days", "sent", { { name = "reply", start = "2023-01-31", due = "2023-04-01", why = { zh = "自2023年1月31日起60日（审议意见反馈）" } } })
due("once they are answered nothing is owed", "answered", {})
host.example("the unit is reminded before, and urged after", {
  point = "reminder.plan", deadline = { name = "reply", start = "2023-01-31", due = "2023-04-01" }, record = { register = "special-reports", unit = "a", title = "水污染防治" },
  calls = { ["date.add_working_days"] = "2023-03-27" }, expect = { { kind = "reminder", to = "a" }, { kind = "urging", to = "a" } },
})
host.example("how content the members are is voted on", {
  point = "action.effect", event = { register = "special-reports", action = "vote", nth = 1, on = "2023-04-02" }, record = { id = "1", title = "水污染防治" },
  expect = { { key = "vote-1", register = "votes", fields = { kind = "appraisal", candidates = { "水污染防治" }, special_report = "1" } } },
})
