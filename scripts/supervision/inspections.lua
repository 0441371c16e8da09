-- Law-enforcement inspections: a law, a team, sites; each finding is a record of its own, put right by its unit in time.

local deadlines = require("std/deadlines")
local reminders = require("std/reminders")
local settings = host.settings

local clerks, officers = settings.clerks, settings.officers

-- More than an inspection finds.
local all = 1000

local function text(zh, en, sets)
  return { type = "longtext", required = true, max = 20000, sets = sets, label = { zh = zh, en = en } }
end

host.register("inspections", {
  title = { zh = "执法检查", en = "Inspections" },
  fields = {
    title = { type = "text", required = true, max = 100, search = true, order = 1, label = { zh = "检查名称", en = "Inspection" } },
    law = { type = "text", required = true, max = 100, search = true, order = 2, label = { zh = "法律法规", en = "Law" } },
    team = { type = "person", many = true, order = 3, label = { zh = "检查组成员", en = "Team" } },
    sites = { type = "text", many = true, order = 4, label = { zh = "检查地点", en = "Sites" }, help = { zh = "每行一处", en = "One a line" } },
    from = { type = "date", order = 5, label = { zh = "开始日期", en = "From" } },
    to = { type = "date", order = 6, label = { zh = "结束日期", en = "To" } },
    report = { type = "longtext", asked = false, search = true, order = 7, label = { zh = "检查报告", en = "Report" } },
  },
  stages = {
    { id = "draft", label = { zh = "草稿", en = "Draft" } },
    { id = "planned", label = { zh = "已列入计划", en = "Planned" } },
    { id = "under_way", label = { zh = "检查中", en = "Under way" } },
    { id = "reported", label = { zh = "已报告", en = "Reported" } },
    { id = "closed", label = { zh = "已结束", en = "Closed" } },
  },
  actions = {
    plan = { title = { zh = "列入计划", en = "Plan" }, from = { "draft" }, to = "planned", by = clerks, submission = true },
    begin = { title = { zh = "开始检查", en = "Begin" }, from = { "planned" }, to = "under_way", by = clerks },
    report = { title = { zh = "检查报告", en = "Report" }, from = { "under_way" }, to = "reported", by = clerks, form = { said = text("检查报告", "Report", "report") } },
    close = { title = { zh = "结束", en = "Close" }, from = { "reported" }, to = "closed", by = clerks },
  },
})

host.register("findings", {
  title = { zh = "检查问题", en = "Findings" },
  fields = {
    title = { type = "text", required = true, max = 200, search = true, order = 1, label = { zh = "问题", en = "Finding" } },
    inspection = { type = "record", of = "inspections", required = true, order = 2, label = { zh = "执法检查", en = "Inspection" } },
    site = { type = "text", max = 100, order = 3, label = { zh = "地点", en = "Site" } },
    unit = { type = "unit", required = true, order = 4, label = { zh = "整改单位", en = "Put right by" } },
    due = { type = "date", order = 5, label = { zh = "整改期限", en = "Due" }, help = { zh = "不填按办法规定", en = "As the rules say if left out" } },
    done = { type = "longtext", asked = false, order = 6, label = { zh = "整改情况", en = "What was done" } },
  },
  stages = {
    { id = "draft", label = { zh = "草稿", en = "Draft" } },
    { id = "open", label = { zh = "整改中", en = "Open" } },
    { id = "rectified", label = { zh = "已报整改", en = "Reported right" } },
    { id = "closed", label = { zh = "已销号", en = "Closed" } },
  },
  actions = {
    find = { title = { zh = "交办整改", en = "Hand over" }, from = { "draft" }, to = "open", by = clerks, submission = true },
    rectify = { title = { zh = "报告整改", en = "Report" }, from = { "open" }, to = "rectified", by = officers, form = { said = text("整改情况", "What was done", "done") } },
    redo = { title = { zh = "退回整改", en = "Send back" }, from = { "rectified" }, to = "open", by = clerks, form = { why = text("理由", "Reason") } },
    close = { title = { zh = "销号", en = "Close" }, from = { "rectified" }, to = "closed", by = clerks },
  },
})

