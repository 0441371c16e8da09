-- The units of the invented office, who reports for them, who edits and who leads; and when that changes.

local dice = require("lib/dice")
local places = require("lib/places")
local year = require("lib/year")

local M = {}

-- What the dice of the office are for; those of items are elsewhere.
local PEOPLE, QUIET = 1, 2

-- A town that comes to another county in the middle of the year: its parent is that of the day.
local moved = { point = 7, to = 8, on = "07-01" }
-- Months in which a unit reports nothing, in percent; one committee is left without an officer.
local quiet = 10
local deserted = { unit = "committee-10", last = "12-15" }
-- Of units with a first officer who leaves in the year, and of those with a third who goes elsewhere, one in so many.
local leaves, moves = 6, 9

local function unit(id, class, name, title, letters, order)
  return { id = id, class = class, name = name, title = { zh = title, en = letters }, order = order }
end

local function all_units()
  local units = {}
  for n, names in places.counties do
    local class = if string.sub(names[1], -#"区") == "区" then "district" else "county"
    table.insert(units, unit(string.format("county-%02d", n), class, names[1], names[1], names[2], #units + 1))
  end
  table.insert(units, unit("zone-01", "zone", places.zone[1], places.zone[1], places.zone[2], #units + 1))
  for _, committee in places.committees do
    table.insert(units, unit(committee[1], "committee", committee[2], committee[2], committee[3], #units + 1))
  end
  for n, names in places.towns do
    local point = unit(string.format("point-%02d", n), "direct", names[1], `{names[1]}人大信息直报点`, names[2], #units + 1)
    point.parent = units[1 + (n - 1) % #places.counties].id
    if n == moved.point then
      point.moved = { on = year.day(moved.on), parent = units[moved.to].id }
    end
    table.insert(units, point)
  end
  return units
end

M.units = all_units()

-- The towns of each county, for the texts.
M.towns = {}
for _, point in M.units do
  if point.parent then
    M.towns[point.parent] = M.towns[point.parent] or {}
    table.insert(M.towns[point.parent], point.name)
  end
end

function M.person_name(rolls)
  return rolls:pick(places.surnames) .. rolls:pick(places.given)
end

local function reporter(unit, n, name, from, to)
  return { id = `{unit.id}-{n}`, unit = unit.id, name = name, from = from, to = to }
end

-- One to three of a unit; `from` and `to` are days of the year, nil where it is all of it.
local function reporters_of(unit, seed)
  local rolls = dice.new(seed, PEOPLE, unit.order)
  local people = {}
  local deserts = unit.id == deserted.unit
  for n = 1, if deserts then 1 else rolls:whole(1, 3) do
    people[n] = reporter(unit, n, M.person_name(rolls))
  end
  if deserts then
    people[1].to = year.day(deserted.last)
  elseif unit.order % leaves == 2 then
    people[1].to = rolls:whole(60, 300)
    table.insert(people, reporter(unit, #people + 1, M.person_name(rolls), people[1].to + 1))
  end
  return people
end

-- Who has a third officer gives them to the next unit of the same class in autumn.
local function move_some(office)
  for n, unit in M.units do
    local other = M.units[n + 1]
    local third = office.reporters[unit.id][3]
    if n % moves == 0 and third and third.from == nil and other and other.class == unit.class then
      third.to = year.day("08-31")
      third.moves = other.id
      table.insert(office.reporters[other.id], { id = third.id, unit = other.id, name = third.name, from = third.to + 1, moved = true })
    end
  end
end

-- How much each unit writes against the others, by class; and one in so many hardly ever.
local writes = { county = { 7, 14 }, district = { 7, 14 }, zone = { 3, 6 }, committee = { 5, 9 }, direct = { 1, 5 } }
local lazy = 11

-- The office that a seed makes.
function M.of(seed)
  local office = { seed = seed, reporters = {}, weights = {}, quiet = {} }
  for n, unit in M.units do
    office.reporters[unit.id] = reporters_of(unit, seed)
    local rolls = dice.new(seed, QUIET, n)
    local span = writes[unit.class]
    office.weights[n] = { if n % lazy == 0 then 0.3 else rolls:whole(span[1], span[2]), unit }
    office.quiet[unit.id] = {}
    for month = 1, 12 do
      office.quiet[unit.id][month] = rolls:chance(quiet)
    end
  end
  move_some(office)
  return office
end

function M.is_quiet(office, unit, day)
  return office.quiet[unit.id][year.month(day)]
end

-- Those of a unit who are there on a day.
function M.reporters(office, unit, day)
  local there = {}
  for _, person in office.reporters[unit.id] do
    if (person.from == nil or person.from <= day) and (person.to == nil or day <= person.to) then
      table.insert(there, person)
    end
  end
  return there
end

-- One editor goes when another comes; a head of the standing committee, too.
M.staff = {
  { id = "editor-1", name = "方晓岚", role = "editor" },
  { id = "editor-2", name = "邵文清", role = "editor", to = year.day("06-30") },
  { id = "editor-3", name = "鲁一帆", role = "editor" },
  { id = "editor-4", name = "金若谷", role = "editor", from = year.day("07-01") },
  { id = "leader-1", name = "贺远山", role = "leader", called = "市人大常委会主任", to = year.day("04-30") },
  { id = "leader-2", name = "顾怀川", role = "leader", called = "市人大常委会主任", from = year.day("05-01") },
  { id = "leader-3", name = "章慧敏", role = "leader", called = "市人大常委会副主任" },
  { id = "leader-4", name = "陆承平", role = "leader", called = "市人大常委会副主任" },
  { id = "leader-5", name = "严子衡", role = "leader", called = "市人大常委会秘书长" },
  { id = "admin-1", name = "柯敏", role = "admin" },
}

function M.of_staff(role, day, rolls)
  local there = {}
  for _, person in M.staff do
    if person.role == role and (person.from == nil or person.from <= day) and (person.to == nil or day <= person.to) then
      table.insert(there, person)
    end
  end
  return rolls:pick(there)
end

return M
