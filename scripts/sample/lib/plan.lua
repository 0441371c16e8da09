-- What an item is, before anything is written of it: its sort, unit, kind, day and fate. Each comes from
-- the item's own number, so that any item can ask it of an earlier one.

local dice = require("lib/dice")
local office = require("lib/office")
local text = require("lib/text")
local year = require("lib/year")

local M = {}

-- What the dice of an item are for.
local SORT, PLAN, PIECE = 11, 12, 13
M.TEXT, M.STORY = 14, 15

-- Of each block of so many items the last may be a piece that merges some of the others, in percent.
local block, pieces = 40, 80
local parts = { 2, 4 }
-- Copies of another unit's item, in percent, and how far back the original is at most.
local copies, back = 4, 120
local joint, urgent, rekinded, two_authors = 6, 11, 3, 20
-- Commissioned items that come late, in percent, and how many days.
local late, days_late, days_early = 30, { 1, 9 }, { 0, 8 }
-- Before its due date so many days an item is commissioned.
local notice = { 10, 20 }

local kinds = {
  { 44, "dynamic" }, { 17, "routine" }, { 8, "research" }, { 8, "voice" }, { 8, "commissioned" }, { 8, "problem" }, { 7, "opinion" },
}
-- What may be urgent, and what may become of a kind.
local pressing = { dynamic = true, problem = true, opinion = true }
local others = { dynamic = "routine", routine = "research", problem = "opinion", voice = "opinion", opinion = "problem", research = "routine", commissioned = "research" }

local fates = { { 52, "lone" }, { 34, "adopted" }, { 12, "returned" }, { 2, "noted" } }
local fates_of_urgent = { { 20, "lone" }, { 75, "adopted" }, { 5, "noted" } }
local fates_of_copy = { { 60, "lone" }, { 25, "returned" }, { 15, "adopted" } }

-- A unit that reports in this month, and the people who do it.
local function reporting(of, rolls, day, but)
  local unit, people
  for _ = 1, 40 do
    unit = rolls:weighed(of.weights)
    people = office.reporters(of, unit, day)
    if #people > 0 and unit ~= but and not office.is_quiet(of, unit, day) then
      break
    end
  end
  return unit, people
end

local function sort_of(of, n)
  local rolls = dice.new(of.seed, SORT, n)
  if n % block == 0 and rolls:chance(pieces) then
    return "piece", rolls
  end
  return if n > block and rolls:chance(copies) then "copy" else "plain", rolls
end

-- The earlier item that a copy takes from.
local function original_of(of, n, rolls)
  local from = n - rolls:whole(1, math.min(back, n - 1))
  while sort_of(of, from) ~= "plain" do
    from -= 1
  end
  return from
end

local function commissioned(plan, rolls)
  local is_late = rolls:chance(late)
  local span = if is_late then days_late else days_early
  local days = rolls:whole(span[1], span[2])
  plan.due = if is_late then plan.day - days else plan.day + days
  plan.late = is_late
  plan.asked = math.min(plan.due - rolls:whole(notice[1], notice[2]), plan.day - 1)
  -- Nothing of the year before is told, nor due in the year after.
  return plan.asked >= 1 and plan.due <= year.days
end

local function joint_units(of, rolls, plan)
  local units = {}
  for _ = 1, rolls:whole(1, 3) do
    local unit = rolls:weighed(of.weights)
    if unit ~= plan.unit and not table.find(units, unit) then
      table.insert(units, unit)
    end
  end
  return if #units > 0 then units else nil
end

local function draw(of, n, records, sort, rolls)
  local plan = { n = n, sort = sort, day = year.at((n - 0.5) / records) }
  if sort == "copy" then
    plan.original = M.of(of, original_of(of, n, rolls), records)
  end
  rolls = dice.new(of.seed, PLAN, n)
  local original = plan.original
  local people
  plan.unit, people = reporting(of, rolls, plan.day, original and original.unit)
  plan.authors = rolls:some(people, if rolls:chance(two_authors) then 2 else 1)
  plan.topic = if original then original.topic else text.topic(rolls, plan.unit)
  plan.kind = if original then original.kind else rolls:weighed(kinds)
  if plan.kind == "commissioned" and (original or not commissioned(plan, rolls)) then
    plan.kind, plan.due, plan.asked, plan.late = "dynamic", nil, nil, nil
  end
  plan.urgent = pressing[plan.kind] and original == nil and rolls:chance(urgent)
  plan.fate = rolls:weighed(if original then fates_of_copy elseif plan.urgent then fates_of_urgent else fates)
  if rolls:chance(rekinded) then
    plan.new_kind = others[plan.kind]
  end
  if original == nil and rolls:chance(joint) then
    plan.joint = joint_units(of, rolls, plan)
  end
  return plan
end

-- Some of the items of its block that nothing else has become of, each of another unit.
local function parts_of(of, n, records)
  local rolls = dice.new(of.seed, PIECE, n)
  local free = {}
  for m = n - block + 1, n - 1 do
    local sort, sort_rolls = sort_of(of, m)
    if sort == "plain" then
      local plan = draw(of, m, records, sort, sort_rolls)
      if plan.fate == "lone" and plan.new_kind == nil and plan.kind ~= "commissioned" then
        table.insert(free, plan)
      end
    end
  end
  local wanted, chosen, units = rolls:whole(parts[1], parts[2]), {}, {}
  for _, plan in rolls:some(free, #free) do
    if #chosen < wanted and not units[plan.unit.id] then
      units[plan.unit.id] = true
      table.insert(chosen, plan)
    end
  end
  table.sort(chosen, function(a, b)
    return a.n < b.n
  end)
  return chosen
end

-- The plan of item `n` of so many.
function M.of(of, n, records)
  local sort, rolls = sort_of(of, n)
  if sort == "piece" then
    local chosen = parts_of(of, n, records)
    if #chosen >= parts[1] then
      return { n = n, sort = sort, day = year.at((n - 0.5) / records), parts = chosen, kind = "routine", fate = "adopted" }
    end
    sort = "plain"
  end
  return draw(of, n, records, sort, rolls)
end

return M
