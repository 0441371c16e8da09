-- Monthly progress beside the plan: green, amber or red; and what money was spent.

local blocks = require("std/blocks")
local deadlines = require("std/deadlines")
local names = require("std/names")
local plan = require("lib/plan")
local reminders = require("std/reminders")
local settings = host.settings
local column = blocks.column

-- More than an office has.
local all = 10000

host.on("record.check", { register = "projects" }, function(draft)
  local found = {}
  local milestones, line = plan.milestones(draft.milestones)
  if milestones == nil then
    table.insert(found, { level = "error", field = "milestones", text = { zh = `进度节点第{line}行应写作“2024-03-31 30 招标完成”`, en = `Line {line} of the milestones is written “2024-03-31 30 tender”.` } })
  end
  if draft.begins and draft.ends and draft.ends < draft.begins then
    table.insert(found, { level = "error", field = "ends", text = { zh = "完工早于开工", en = "It ends before it begins." } })
  end
  if draft.action == "start" and (draft.ends == nil or draft.begins == nil) then
    table.insert(found, { level = "error", field = "to", text = { zh = "请填写开工和完工日期", en = "Say when it begins and ends." } })
  end
  if draft.spent and draft.budget and draft.spent > draft.budget then
    table.insert(found, { level = "warning", field = "paid", text = { zh = `已支出{draft.spent}万元，超过投资{draft.budget}万元`, en = `{draft.spent} spent are more than the budget of {draft.budget}.` } })
  end
  return found
end)

host.on("record.normalize", { register = "projects", action = { "start", "progress", "finish" } }, function(draft)
  if draft.on == nil or plan.milestones(draft.milestones) == nil then
    return nil
  end
  local project = table.clone(draft)
  if draft.action == "finish" then
    project.percent = 100
  end
  project.light = plan.light(project, draft.on)
  return project
end)

host.on("deadline.compute", { register = "projects", action = { "start", "progress" }, match = { stage = "under_way" }, clause = "progress" }, function(event)
  return deadlines.months("progress", event.on, 1, 0, { zh = "每月报告进度", en = "monthly progress" })
end)

-- By its end it is to be finished, however it is reported on.
host.on("deadline.compute", { register = "projects", action = "start", match = { stage = "under_way" } }, function(event, project)
  if project.ends then
    return { name = "finish", start = event.on, due = project.ends, why = { zh = "计划完工日期", en = "The day it is planned to end." } }
  end
end)

host.on("reminder.plan", { register = "projects", name = "progress" }, function(deadline, project)
  return reminders.plan(deadline, project.unit, settings, {
    reminder = { zh = `“{project.title}”应于 {deadline.due} 前报告进度`, en = `Progress of “{project.title}” is to be reported by {deadline.due}.` },
    urging = { zh = `“{project.title}”应于 {deadline.due} 前报告进度，现已超期`, en = `Progress of “{project.title}” was to be reported by {deadline.due}.` },
  })
end)

local function under_way()
  local list = {}
  for _, stage in { "under_way", "finished", "evaluated" } do
    for _, project in host.records({ register = "projects", stage = stage, limit = all }) do
      table.insert(list, project)
    end
  end
  return list
end

-- What was reported as done by a day, by project.
local function done_by(date)
  local done = {}
  for _, action in { "progress", "finish" } do
    for _, event in host.events({ register = "projects", action = action, limit = all }) do
      if event.action == action and event.on <= date then
        done[event.record] = if action == "finish" then 100 else event.fields.done
      end
    end
  end
  return done
end

host.on("report.build", {
  name = "projects", title = { zh = "民生实事项目进展", en = "Progress of projects" },
  form = { date = { type = "date", label = { zh = "截至日期", en = "As of" }, help = { zh = "不填为今天", en = "Today if left out" } } },
}, function(_, parameters)
  local date = parameters.date or host.now().on
  local rows, counts, reported = {}, { green = 0, amber = 0, red = 0 }, done_by(date)
  for n, found in under_way() do
    local project = table.clone(found)
    project.percent = reported[project.id] or 0
    -- Behind a plan one falls by doing nothing: the light is that of the day, not of the last report.
    local light = if project.stage == "under_way" then plan.light(project, date) else "green"
    counts[light] += 1
    rows[n] = {
      n, project.title, names.unit(project.unit, date), project.budget or "", project.spent or "", plan.planned(project, date), project.percent or 0, plan.zh(light), project.rating or "",
    }
  end
  local said = `截至{blocks.day(date)}，民生实事项目{#rows}个：绿灯{counts.green}个，黄灯{counts.amber}个，红灯{counts.red}个。`
  return {
    kind = "table", language = "zh", title = parameters.title or "民生实事项目进展",
    sections = { { blocks = { blocks.paragraph(said) } } },
    appendices = if #rows > 0 then { {
      title = "民生实事项目进展表", landscape = true,
      blocks = { {
        kind = "table", rows = rows,
        columns = {
          column("序号", 1, "center"), column("项目", 4), column("实施单位", 2.4), column("投资（万元）", 2, "right"), column("支出（万元）", 2, "right"), column("计划（%）", 1.6, "right"),
          column("完成（%）", 1.6, "right"), column("进度", 1.4, "center"), column("评估", 2.4),
        },
      } },
    } } else nil,
    signature = { issuers = { settings.issuer }, date = date },
  }
