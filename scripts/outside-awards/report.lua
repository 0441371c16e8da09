-- The awards of a period as a table.

local labels = require("information/lib/labels")
local names = require("std/names")
local people = require("lib/people")
local periods = require("std/periods")

local columns = {
  { title = "序号", align = "center", width = 1 },
  { title = "日期", width = 1.8 },
  { title = "奖项", width = 3 },
  { title = "级别", align = "center", width = 1 },
  { title = "授予单位", width = 2.4 },
  { title = "获奖信息", width = 3.6 },
  { title = "获奖人", width = 2 },
  { title = "单位", width = 2 },
}

-- The items by their ids, in one go.
local function items_of(granted)
  local ids, items = {}, {}
  for _, one in granted do
    table.insert(ids, one.item)
  end
  if #ids > 0 then
    for _, item in host.records({ register = "information", id = ids, limit = #ids }) do
      items[item.id] = item
    end
  end
  return items
end

host.on("report.build", { name = "honours", title = { zh = "外部获奖情况表", en = "Outside awards" } }, function(_, parameters)
  local period = periods.read(parameters.period)
  local granted = {}
  for _, one in host.records({ register = "honours", stage = "granted", limit = 10000 }) do
    if period.first <= one.date and one.date <= period.last then
      table.insert(granted, one)
    end
  end
  table.sort(granted, function(a, b)
    if a.date ~= b.date then
      return a.date < b.date
    end
    return a.id < b.id
  end)
  local items, rows = items_of(granted), {}
  for n, one in granted do
    local item = items[one.item or ""]
    local level = one.level and labels.of(labels.levels, "honours", "level", one.level)
    rows[n] = {
      n, one.date, one.title, if level then level.zh else "", one.giver,
      if item then `{item.number or item.id} {item.title}` else "",
      people.names(one.authors, one.date), if one.unit then names.unit(one.unit, one.date) else "",
    }
  end
  return {
    kind = "table", language = "zh", title = parameters.title or `{period.name}信息工作外部获奖情况表`,
    sections = { { blocks = { { kind = "table", columns = columns, rows = rows } } } },
    note = `制表：{host.settings.issuer}`,
  }
end)

local function granted(id, date)
  return {
    id = id, register = "honours", stage = "granted", title = "好信息", giver = "省人大", level = "province", date = date,
    item = id, authors = { "wang" }, unit = "a", number = "2023-0007",
  }
end

host.example("those of the period, by date", {
  point = "report.build", name = "honours", parameters = { period = "2023-Q1" },
  calls = {
    records = { granted("2", "2023-03-05"), granted("1", "2023-01-05"), granted("3", "2023-04-01") },
    person = { id = "wang", name = "王芳" }, unit = { id = "a", title = { zh = "甲县" } },
  },
  expect = {
    title = "2023年第一季度信息工作外部获奖情况表",
    sections = { { blocks = { { rows = {
      { 1, "2023-01-05", "好信息", "省", "省人大", "2023-0007 好信息", "王芳", "甲县" },
      { 2, "2023-03-05", "好信息", "省", "省人大", "2023-0007 好信息", "王芳", "甲县" },
    } } } } },
  },
})
