-- How much of the city's score at the level above each county earned (贡献率), and what place the city had.

local blocks = require("std/blocks")
local names = require("std/names")
local periods = require("std/periods")
local settings = host.settings
local column = blocks.column

local function place_of(period)
  return host.records({ register = "upper-places", match = { period = period } })[1]
end

-- `全省第3位（共11市）`
local function said(place)
  return `全{settings.above}第{place.place}位` .. if place.cities then `（共{place.cities}市）` else ""
end

-- A line a unit of the classes that are reckoned, best first, then all others together.
local function lines_of(period)
  local lines, others, sum = {}, 0, 0
  local items = {}
  for _, field in { "unit", "joint" } do
    for unit, n in host.counts({ register = "upper-results", action = "enter", period = period.id, by = field }) do
      items[unit] = (items[unit] or 0) + n
    end
  end
  local is_reckoned = {}
  for _, unit in host.units({ on = period.last }) do
    is_reckoned[unit.id] = table.find(settings.classes, unit.class) ~= nil
  end
  for _, row in host.standing({ register = "upper-results", period = period.id, measure = "received" }) do
    sum = host.sum({ sum, row.amount })
    if is_reckoned[row.account] then
      table.insert(lines, { title = names.unit(row.account, period.last), items = items[row.account] or 0, points = row.amount })
    else
      others = host.sum({ others, row.amount })
    end
  end
  if others ~= 0 then
    table.insert(lines, { title = "其他单位", items = "", points = others, last = true })
  end
  return lines, sum
end

host.on("report.build", {
  name = "contribution-above", title = { zh = "上级得分贡献率", en = "Shares of the points from above" },
}, function(_, parameters)
  local period = periods.read(parameters.period)
  local lines, sum = lines_of(period)
  local shares = host.shares(lines, { key = "points", places = settings.places, mode = settings.mode })
  local rows = {}
  for n, line in lines do
    rows[n] = { if line.last then "" else n, line.title, line.items, line.points, shares[n] }
  end
  table.insert(rows, { "", "合计", "", sum, if sum == 0 then 0 else host.sum(shares) })
  local place = place_of(period.id)
  local text = `{period.name}，本市信息在{settings.above}得分{sum}分` .. if place then `，居{said(place)}。` else "。"
  return {
    kind = "table", language = "zh", title = `{period.name}{settings.above}级得分贡献率`,
    sections = { { blocks = { blocks.paragraph(text), { kind = "table", rows = rows, columns = {
      column("序号", 1.2, "center"), column("单位", 3.6), column("采用（条）", 2, "right"), column("得分", 2, "right", 2),
      column("占全市（%）", 2.2, "right", settings.places),
    } } } } },
    note = `制表：{settings.issuer}`,
  }
end)

host.on("report.build", {
  name = "places-above", title = { zh = "历年全省位次", en = "Places over the years" },
}, function()
  local places = {}
  for _, place in host.records({ register = "upper-places", limit = 1000 }) do
    if place.stage ~= "draft" then
      table.insert(places, place)
    end
  end
  table.sort(places, function(a, b)
    return a.period < b.period
  end)
  -- Against the place before of a period of the same kind: years against years.
  local before, rows = {}, {}
  for n, place in places do
    local period = periods.read(place.period)
    local last = before[period.kind]
    local change = ""
    if last then
      local by = last - place.place
      change = if by > 0 then `升{by}位` elseif by < 0 then `降{-by}位` else "持平"
    end
    before[period.kind] = place.place
    rows[n] = { period.name, place.place, place.cities or "", change, place.adopted or "", place.points or "" }
  end
  return {
    kind = "table", language = "zh", title = `历年全{settings.above}位次`,
    sections = { { blocks = { { kind = "table", rows = rows, columns = {
      column("时段", 3), column("位次", 1.6, "center"), column("市数", 1.6, "center"), column("比上次", 2, "center"),
      column("采用（条）", 2, "right"), column("得分", 2, "right", 2),
    } } } } },
    note = `制表：{settings.issuer}`,
  }
end)

host.example("each county's share, the others together, and the city's place", {
  point = "report.build", name = "contribution-above", parameters = { period = "2023" },
  calls = {
    standing = {
      { account = "a", measure = "received", amount = 60, rank = 1 }, { account = "b", measure = "received", amount = 30, rank = 2 },
      { account = "c", measure = "received", amount = 10, rank = 3 },
    },
    counts = { a = 3 }, records = { { id = "1", register = "upper-places", stage = "entered", period = "2023", place = 3, cities = 11 } },
    units = { { id = "a", class = "county" }, { id = "b", class = "county" }, { id = "c", class = "committee" } },
    unit = { id = "a", title = { zh = "甲县" } },
  },
  -- In an example both fields have the same counts.
  expect = { sections = { { blocks = {
    { text = "2023年，本市信息在省得分100分，居全省第3位（共11市）。" },
    { rows = { { 1, "甲县", 6, 60, 60 }, { 2, "甲县", 0, 30, 30 }, { "", "其他单位", "", 10, 10 }, { "", "合计", "", 100, 100 } } },
  } } } },
})

local function placed(period, place)
  return { id = period, register = "upper-places", stage = "entered", period = period, place = place, cities = 11 }
end

host.example("the places of years, each against the one before", {
  point = "report.build", name = "places-above", parameters = {},
  calls = { records = { placed("2023", 3), placed("2021", 6), placed("2022", 5), placed("2023-Q1", 4) } },
  expect = { sections = { { blocks = { { rows = {
    { "2021年", 6, 11, "", "", "" }, { "2022年", 5, 11, "升1位", "", "" }, { "2023年", 3, 11, "升2位", "", "" },
    { "2023年第一季度", 4, 11, "", "", "" },
  } } } } } },
})
