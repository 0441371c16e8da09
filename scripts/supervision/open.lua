-- One list of what is open over special reports, inspections and inquiries; and the opinions on paper.

local blocks = require("std/blocks")
local names = require("std/names")
local roles = require("std/roles")
local settings = host.settings
local column = blocks.column

-- More than is open at any time.
local all = 10000

-- Where something is owed: register, stage, what is owed, and what an overdue event of it is called.
local owing = {
  { register = "special-reports", stage = "sent", zh = "审议意见待反馈", en = "opinions to be answered" },
  { register = "findings", stage = "open", zh = "问题待整改", en = "to be put right" },
  { register = "findings", stage = "rectified", zh = "整改待销号", en = "to be closed" },
  { register = "questions", stage = "asked", zh = "询问待答复", en = "to be answered" },
}

-- Tasks that come of promises.
local function promises()
  local list = {}
  for _, task in host.records({ register = "tasks", stage = "assigned", limit = all }) do
    if task.question then
      table.insert(list, { record = task, zh = "承诺待兑现", en = "promised" })
    end
  end
  return list
end

local function open()
  local list = {}
  for _, of in owing do
    for _, record in host.records({ register = of.register, stage = of.stage, limit = all }) do
      table.insert(list, { record = record, zh = of.zh, en = of.en })
    end
  end
  for _, promise in promises() do
    table.insert(list, promise)
  end
  return list
end

host.on("panel.show", { place = "home" }, function(_, person)
  if not roles.holds(person, table.unpack(settings.clerks)) and not roles.holds(person, table.unpack(settings.officers)) then
    return nil
  end
  local counts, order = {}, {}
  for _, line in open() do
    if counts[line.zh] == nil then
      counts[line.zh] = 0
      table.insert(order, line)
    end
    counts[line.zh] += 1
  end
  if #order == 0 then
    return nil
  end
  local rows = {}
  for n, line in order do
    rows[n] = { zh = `{line.zh}：{counts[line.zh]}`, en = `{line.en}: {counts[line.zh]}` }
  end
  return { id = "supervision", title = { zh = "监督事项", en = "Supervision" }, kind = "list", rows = rows, level = "notice", order = 18 }
end)

host.on("report.build", { name = "supervision-open", title = { zh = "监督事项未办结清单", en = "What is open in supervision" } }, function(_, parameters)
  local date = parameters.date or host.now().on
  local rows = {}
  for n, line in open() do
    rows[n] = { n, line.zh, line.record.title, names.unit(line.record.unit, date), line.record.due or line.record.promised_by or "" }
  end
  return {
    kind = "table", language = "zh", title = parameters.title or "监督事项未办结清单",
    sections = { { blocks = {
      blocks.paragraph(`截至{blocks.day(date)}，未办结监督事项{#rows}项。`),
      { kind = "table", rows = rows, columns = { column("序号", 1, "center"), column("类别", 2.4), column("事项", 5), column("单位", 2.4), column("期限", 2.2, "center") } },
    } } },
  }
end)

host.on("report.build", {
  name = "supervision-opinions", title = { zh = "审议意见书", en = "Opinions on a report" },
  form = { report = { type = "record", of = "special-reports", required = true, label = { zh = "专项工作报告", en = "Special report" } } },
}, function(_, parameters)
  local record = if parameters.report then host.records({ register = "special-reports", id = parameters.report })[1] else nil
  if record == nil then
    error({ zh = "请指定报告，例如 report=2023-0001", en = "Say which report, such as report=2023-0001." }, 0)
  end
  local sent = host.events({ register = "special-reports", record = record.id, action = "send" })
  local last = sent[#sent]
  if last == nil or record.opinions == nil then
    error({ zh = `“{record.title}”尚无审议意见`, en = `There are no opinions on “{record.title}” yet.` }, 0)
  end
  local due = host.date.add_days(last.on, host.figure("answer_days", last.on))
  local body = blocks.paragraphs(record.opinions)
  table.insert(body, blocks.paragraph(`请于{blocks.day(due)}前将研究处理情况报告{settings.issuer}。`))
  return {
    kind = "letter", language = "zh", title = `关于“{record.title}”的审议意见`, addressees = { names.unit(record.unit, last.on) }, sections = { { blocks = body } },
    signature = { issuers = { settings.issuer }, date = last.on, seal = true },
  }
end)

local record = { id = "1", register = "special-reports", stage = "sent", title = "水污染防治", unit = "a", opinions = "加大投入。" }
local calls = { records = { record }, unit = { id = "a", title = { zh = "环保局" } }, events = { { id = "e", seq = 1, register = "special-reports", record = "1", action = "send", on = "2023-01-31", by = "li", fields = {}, nth = 1 } } }

-- In an example the one record is in each register and stage.
host.example("what is open is counted on the home page", {
  point = "panel.show", place = "home", person = { id = "li", roles = { { role = settings.clerks[1] or "editor" } } }, calls = calls,
  expect = { { rows = { { zh = "审议意见待反馈：1" }, { zh = "问题待整改：1" }, { zh = "整改待销号：1" }, { zh = "询问待答复：1" } } } },
})
host.example("where nothing is open there is no panel", {
  point = "panel.show", place = "home", person = { id = "li", roles = { { role = settings.clerks[1] or "editor" } } }, calls = { records = {} }, expect = {},
})
host.example("and listed", {
  point = "report.build", name = "supervision-open", parameters = { date = "2023-03-01" }, calls = calls,
  expect = { sections = { { blocks = { { text = "截至2023年3月1日，未办结监督事项4项。" }, {
    rows = {
      { 1, "审议意见待反馈", "水污染防治", "环保局", "" }, { 2, "问题待整改", "水污染防治", "环保局", "" }, { 3, "整改待销号", "水污染防治", "环保局", "" },
      { 4, "询问待答复", "水污染防治", "环保局", "" },
    },
  } } } } },
})
host.example("opinions on paper say until when they are answered", {
  point = "report.build", name = "supervision-opinions", parameters = { report = "1" }, calls = calls,
  expect = { addressees = { "环保局" }, sections = { { blocks = { { text = "加大投入。" }, { text = `请于2023年4月1日前将研究处理情况报告{settings.issuer}。` } } } } },
})
host.example("where there are none there is no paper", {
  point = "report.build", name = "supervision-opinions", parameters = { report = "1" }, calls = { records = { record }, events = {} }, fails = "尚无审议意见",
})
