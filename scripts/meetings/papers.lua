-- On paper: the notice, the minutes, and the plan of a year.

local blocks = require("std/blocks")
local kinds = require("lib/kinds")
local names = require("std/names")
local periods = require("std/periods")
local recipients = require("std/recipients")
local settings = host.settings
local column = blocks.column

-- More than a year has.
local all = 1000

local function asked_for(parameters)
  local meeting = if parameters.meeting then host.records({ register = "meetings", id = parameters.meeting })[1] else nil
  if meeting == nil then
    error({ zh = "请指定会议，例如 meeting=2023-0001", en = "Say which meeting, such as meeting=2023-0001." }, 0)
  end
  return meeting
end

local function agenda_of(meeting)
  local items = {}
  for _, item in host.records({ register = "agenda", match = { meeting = meeting.id }, stage = "listed", limit = all }) do
    table.insert(items, item)
  end
  table.sort(items, function(a, b)
    local first, second = a.place or all, b.place or all
    return if first ~= second then first < second else a.id < b.id
  end)
  local lines = {}
  for n, item in items do
    lines[n] = if item.speaker then `{item.title}（{item.speaker}）` else item.title
  end
  return lines
end

local form = { meeting = { type = "record", of = "meetings", required = true, label = { zh = "会议", en = "Meeting" } } }

host.on("report.build", { name = "meeting-notice", title = { zh = "会议通知", en = "Notice of a meeting" }, form = form }, function(_, parameters)
  local meeting = asked_for(parameters)
  local date = parameters.date or host.now().on
  local body = { blocks.paragraph(`定于{blocks.day(meeting.day)}{meeting.time or ""}{if meeting.place then `在{meeting.place}` else ""}召开{meeting.title}。现将有关事项通知如下。`) }
  for _, paragraph in blocks.paragraphs(meeting.subject) do
    table.insert(body, paragraph)
  end
  local agenda = agenda_of(meeting)
  if #agenda > 0 then
    table.insert(body, blocks.paragraph("会议议程："))
    table.insert(body, { kind = "list", items = agenda })
  end
  local addressees = {}
  for n, unit in meeting.invited or {} do
    addressees[n] = names.unit(unit, date)
  end
  return {
    kind = "letter", language = "zh", title = `关于召开{meeting.title}的通知`, number = meeting.number,
    addressees = if #addressees > 0 then addressees else nil, sections = { { blocks = body } }, signature = { issuers = { settings.issuer }, date = date, seal = true },
  }
end)

-- Who was invited and is neither present nor excused, as they are called on that day.
local function attendance(meeting)
  local excused, absent = {}, {}
  for _, line in host.records({ register = "attendance", match = { meeting = meeting.id }, limit = all }) do
    if line.stage == "excused" then
      table.insert(excused, line.unit)
    elseif line.stage == "absent" then
      table.insert(absent, line.unit)
    end
  end
  return excused, absent
end

host.on("report.build", { name = "meeting-minutes", title = { zh = "会议纪要", en = "Minutes" }, form = form }, function(_, parameters)
  local meeting = asked_for(parameters)
  if meeting.minutes == nil then
    error({ zh = `“{meeting.title}”尚无纪要`, en = `“{meeting.title}” has no minutes yet.` }, 0)
  end
  local body = { blocks.paragraph(`{blocks.day(meeting.day)}，{meeting.title}{if meeting.place then `在{meeting.place}` else ""}召开。`) }
  for _, paragraph in blocks.paragraphs(meeting.minutes) do
    table.insert(body, paragraph)
  end
  local agreed = host.records({ register = "tasks", match = { meeting = meeting.id }, limit = all })
  if #agreed > 0 then
    local rows = {}
    for n, task in agreed do
      rows[n] = { n, task.title, names.unit(task.unit, meeting.day), task.due or "" }
    end
    table.insert(body, blocks.paragraph(`会议议定任务{#agreed}项：`))
    table.insert(body, { kind = "table", rows = rows, columns = { column("序号", 1, "center"), column("任务", 5), column("承办单位", 2.4), column("期限", 2.2, "center") } })
  end
  local excused, absent = attendance(meeting)
  local function line(title, units)
    if #units > 0 then
      table.insert(body, blocks.paragraph(`{title}：{recipients.named(units, meeting.day)}`))
    end
  end
  line("到会单位", meeting.present or {})
  line("请假单位", excused)
  line("缺席单位", absent)
  return {
    kind = "minutes", language = "zh", title = `{meeting.title}纪要`, number = meeting.number, sections = { { blocks = body } },
    signature = { issuers = { settings.issuer }, date = meeting.day },
  }
end)

