-- What an outside appraisal asks for: each unit with its figure and the evidence for it. The first
-- table alone is whole (a csv holds one); the second has each piece of evidence in a line.

local evidence = require("lib/evidence")
local names = require("std/names")
local periods = require("std/periods")
local settings = host.settings

local columns = {
  { title = "序号", align = "center", width = 1 },
  { title = "单位", width = 2.4 },
  { title = "得分", align = "right", width = 1.4 },
  { title = "佐证（条）", align = "right", width = 1.6 },
  { title = "佐证材料", width = 8 },
}

local details = {
  { title = "单位", width = 2 },
  { title = "编号", width = 1.8 },
  { title = "标题", width = 4 },
  { title = "事项", align = "center", width = 1 },
  { title = "日期", align = "center", width = 1.8 },
  { title = "载体", width = 1.8 },
  { title = "期号", align = "right", width = 1 },
  { title = "层级", align = "center", width = 1 },
}

-- `2023-0007（2023-02-14采用，人大信息第3期）`
local function named(piece)
  local where = if piece.carrier ~= "" then piece.carrier elseif piece.level ~= "" then piece.level .. "级" else ""
  if where ~= "" and piece.issue then
    where ..= `第{piece.issue}期`
  end
  return `{piece.number}（{piece.on}{piece.action}{if where ~= "" then "，" .. where else ""}）`
end

local function in_line(pieces)
  local list = {}
  for n = 1, math.min(#pieces, settings.listed) do
    list[n] = named(pieces[n])
  end
  local line = table.concat(list, "；")
  return if #pieces > #list then `{line}；等{#pieces}条，详见明细表` else line
end

host.on("report.build", {
  name = "appraisal", title = { zh = "考核佐证表", en = "Outside appraisal" },
}, function(_, parameters)
  local period = periods.read(parameters.period)
  local register = parameters.register or "information"
  local found = evidence.by_unit(register, period.id)
  local rows, lines = {}, {}
  for n, unit in host.units({ on = period.last }) do
    local pieces = found[unit.id] or {}
    local title = names.title(unit)
    local total = host.total({ register = register, period = period.id, measure = settings.measure, account = unit.id })
    rows[n] = { n, title, total, #pieces, in_line(pieces) }
    for _, piece in pieces do
      table.insert(lines, {
        title, piece.number, piece.title, piece.action, piece.on, piece.carrier, piece.issue or "", piece.level,
      })
    end
  end
  local title = parameters.title or `{period.name}信息工作考核得分及佐证`
  return {
    kind = "table", language = "zh", title = title,
    sections = { { blocks = { { kind = "table", caption = "得分及佐证", columns = columns, rows = rows } } } },
    attachments = { "佐证明细" },
    appendices = { { title = "佐证明细", landscape = true, blocks = { { kind = "table", columns = details, rows = lines } } } },
    note = `填报：{settings.issuer}`,
  }
end)

-- In an example each action has the same events.
local function built(title, fields, joint, expect, lines)
  host.example(title, {
    point = "report.build", name = "appraisal", parameters = { period = "2023-Q1" },
    calls = {
      units = { { id = "a", title = { zh = "甲县" } }, { id = "b", title = { zh = "乙县" } } }, total = 12.5,
      events = { {
        id = "e", seq = 1, register = "information", record = "7", action = "adopt", on = "2023-02-14", by = "li",
        fields = fields, nth = 1,
      } },
      records = { {
        id = "7", register = "information", stage = "adopted", number = "2023-0007", title = "夜间照明", unit = "a", joint = joint,
      } },
    },
    expect = { sections = { { blocks = { { rows = expect } } } }, appendices = { { blocks = { { rows = lines } } } } },
  })
end

local function thrice(what)
  local list = {}
  for n in settings.actions do
    list[n] = what
  end
  return list
end

local n = #settings.actions
local function of(unit, carrier, issue, level)
  return { unit, "2023-0007", "夜间照明", "采用", "2023-02-14", carrier, issue, level }
end

built("figure and evidence by unit", { carrier = "journal", issue = 3 }, nil, {
  { 1, "甲县", 12.5, n, table.concat(thrice("2023-0007（2023-02-14采用，人大信息第3期）"), "；") },
  { 2, "乙县", 12.5, 0, "" },
}, thrice(of("甲县", "人大信息", 3, "")))
built("an item of two units is evidence for both", { level = "province" }, { "b" }, {
  { 1, "甲县", 12.5, n, table.concat(thrice("2023-0007（2023-02-14采用，省级）"), "；") },
  { 2, "乙县", 12.5, n, table.concat(thrice("2023-0007（2023-02-14采用，省级）"), "；") },
}, table.move(thrice(of("乙县", "", "", "省")), 1, n, n + 1, thrice(of("甲县", "", "", "省"))))
host.example("without a period it says how to write one", {
  point = "report.build", name = "appraisal", parameters = {}, fails = "2023-Q1",
})
