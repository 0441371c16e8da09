-- How an item is adopted: in which carriers, at which levels, what is made void again, who instructs.

local office = require("lib/office")
local remarks = require("lib/remarks")
local task = require("lib/task")
local year = require("lib/year")

local M = {}

local times = { { 66, 1 }, { 24, 2 }, { 8, 3 }, { 2, 4 } }
local levels = { { 70, "none" }, { 12, "city" }, { 13, "province" }, { 5, "state" } }
local carriers = {
  none = {
    { 30, "brief" }, { 26, "journal" }, { 18, "daily" }, { 9, "special" }, { 5, "digest" }, { 4, "selected" }, { 4, "newspaper" },
    { 2, "proposal" }, { 2, "research" },
  },
  city = { { 50, "none" }, { 30, "daily" }, { 20, "brief" } },
  province = { { 40, "digest" }, { 30, "none" }, { 20, "special" }, { 10, "newspaper" } },
  state = { { 50, "selected" }, { 30, "none" }, { 20, "newspaper" } },
}
-- What is written is put where it belongs.
local of_kind = { research = "research", opinion = "proposal" }
-- Every so many days an issue appears.
local rhythm = { journal = 30, brief = 4, daily = 1, special = 15, proposal = 20, research = 20, digest = 6, selected = 10 }
-- In percent: adoptions that are disputed and made void, of copies too; items that are instructed on, once more, closed.
local void, void_of_copy, instructed, once_more, forwarded, closed = 3, 60, 14, 20, 60, 7

local instructions = { { 54, "city" }, { 20, "district" }, { 8, "town" }, { 15, "province" }, { 3, "state" } }

local function form_of(rolls, plan, day)
  local level = rolls:weighed(levels)
  local carrier = if level == "none" and rolls:chance(50) and of_kind[plan.kind]
    then of_kind[plan.kind]
    else rolls:weighed(carriers[level])
  return {
    level = if level ~= "none" then level else nil,
    carrier = if carrier ~= "none" then carrier else nil,
    issue = rhythm[carrier] and math.ceil(day / rhythm[carrier]) or nil,
    words = if carrier == "newspaper" then rolls:whole(3, 24) * 50 else nil,
  }
end

local function made_void(lines, rolls, item, plan, adopted, day)
  if adopted == nil or not rolls:chance(if plan.original then void_of_copy else void) then
    return
  end
  local reason = if plan.original
    then string.gsub(remarks.void_copied, "{id}", item.original)
    else rolls:pick(remarks.void)
  lines:add("information", item.id, "void", year.office_day(day + rolls:whole(3, 20)), "operator", { event = adopted, reason = reason })
end

-- A leader's remark, and the units that have to act on it.
local function instruct(lines, rolls, of, plan, item, day, nth)
  local level = rolls:weighed(instructions)
  local leader = office.of_staff("leader", math.min(day, year.days), rolls)
  local said = {
    level = level, text = rolls:pick(remarks.instructed),
    leader = remarks.leaders[level] or `{leader.called} {leader.name}`,
  }
  local targets = {}
  if level == "city" or level == "district" then
    for _ = 1, rolls:whole(0, 3) do
      local unit = rolls:weighed(of.weights)
      if unit.class ~= "direct" and not table.find(targets, unit) then
        table.insert(targets, unit)
      end
    end
  end
  if #targets > 0 then
    said.targets = {}
    for n, unit in targets do
      said.targets[n] = unit.id
    end
  end
  local by = if level == "city" then leader.id else office.of_staff("editor", math.min(day, year.days), rolls).id
  if lines:add("information", item.id, "instruct", day, by, said) then
    for _, unit in targets do
      task.tell(lines, rolls, of, day, item, said, unit, nth)
    end
  end
end

-- From a day on, by which the item is there.
function M.instructed(lines, rolls, of, plan, item, from)
  for nth = 1, if rolls:chance(once_more) then 2 else 1 do
    from = year.office_day(from + rolls:whole(2, 12))
    instruct(lines, rolls, of, plan, item, from, nth)
  end
end

function M.tell(lines, rolls, of, plan, item, from)
  local day = from
  for nth = 1, rolls:weighed(times) do
    local wait = if nth > 1 then rolls:whole(3, 25) elseif plan.urgent then rolls:whole(0, 3) else rolls:whole(2, 14)
    day = year.office_day(day + wait)
    if day > year.days then
      return
    end
    local editor = office.of_staff("editor", day, rolls).id
    local form = form_of(rolls, plan, day)
    if (form.level == "province" or form.level == "state") and rolls:chance(forwarded) then
      lines:add("information", item.id, "forward", math.max(from, day - rolls:whole(0, 4)), editor, { forwarded_to = form.level })
    end
    made_void(lines, rolls, item, plan, lines:add("information", item.id, "adopt", day, editor, form), day)
  end
  if plan.original == nil and rolls:chance(instructed) then
    M.instructed(lines, rolls, of, plan, item, day)
  end
  if rolls:chance(closed) then
    lines:add("information", item.id, "close", year.office_day(day + rolls:whole(40, 70)), office.of_staff("editor", day, rolls).id)
  end
end

return M