host.on("report.build", { name = "meeting-plan", title = { zh = "会议计划", en = "Plan of meetings" } }, function(_, parameters)
  local period = periods.read(parameters.period)
  local meetings = {}
  for _, meeting in host.records({ register = "meetings", limit = all }) do
    if meeting.stage ~= "draft" and meeting.day >= period.first and meeting.day <= period.last then
      table.insert(meetings, meeting)
    end
  end
  table.sort(meetings, function(a, b)
    return if a.day ~= b.day then a.day < b.day else a.id < b.id
  end)
  local rows = {}
  for n, meeting in meetings do
    local excused, absent = attendance(meeting)
    rows[n] = {
      n, meeting.day, meeting.title, kinds.zh(meeting.kind), host.label("meetings", "stage", meeting.stage).zh, #(meeting.present or {}), #excused, recipients.named(absent, meeting.day),
    }
  end
  return {
    kind = "table", language = "zh", title = parameters.title or `{period.name}会议计划`,
    sections = { { blocks = { {
      kind = "table", rows = rows,
      columns = {
        column("序号", 1, "center"), column("日期", 2, "center"), column("会议", 4), column("类别", 2, "center"), column("状态", 1.8, "center"), column("到会", 1.2, "right"),
        column("请假", 1.2, "right"), column("缺席单位", 3),
      },
    } } } },
  }
end)

local meeting = {
  id = "1", register = "meetings", number = "会〔2023〕1号", stage = "minuted", title = "例会", kind = "work", day = "2023-05-20", place = "一楼会议室", invited = { "a" }, present = { "a" },
  minutes = "听取汇报。", meeting = "1", unit = "a",
}
local calls = { records = { meeting }, unit = { id = "a", title = { zh = "甲县" } }, label = { zh = "已有纪要" } }

host.example("a notice to whom it concerns", {
  point = "report.build", name = "meeting-notice", parameters = { meeting = "1", date = "2023-05-05" }, calls = calls,
  expect = {
    title = "关于召开例会的通知", addressees = { "甲县" },
    sections = { { blocks = { { text = "定于2023年5月20日在一楼会议室召开例会。现将有关事项通知如下。" }, { text = "会议议程：" }, { items = { "例会" } } } } },
  },
})
-- In an example every register has the one record.
host.example("minutes with the tasks that follow", {
  point = "report.build", name = "meeting-minutes", parameters = { meeting = "1" }, calls = calls,
  expect = { title = "例会纪要", sections = { { blocks = { { text = "2023年5月20日，例会在一楼会议室召开。" }, { text = "听取汇报。" }, { text = "会议议定任务1项：" }, { rows = { { 1, "例会", "甲县", "" } } }, { text = "到会单位：甲县" } } } } },
})
host.example("no minutes, no document", {
  point = "report.build", name = "meeting-minutes", parameters = { meeting = "1" }, calls = { records = { { id = "1", register = "meetings", stage = "held", title = "例会" } } }, fails = "尚无纪要",
})
host.example("the meetings of a year", {
  point = "report.build", name = "meeting-plan", parameters = { period = "2023" }, calls = calls,
  expect = { sections = { { blocks = { { rows = { { 1, "2023-05-20", "例会", "工作会议", "已有纪要", 1, 0, "" } } } } } } },
})
