-- The calendar of topics: of each month its topics with their units, items and adoptions by carrier; then
-- every item with what became of it, so that an adoption can be followed back to its topic.

local blocks = require("std/blocks")
local labels = require("information/lib/labels")
local names = require("std/names")
local periods = require("std/periods")
local column = blocks.column

-- More than a year brings on topics.
local all = 10000

-- Those whose own period lies in the one that is asked for, by the month in which it begins.
local function topics_in(period)
  local found = {}
  for _, topic in host.records({ register = "topics", limit = all }) do
    local is_period, own = pcall(periods.read, topic.period)
    if is_period and host.period.contains(period.id, own.id) then
      table.insert(found, { id = topic.id, title = topic.title, units = topic.units or {}, first = own.first, items = {}, place = #found })
    end
  end
  table.sort(found, function(a, b)
    return if a.first ~= b.first then a.first < b.first else a.place < b.place
  end)
  return found
end

local function called(event)
  local carrier, level = event.fields.carrier, event.fields.level
  if carrier then
    return labels.of(labels.carriers, "information", "adopt.carrier", carrier).zh
  end
  return if level then labels.of(labels.levels, "information", "adopt.level", level).zh .. "级" else ""
end

-- Each topic's items, each item's adoptions.
local function trace(topics)
  local by_topic, by_item, ids = {}, {}, {}
  for n, topic in topics do
    ids[n], by_topic[topic.id] = topic.id, topic
  end
  if #ids == 0 then
    return
  end
  for _, item in host.records({ register = "information", match = { topic = ids }, limit = all }) do
    by_item[item.id] = { item = item, adoptions = {} }
    table.insert(by_topic[item.topic].items, by_item[item.id])
  end
  for _, event in host.events({ register = "information", action = "adopt", match = { topic = ids }, limit = all }) do
    local traced = by_item[event.record]
    if traced then
      table.insert(traced.adoptions, event)
    end
  end
end

local function titles(units, on)
  local list = {}
  for n, unit in units do
    list[n] = names.unit(unit, on)
  end
  return table.concat(list, "、")
end

-- `人大信息2、简报1`, by the carriers in the order in which they first come.
local function by_carrier(items)
  local counts, order = {}, {}
  for _, traced in items do
    for _, event in traced.adoptions do
      local name = called(event)
      if not counts[name] then
        table.insert(order, name)
      end
      counts[name] = (counts[name] or 0) + 1
    end
  end
  for n, name in order do
    order[n] = `{name}{counts[name]}`
  end
  return table.concat(order, "、")
end

local function month_of(date)
  local year, month = string.match(date, "^(%d+)%-0?(%d+)")
  return `{year}年{month}月`
end

local function adopted(traced)
  local list = {}
  for n, event in traced.adoptions do
    local issue = if event.fields.issue then `第{event.fields.issue}期` else ""
    list[n] = `{called(event)}{issue}（{event.on}）`
  end
  return table.concat(list, "、")
end

host.on("report.build", { name = "topic-calendar", title = { zh = "选题日历", en = "Calendar of topics" } }, function(_, parameters)
  local period = periods.read(parameters.period)
  local topics = topics_in(period)
  trace(topics)
  local rows, lines = {}, {}
  for n, topic in topics do
    rows[n] = { month_of(topic.first), topic.title, titles(topic.units, topic.first), #topic.items, by_carrier(topic.items) }
    for _, traced in topic.items do
      local item = traced.item
      local stage = if labels.stages[item.stage] then labels.stages[item.stage].zh else item.stage
      table.insert(lines, { topic.title, item.number or item.id, item.title, names.unit(item.unit, topic.first), stage, adopted(traced) })
    end
  end
  local tables = { {
    kind = "table", rows = rows,
    columns = { column("月份", 1.6, "center"), column("选题", 3), column("约稿单位", 3), column("信息（条）", 1.4, "right"), column("采用", 3) },
  } }
  if #lines > 0 then
    table.insert(tables, {
      kind = "table", caption = "选题、信息与采用", rows = lines,
      columns = {
        column("选题", 2.6), column("编号", 2.4, "center"), column("信息", 3), column("单位", 1.8), column("状态", 1.6, "center"), column("采用", 3),
      },
    })
  end
  return { kind = "table", language = "zh", title = parameters.title or `{period.name}选题日历`, sections = { { blocks = tables } } }
end)

-- In an example topics and items are the same records.
host.example("from a topic to its items and their adoptions", {
  point = "report.build", name = "topic-calendar", parameters = { period = "2023-Q2" },
  calls = {
    records = { { id = "7", register = "topics", stage = "adopted", title = "养老服务", period = "2023-05", units = { "a" }, unit = "a", topic = "7" } },
    events = {
      { id = "1", seq = 1, register = "information", record = "7", action = "adopt", on = "2023-05-20", by = "li", nth = 1, fields = { carrier = "journal", issue = 3 } },
      { id = "2", seq = 2, register = "information", record = "7", action = "adopt", on = "2023-05-24", by = "li", nth = 2, fields = { level = "city" } },
    },
    unit = { id = "a", title = { zh = "甲县" } },
  },
  expect = {
    title = "2023年第二季度选题日历",
    sections = { { blocks = {
      { rows = { { "2023年5月", "养老服务", "甲县", 1, `{labels.carriers.journal.zh}1、市级1` } } },
      { rows = { { "养老服务", "7", "养老服务", "甲县", "已采用", `{labels.carriers.journal.zh}第3期（2023-05-20）、市级（2023-05-24）` } } },
    } } },
  },
})
host.example("a topic of another period is not in it", {
  point = "report.build", name = "topic-calendar", parameters = { period = "2023-Q1" },
  calls = { records = { { id = "7", register = "topics", stage = "planned", title = "养老服务", period = "2023-05" } }, events = {} },
  expect = { sections = { { blocks = { { rows = {} } } } } },
})
