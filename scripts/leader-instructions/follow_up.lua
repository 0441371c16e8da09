-- What became of the instructions of a period: a table, and its sum in a sentence or two.

local blocks = require("std/blocks")
local course = require("lib/course")
local labels = require("information/lib/labels")
local names = require("std/names")
local periods = require("std/periods")
local stages = require("lib/stages")
local column = blocks.column

-- More than an office has in a period, so that none is left out.
local all = 10000

local columns = {
  column("序号", 1, "center"), column("标题", 4), column("批示领导", 1.8), column("层级", 1.2, "center"),
  column("承办单位", 2.2), column("交办", 2.5, "center"), column("期限", 2.5, "center"), column("反馈", 2.5, "center"),
  column("状态", 1.8, "center"), column("超期（工作日）", 1.8, "right"),
}

-- By the day of the assignment; of one day, as they came into the register.
local function in_order(records, courses)
  local place = {}
  for n, record in records do
    place[record.id] = n
  end
  local sorted = table.clone(records)
  table.sort(sorted, function(a, b)
    local first, second = courses[a.id].assigned, courses[b.id].assigned
    if first ~= second then
      return first < second
    end
    return place[a.id] < place[b.id]
  end)
  return sorted
end

local function of(courses)
  local ids = {}
  for id in courses do
    table.insert(ids, id)
  end
  if #ids == 0 then
    return {}
  end
  table.sort(ids)
  return in_order(host.records({ register = "instructions", id = ids, limit = all }), courses)
end

local function label(labelled, word)
  return if labelled[word] then labelled[word].zh else word or ""
end

local function said(period, counts)
  local text = `{period.name}交办批示{counts.all}件，已反馈{counts.answered}件`
  if counts.answered_late > 0 then
    text ..= `（其中逾期{counts.answered_late}件）`
  end
  local open = counts.all - counts.answered
  text ..= `，未反馈{open}件`
  if counts.overdue > 0 then
    text ..= `（其中超期{counts.overdue}件）`
  end
  if counts.all > 0 then
    local in_time = counts.answered - counts.answered_late
    text ..= `，按期反馈率{string.format("%.2f%%", host.round(in_time * 100 / counts.all, 2))}`
  end
  return text .. "。"
end

host.on("report.build", {
  name = "follow-up", title = { zh = "批示办理情况表", en = "What became of instructions" },
  form = { date = { type = "date", label = { zh = "截至日期", en = "As of" }, help = { zh = "不填为今天", en = "Today if left out" } } },
}, function(_, parameters)
  local period = periods.read(parameters.period)
  local date = parameters.date or host.now().on
  local courses = course.of(period.id)
  local rows, counts = {}, { all = 0, answered = 0, answered_late = 0, overdue = 0 }
  for n, record in of(courses) do
    local its = courses[record.id]
    local late = course.late(its, date)
    counts.all += 1
    counts.answered += if its.answered then 1 else 0
    local kind = if its.answered then "answered_late" else "overdue"
    counts[kind] += if late > 0 then 1 else 0
    rows[n] = {
      n, record.title, record.leader or "", if record.level then labels.of(labels.levels, "instructions", "level", record.level).zh else "", names.unit(record.unit, its.assigned),
      its.assigned, its.due, its.answered or "", label(stages.labels, record.stage), if late > 0 then late else "",
    }
  end
  return {
    kind = "table", language = "zh", title = parameters.title or `{period.name}批示办理情况`,
    sections = { { blocks = { { kind = "paragraph", text = said(period, counts) } } } },
    -- Ten columns take a page that lies across.
    appendices = if #rows > 0 then { {
      title = `{period.name}批示办理情况表`, landscape = true, blocks = { { kind = "table", columns = columns, rows = rows } },
    } } else nil,
  }
end)

local function event(action, on)
  return { id = action, seq = 1, register = "instructions", record = "1", action = action, on = on, by = "li", fields = {}, nth = 1 }
end

local function followed(title, events, late, text, row)
  host.example(title, {
    point = "report.build", name = "follow-up", parameters = { period = "2023-05", date = "2023-05-22" },
    calls = {
      records = { { id = "1", register = "instructions", stage = "signed", title = "照明", unit = "a", leader = "陈主任", level = "city" } },
      events = events, unit = { id = "a", title = { zh = "甲县" } },
      ["date.add_working_days"] = "2023-05-19", ["date.working_days_between"] = late,
    },
    expect = {
      title = "2023年5月批示办理情况", sections = { { blocks = { { text = text } } } },
      appendices = if row then { { blocks = { { rows = { row } } } } } else nil,
    },
  })
end

local function row(answered, late)
  return { 1, "照明", "陈主任", "市", "甲县", "2023-05-05", "2023-05-19", answered, "办理中", late }
end

followed("what is late says by how much", { event("assign", "2023-05-05") }, 1,
  "2023年5月交办批示1件，已反馈0件，未反馈1件（其中超期1件），按期反馈率0.00%。", row("", 1))
followed("what was answered in time says when", { event("assign", "2023-05-05"), event("reply", "2023-05-18") }, -1,
  "2023年5月交办批示1件，已反馈1件，未反馈0件，按期反馈率100.00%。", row("2023-05-18", ""))
followed("without instructions there is no table", {}, 0, "2023年5月交办批示0件，已反馈0件，未反馈0件。")
