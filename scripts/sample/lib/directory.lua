-- The directory of the sample as events: code tables, units, people, and what changes in the year.

local office = require("lib/office")
local year = require("lib/year")

local M = {}

-- All of it is known a year before the first item.
local begin = `{year.year - 1}-01-01`

local tables = {
  roles = {
    { "reporter", "信息员", "Information officer" }, { "editor", "编辑", "Editor" }, { "leader", "领导", "Leader" }, { "admin", "管理员", "Administrator" },
  },
  ["unit-classes"] = {
    { "county", "县（市）", "County" }, { "district", "区", "District" }, { "zone", "试验区", "Experimental zone" },
    { "committee", "工委、室", "Committee or office" }, { "direct", "信息直报点", "Direct-reporting point" },
  },
}

local function line(action, record, on, fields)
  local key = if action == "table" then `{record}-{fields.key}` else record
  return { id = `sample-{action}-{key}-{on}`, register = "$directory", record = record, action = action, on = on, by = "operator", fields = fields }
end

local function units(lines)
  for _, unit in office.units do
    local fields = { class = unit.class, title = unit.title, order = unit.order, parent = unit.parent }
    table.insert(lines, line("unit", unit.id, begin, fields))
    if unit.moved then
      table.insert(lines, line("unit", unit.id, year.date(unit.moved.on), { parent = unit.moved.parent }))
    end
  end
end

-- Who comes in the year is there from that day; who leaves, till that one.
local function person(lines, who, unit, role)
  local from = if who.from then year.date(who.from) else begin
  local fields = { name = who.name, unit = unit, roles = { { role = role, unit = unit or "*" } } }
  table.insert(lines, line("person", who.id, from, fields))
  if who.to and not who.moves then
    table.insert(lines, line("person", who.id, year.date(who.to), { to = year.date(who.to) }))
  end
end

-- What place the city had among the province's eleven, year by year.
local places = { { 2019, 8, 141 }, { 2020, 7, 163 }, { 2021, 7, 190 }, { 2022, 5, 236 } }

local function placed(lines)
  for _, row in places do
    local year_of, on = row[1], `{row[1] + 1}-01-20`
    table.insert(lines, {
      id = `sample-place-{year_of}`, register = "upper-places", record = `{year_of}`, action = "enter", on = on, by = "operator",
      fields = { period = `{year_of}`, place = row[2], cities = 11, points = row[3] },
    })
  end
end

function M.lines(of)
  local lines = {}
  for _, name in { "roles", "unit-classes" } do
    for _, row in tables[name] do
      table.insert(lines, line("table", name, begin, { key = row[1], value = { zh = row[2], en = row[3] } }))
    end
  end
  units(lines)
  for _, unit in office.units do
    for _, who in of.reporters[unit.id] do
      person(lines, who, unit.id, "reporter")
    end
  end
  for _, who in office.staff do
    person(lines, who, nil, who.role)
  end
  placed(lines)
  return lines
end

return M