end)

host.on("report.build", {
  name = "projects-chosen", title = { zh = "民生实事项目公告", en = "Announcement of projects" },
  form = { call = { type = "record", of = "project-calls", required = true, label = { zh = "项目征集", en = "Call" } } },
}, function(_, parameters)
  local call = if parameters.call then host.records({ register = "project-calls", id = parameters.call })[1] else nil
  if call == nil then
    error({ zh = "请指定项目征集，例如 call=2023-0001", en = "Say which call, such as call=2023-0001." }, 0)
  end
  local settled = host.events({ register = "project-calls", record = call.id, action = "settle" })
  local last = settled[#settled]
  if last == nil then
    error({ zh = `“{call.title}”尚未确定项目`, en = `“{call.title}” has not been settled.` }, 0)
  end
  local items = {}
  for _, project in host.records({ register = "projects", match = { call = call.id }, limit = all }) do
    if not table.find({ "draft", "proposed", "candidate", "declined" }, project.stage) then
      table.insert(items, `{project.title}（{names.unit(project.unit, last.on)}{if project.budget then `，投资{project.budget}万元` else ""}）`)
    end
  end
  return {
    kind = "announcement", language = "zh", title = `{call.title}公告`,
    sections = { { blocks = { blocks.paragraph(`经代表票决，确定以下{#items}个项目：`), { kind = "list", items = items } } } },
    signature = { issuers = { settings.issuer }, date = last.on, seal = true },
  }
end)

local base = { register = "projects", id = "1", stage = "under_way", title = "路灯", unit = "a", call = "1", begins = "2024-01-01", ends = "2024-12-31", milestones = "2024-03-31 30 招标\n2024-06-30 60 安装" }

local function reported(title, percent, on, expect)
  local draft = table.clone(base)
  draft.action, draft.percent, draft.on = "progress", percent, on
  host.example(title, { point = "record.normalize", draft = draft, expect = expect })
end

reported("in step with the plan it is green", 60, "2024-07-01", { light = "green" })
reported("behind by ten points it is amber", 50, "2024-07-01", { light = "amber" })
reported("behind by twenty it is red", 40, "2024-07-01", { light = "red" })

local function checked(title, more, fields)
  local draft, expect = table.clone(base), {}
  for key, value in more do
    draft[key] = value
  end
  for n, field in fields do
    expect[n] = { field = field }
  end
  host.example(title, { point = "record.check", action = draft.action or "propose", draft = draft, expect = expect })
end

checked("a plan that can be read", {}, {})
checked("milestones have a day and a share", { milestones = "三月招标" }, { "milestones" })
checked("nothing ends before it begins", { ends = "2023-12-31" }, { "ends" })
checked("more than the budget is warned of", { budget = 100, spent = 120 }, { "paid" })

local function due(title, action, stage, expect)
  host.example(title, {
    point = "deadline.compute", old = {}, event = { register = "projects", action = action, on = "2024-01-31" },
    record = { register = "projects", stage = stage, unit = "a", title = "路灯", ends = "2024-12-31" }, expect = expect,
  })
end

due("progress is due a month later, the end on its day", "start", "under_way", { { name = "progress", due = "2024-02-29" }, { name = "finish", due = "2024-12-31" } })
due("what is finished owes nothing", "progress", "finished", {})
host.example("a reminder before, and an urging after", {
  point = "reminder.plan", deadline = { name = "progress", start = "2024-01-31", due = "2024-02-29" }, record = { register = "projects", unit = "a", title = "路灯" },
  calls = { ["date.add_working_days"] = "2024-02-26" }, expect = { { kind = "reminder", to = "a" }, { kind = "urging", to = "a" } },
})
local calls = {
  records = { base }, unit = { id = "a", title = { zh = "城管局" } },
  events = { { id = "e", seq = 1, register = "project-calls", record = "1", action = "settle", on = "2023-12-20", by = "li", fields = {}, nth = 1 } },
}
-- In an example the one project is in each stage.
host.example("who reports nothing falls behind", {
  point = "report.build", name = "projects", parameters = { date = "2024-07-01" }, calls = calls,
  expect = { sections = { { blocks = { { text = "截至2024年7月1日，民生实事项目3个：绿灯0个，黄灯0个，红灯3个。" } } } } },
})
host.example("what was chosen is announced", {
  point = "report.build", name = "projects-chosen", parameters = { call = "1" }, calls = calls,
  expect = { sections = { { blocks = { { text = "经代表票决，确定以下1个项目：" }, { items = { "路灯（城管局）" } } } } } },
})
host.example("nothing before it is settled", {
  point = "report.build", name = "projects-chosen", parameters = { call = "1" }, calls = { records = { { id = "1", register = "project-calls", stage = "open", title = "征集" } }, events = {} }, fails = "尚未确定项目",
})
