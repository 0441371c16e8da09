-- The year's report: how many, how answered, in time or not, how content the deputies are; by office.

local blocks = require("std/blocks")
local labels = require("lib/labels")
local names = require("std/names")
local periods = require("std/periods")
local settings = host.settings
local column = blocks.column

-- More than an office has in a year, so that none is left out.
local all = 10000

local function by_record(action, register)
  local found = {}
  for _, event in host.events({ register = register, action = action, limit = all }) do
    found[event.record] = found[event.record] or {}
    table.insert(found[event.record], event)
  end
  return found
end

-- Those registered in the period, as they stand; their answers and days that ended may have come later.
local function of(period)
  local ids = {}
  for _, event in host.events({ register = "suggestions", action = "submit", period = period.id, first = true, limit = all }) do
    table.insert(ids, event.record)
  end
  return if #ids > 0 then host.records({ register = "suggestions", id = ids, limit = all }) else {}
end

local function rate(n, of_all)
  return if of_all == 0 then "—" else string.format("%.2f%%", host.round(n * 100 / of_all, 2))
end

local function new_line()
  return { all = 0, answered = 0, late = 0, A = 0, B = 0, C = 0, D = 0, satisfied = 0, fairly = 0, dissatisfied = 0, rated = 0 }
end

local function add(line, record, is_answered, is_late)
  line.all += 1
  line.answered += if is_answered then 1 else 0
  line.late += if is_late then 1 else 0
  if record.class then
    line[record.class] += 1
  end
  if record.satisfaction then
    line[record.satisfaction] += 1
    line.rated += 1
  end
end

local function row(title, line)
  return {
    title, line.all, line.answered, line.late, line.A, line.B, line.C, line.D, line.satisfied, line.fairly, line.dissatisfied, rate(line.satisfied + line.fairly, line.rated),
  }
end

host.on("report.build", { name = "suggestions-year", title = { zh = "代表建议办理情况", en = "What became of suggestions" } }, function(_, parameters)
  local period = periods.read(parameters.period)
  local answers, overdue = by_record("answer", "suggestions"), by_record("overdue", "suggestions")
  local total, units, order, joined = new_line(), {}, {}, 0
  for _, record in of(period) do
    if record.stage == "joined" then
      joined += 1
    else
      local late = false
      for _, event in overdue[record.id] or {} do
        late = late or event.fields.deadline == "answer"
      end
      add(total, record, answers[record.id] ~= nil, late)
      -- What was handed back is nobody's until it is assigned again.
      local unit = if record.stage == "registered" then "" else record.unit or ""
      if units[unit] == nil then
        units[unit] = new_line()
        table.insert(order, unit)
      end
      add(units[unit], record, answers[record.id] ~= nil, late)
    end
  end
  local rows = {}
  for _, unit in host.sort(order, "official") do
    table.insert(rows, row(if unit == "" then "未交办" else names.unit(unit, period.last), units[unit]))
  end
  table.insert(rows, row("合计", total))
  local said = `{period.name}登记代表建议{total.all + joined}件（其中并案{joined}件），已答复{total.answered}件，答复率{rate(total.answered, total.all)}，超期{total.late}件。`
  said ..= `办理结果A类{total.A}件、B类{total.B}件、C类{total.C}件、D类{total.D}件；代表评价{total.rated}件，满意和基本满意{total.satisfied + total.fairly}件，满意率{rate(total.satisfied + total.fairly, total.rated)}。`
  local columns = { column("单位", 3) }
  for _, title in { "建议", "已答复", "超期", "A", "B", "C", "D", "满意", "基本满意", "不满意" } do
    table.insert(columns, column(title, 1.4, "right"))
  end
  table.insert(columns, column("满意率", 2.2, "right"))
  return {
    kind = "table", language = "zh", title = parameters.title or `{period.name}代表建议办理情况`,
    sections = { { blocks = { blocks.paragraph(said) } } },
    appendices = { { title = `{period.name}代表建议办理情况表`, landscape = true, blocks = { { kind = "table", columns = columns, rows = rows } } } },
    signature = { issuers = { settings.issuer }, date = period.last },
  }
end)

local function event(action, fields)
  return { id = action, seq = 1, register = "suggestions", record = "7", action = action, on = "2023-11-30", by = "li", fields = fields or {}, nth = 1 }
end

host.example("a year with one suggestion, answered and rated", {
  point = "report.build", name = "suggestions-year", parameters = { period = "2023" },
  calls = {
    events = { event("submit") }, unit = { id = "a", title = { zh = "交通局" } }, sort = { "a" },
    records = { { id = "7", register = "suggestions", stage = "rated", title = "校门口交通", unit = "a", class = "A", satisfaction = "satisfied" } },
  },
  expect = {
    title = "2023年代表建议办理情况",
    sections = { { blocks = { { text = `2023年登记代表建议1件（其中并案0件），已答复1件，答复率100.00%，超期0件。办理结果A类1件、B类0件、C类0件、D类0件；代表评价1件，满意和基本满意1件，满意率100.00%。` } } } },
    appendices = { { blocks = { { rows = { { "交通局", 1, 1, 0, 1, 0, 0, 0, 1, 0, 0, "100.00%" }, { "合计", 1, 1, 0, 1, 0, 0, 0, 1, 0, 0, "100.00%" } } } } } },
  },
})
host.example("a year without any", {
  point = "report.build", name = "suggestions-year", parameters = { period = "2023" }, calls = { events = {}, records = {}, sort = {} },
  expect = { sections = { { blocks = { { text = `2023年登记代表建议0件（其中并案0件），已答复0件，答复率—，超期0件。办理结果A类0件、B类0件、C类0件、D类0件；代表评价0件，满意和基本满意0件，满意率—。` } } } } },
})
