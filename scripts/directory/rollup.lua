-- A period's items of each unit together with those of its direct-reporting points. Points are ranked
-- apart; here they count for the unit that they belong to. An item counts once, for the unit that sent it.

local names = require("std/names")
local periods = require("std/periods")
local settings = host.settings

-- The units of the period's first day and of its last: one that was closed in between keeps what it sent.
local function units_of(period)
  local units, place = {}, {}
  for _, on in { period.last, period.first } do
    for _, unit in host.units({ on = on }) do
      if not place[unit.id] then
        table.insert(units, unit)
        place[unit.id] = true
      end
    end
  end
  return units, place
end

local function is_point(unit, there)
  return table.find(settings.points, unit.class) ~= nil and unit.parent ~= nil and there[unit.parent] ~= nil
end

local function add(into, figures)
  for column, n in figures do
    into[column] = (into[column] or 0) + n
  end
end

-- A row a unit with what it sent itself, what its points sent, and both.
local function rows_of(units, there, figures)
  local points = {}
  for _, unit in units do
    if is_point(unit, there) then
      points[unit.parent] = points[unit.parent] or { 0, 0 }
      add(points[unit.parent], figures(unit.id))
    end
  end
  local rows, sum = {}, { 0, 0, 0, 0, 0, 0 }
  for _, unit in units do
    if not is_point(unit, there) then
      local own, of_points = figures(unit.id), points[unit.id] or { 0, 0 }
      local cells = { own[1], of_points[1], own[1] + of_points[1], own[2], of_points[2], own[2] + of_points[2] }
      add(sum, cells)
      table.insert(rows, { names.title(unit), table.unpack(cells) })
    end
  end
  table.insert(rows, { "合计", table.unpack(sum) })
  return rows
end

-- The points by themselves, so that each sum can be taken apart.
local function points_of(units, there, figures)
  local titles, rows = {}, {}
  for _, unit in units do
    titles[unit.id] = names.title(unit)
  end
  for _, unit in units do
    if is_point(unit, there) then
      table.insert(rows, { titles[unit.id], titles[unit.parent], table.unpack(figures(unit.id)) })
    end
  end
  return rows
end

local function number(title)
  return { title = title, align = "right", width = 1.6 }
end

host.on("report.build", {
  name = "roll-up", title = { zh = "直报点汇总表", en = "Units with their direct-reporting points" },
}, function(_, parameters)
  local period = periods.read(parameters.period)
  local register = parameters.register or "information"
  local function counts(action, first)
    return host.counts({ register = register, period = period.id, action = action, first = first, by = "unit" })
  end
  local submitted, adopted = counts(settings.submitted, true), counts(settings.adopted)
  local function figures(unit)
    return { submitted[unit] or 0, adopted[unit] or 0 }
  end
  local units, there = units_of(period)
  local points = points_of(units, there, figures)
  local blocks = {
    {
      kind = "table",
      columns = {
        { title = "单位", width = 3 }, number("本级报送"), number("直报点报送"), number("报送合计"),
        number("本级采用"), number("直报点采用"), number("采用合计"),
      },
      rows = rows_of(units, there, figures),
    },
  }
  if #points > 0 then
    table.insert(blocks, {
      kind = "table", caption = "信息直报点",
      columns = { { title = "直报点", width = 3 }, { title = "所属单位", width = 3 }, number("报送"), number("采用") },
      rows = points,
    })
  end
  return {
    kind = "table", language = "zh",
    title = parameters.title or `{period.name}信息报送采用汇总表（含直报点）`,
    sections = { { blocks = blocks } },
  }
end)

local class = settings.points[1]

local function rolled(title, units, expect)
  host.example(title, {
    point = "report.build", name = "roll-up", parameters = { period = "2023-Q1" },
    calls = { units = units, counts = { a = 3, b = 2, c = 4 } },
    expect = { sections = { { blocks = expect } } },
  })
end

rolled("a county, its points, and both together", {
  { id = "a", class = "county", title = { zh = "甲县" } }, { id = "b", class = class, parent = "a", title = "乙站" },
  { id = "c", class = class, parent = "a", title = "丙站" },
}, {
  { rows = { { "甲县", 3, 6, 9, 3, 6, 9 }, { "合计", 3, 6, 9, 3, 6, 9 } } },
  { rows = { { "乙站", "甲县", 2, 2 }, { "丙站", "甲县", 4, 4 } } },
})
rolled("a point that belongs to nobody stands by itself", { { id = "b", class = class, title = "乙站" } }, {
  { rows = { { "乙站", 2, 0, 2, 2, 0, 2 }, { "合计", 2, 0, 2, 2, 0, 2 } } },
})