host.on("deadline.compute", { register = "findings", action = { "find", "redo" }, match = { stage = "open" }, clause = "rectify" }, function(event, record)
  if record.due and record.due >= event.on then
    return { name = "rectify", start = event.on, due = record.due, why = { zh = "交办时写明的期限", en = "The day that was set." } }
  end
  return deadlines.days("rectify", event.on, host.figures.rectify_days, { zh = "整改", en = "putting right" })
end)

host.on("reminder.plan", { register = "findings", name = "rectify" }, function(deadline, record)
  return reminders.plan(deadline, record.unit, settings, {
    reminder = { zh = `“{record.title}”应于 {deadline.due} 前整改`, en = `“{record.title}” is to be put right by {deadline.due}.` },
    urging = { zh = `“{record.title}”应于 {deadline.due} 前整改，现已超期`, en = `“{record.title}” was to be put right by {deadline.due}.` },
  })
end)

local function findings_of(inspection)
  local found, open = 0, 0
  for _, finding in host.records({ register = "findings", match = { inspection = inspection.id }, limit = all }) do
    found += 1
    open += if finding.stage == "closed" then 0 else 1
  end
  return found, open
end

host.on("action.guard", { register = "inspections", action = "close" }, function(_, inspection)
  local found, open = findings_of(inspection)
  if open > 0 then
    return { zh = `发现问题{found}个，尚有{open}个未销号`, en = `{found} findings, {open} of them open.` }
  end
end)

host.on("panel.show", { place = "record" }, function(_, _, record)
  if record == nil or record.register ~= "inspections" then
    return nil
  end
  local found, open = findings_of(record)
  return {
    id = "findings", kind = "text", title = { zh = "检查问题", en = "Findings" }, link = "findings", level = if open > 0 then "notice" else "plain",
    value = { zh = `发现问题{found}个，未销号{open}个`, en = `{found} findings, {open} open` },
  }
end)

local function finding(n, stage)
  return { id = `{n}`, register = "findings", stage = stage, title = "标识不全", unit = "a", inspection = "1" }
end

local mixed = { finding(1, "closed"), finding(2, "open"), finding(3, "rectified") }

host.example("an inspection with open findings is not closed", {
  point = "action.guard", event = { register = "inspections", action = "close", nth = 1 }, record = { id = "1" }, ctx = { deadlines = {}, totals = {} }, calls = { records = mixed },
  expect = { { text = { zh = "发现问题3个，尚有2个未销号" } } },
})
host.example("one without is", {
  point = "action.guard", event = { register = "inspections", action = "close", nth = 1 }, record = { id = "1" }, ctx = { deadlines = {}, totals = {} }, calls = { records = { finding(1, "closed") } },
  expect = {},
})
host.example("its page says how many are open", {
  point = "panel.show", place = "record", person = { id = "li" }, record = { id = "1", register = "inspections", stage = "reported" }, calls = { records = mixed },
  expect = { { value = { zh = "发现问题3个，未销号2个" }, level = "notice" } },
})
local function due(title, day, expect)
  host.example(title, {
    point = "deadline.compute", old = {}, event = { register = "findings", action = "find", on = "2023-03-01" }, record = { register = "findings", stage = "open", unit = "a", title = "标识不全", due = day },
    expect = expect,
  })
end

due("a finding is put right within ninety days", nil, { { name = "rectify", due = "2023-05-30" } })
due("or by its own day", "2023-03-31", { { name = "rectify", due = "2023-03-31" } })
host.example("its unit is reminded before, and urged after", {
  point = "reminder.plan", deadline = { name = "rectify", start = "2023-03-01", due = "2023-05-30" }, record = { register = "findings", unit = "a", title = "标识不全" },
  calls = { ["date.add_working_days"] = "2023-05-23" }, expect = { { kind = "reminder", to = "a" }, { kind = "urging", to = "a" } },
})
