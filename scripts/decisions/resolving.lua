-- From the vote to the resolution: without a vote that carried it there is none; then reports until it is carried out.

local deadlines = require("std/deadlines")
local numbering = require("std/numbering")
local reminders = require("std/reminders")
local settings = host.settings

host.on("action.effect", { register = "decisions", action = "put_to_vote" }, function(_, decision)
  return {
    key = "vote", register = "votes", action = "draft",
    fields = { title = decision.title, kind = "motion", candidates = { decision.title }, places = 1, base = "members", decision = decision.id },
  }
end)

-- The last vote on it that was declared.
local function vote_on(decision)
  local votes = host.records({ register = "votes", match = { decision = decision.id }, stage = "closed", limit = 100 })
  return votes[#votes]
end

host.on("action.guard", { register = "decisions", action = "resolve", clause = "vote" }, function(_, decision)
  local vote = vote_on(decision)
  if vote == nil then
    return { text = { zh = "没有表决记录，不能作出决议", en = "There is no vote on record: nothing is resolved without one." } }
  end
  if #(vote.elected or {}) == 0 then
    return { text = { zh = `表决（{vote.number or vote.id}）未通过`, en = `The vote ({vote.number or vote.id}) did not carry it.` } }
  end
end)

host.on("record.normalize", { register = "decisions", action = "resolve" }, function(draft)
  local resolved = table.clone(draft)
  resolved.resolved = draft.on
  return resolved
end)

host.on("record.number", { register = "decisions", action = "resolve" }, function(event)
  return numbering.yearly("decisions", "决议", event.on)
end)

-- The report is due so many months from publication, the next one so many from the last report.
host.on("deadline.compute", { register = "decisions", action = { "publish", "follow_up" }, match = { stage = "published" }, clause = "report" }, function(event)
  return deadlines.months("follow_up", event.on, host.figures.report_months, 0, { zh = "落实情况报告", en = "follow-up report" })
end)

host.on("reminder.plan", { register = "decisions", name = "follow_up" }, function(deadline, decision)
  if decision.unit == nil then
    return nil
  end
  return reminders.plan(deadline, decision.unit, settings, {
    reminder = { zh = `“{decision.title}”的落实情况应于 {deadline.due} 前报告`, en = `What was done on “{decision.title}” is to be reported by {deadline.due}.` },
    urging = { zh = `“{decision.title}”的落实情况应于 {deadline.due} 前报告，现已超期`, en = `What was done on “{decision.title}” was to be reported by {deadline.due}.` },
  })
end)

host.example("a matter that is put to the vote has a vote of its own", {
  point = "action.effect", event = { register = "decisions", action = "put_to_vote", on = "2023-05-20" }, record = { id = "1", title = "预算调整" },
  expect = { { key = "vote", register = "votes", action = "draft", fields = { title = "预算调整", kind = "motion", decision = "1" } } },
})

local function guarded(title, votes, expect)
  host.example(title, {
    point = "action.guard", event = { register = "decisions", action = "resolve", on = "2023-05-20" }, record = { id = "1", title = "预算调整" }, ctx = { deadlines = {}, totals = {} },
    calls = { records = votes }, expect = expect,
  })
end

guarded("without a vote nothing is resolved", {}, { { text = { zh = "没有表决记录，不能作出决议" } } })
guarded("nor with one that did not carry it", { { id = "1", register = "votes", stage = "closed", number = "表决〔2023〕1号" } }, { { text = { zh = "表决（表决〔2023〕1号）未通过" } } })
guarded("a vote that carried it will do", { { id = "1", register = "votes", stage = "closed", elected = { "预算调整" } } }, {})

host.example("it is resolved on its day", {
  point = "record.normalize", draft = { register = "decisions", action = "resolve", on = "2023-05-20" }, expect = { resolved = "2023-05-20" },
})
host.example("resolutions are numbered by the year", {
  point = "record.number", event = { register = "decisions", action = "resolve", on = "2023-05-20" }, record = {}, calls = { sequence = 2 }, expect = "决议〔2023〕2号",
})

local function due(title, action, stage, expect)
  host.example(title, {
    point = "deadline.compute", old = {}, event = { register = "decisions", action = action, on = "2023-05-31" }, record = { register = "decisions", stage = stage, title = "预算调整" },
    expect = expect,
  })
end

due("what was done is reported half a year after publication", "publish", "published", { { name = "follow_up", start = "2023-05-31", due = "2023-11-30" } })
due("and again after each report", "follow_up", "published", { { name = "follow_up", due = "2023-11-30" } })
due("until it is carried out", "follow_up", "done", {})
host.example("a reminder before, and an urging after", {
  point = "reminder.plan", deadline = { name = "follow_up", start = "2023-05-31", due = "2023-11-30" }, record = { register = "decisions", unit = "a", title = "预算调整" },
  calls = { ["date.add_working_days"] = "2023-11-16" }, expect = { { kind = "reminder", to = "a" }, { kind = "urging", to = "a" } },
})
