-- How an item is adopted: in which carriers, at which levels, what is made void again, who instructs.

local office = require("lib/office")
local remarks = require("lib/remarks")
local task = require("lib/task")
local year = require("lib/year")

local M = {}

local times = { { 66, 1 }, { 24, 2 }, { 8, 3 }, { 2, 4 } }
-- Most adoptions say their carrier, which has a level of its own; some a level.
local levels = { { 86, "none" }, { 5, "city" }, { 6, "province" }, { 3, "state" } }
local carriers = {
  dynamic = {
    { 34, "journal" }, { 20, "site" }, { 14, "brief" }, { 10, "province-journal" }, { 8, "daily" }, { 6, "newspaper" }, { 5, "special" },
    { 3, "selected" },
  },
  deep = {
    { 26, "special" }, { 20, "journal" }, { 13, "province-journal" }, { 11, "digest" }, { 9, "province-special" }, { 8, "site" }, { 7, "brief" },
    { 6, "daily" },
  },
  voice = { { 52, "voice" }, { 20, "province-voice" }, { 18, "journal" }, { 10, "digest" } },
  city = { { 50, "none" }, { 30, "daily" }, { 20, "brief" } },
  province = { { 40, "digest" }, { 30, "none" }, { 20, "special" }, { 10, "newspaper" } },
  state = { { 50, "selected" }, { 30, "none" }, { 20, "newspaper" } },
}
-- What is written is put where it belongs.
local of_kind = { opinion = "proposal" }
local deep = { research = "deep", voice = "voice" }
-- Every so many days an issue appears.
local rhythm = {
  journal = 30, brief = 4, daily = 1, special = 15, proposal = 20, digest = 6, selected = 10, voice = 20,
  ["province-journal"] = 15, ["province-special"] = 20, ["province-voice"] = 30,
}
-- In percent: adoptions that are disputed and made void, of copies too; items that are instructed on, once more, closed.
local void, void_of_copy, instructed, once_more, forwarded, closed = 3, 60, 14, 20, 60, 7

local instructions = { { 54, "city" }, { 20, "district" }, { 8, "town" }, { 15, "province" }, { 3, "state" } }

local function form_of(rolls, plan, day)
  local level = rolls:weighed(levels)
  local carrier = if level == "none" and rolls:chance(50) and of_kind[plan.kind]
    then of_kind[plan.kind]
    else rolls:weighed(carriers[if level == "none" then deep[plan.kind] or "dynamic" else level])
  return {
    level = if level ~= "none" then level else nil,
    carrier = if carrier ~= "none" then carrier else nil,
    issue = rhythm[carrier] and math.ceil(day / rhythm[carrier]) or nil,
    words = if carrier == "newspaper" then rolls:whole(3, 24) * 50 else nil,
  }
end

-- What the province gives for an item in its carriers, as it reports the month after.
local received = { site = 1, ["province-journal"] = 4, ["province-special"] = 8, ["province-voice"] = 8, daily = 10, digest = 12 }

local function reported(lines, plan, item, carrier, day, nth)
  local points = received[carrier]
  if points and plan.unit then
    local joint = {}
    for n, unit in plan.joint or {} do
      joint[n] = unit.id
    end
    lines:add("upper-results", `{item.id}-{nth}`, "enter", year.office_day(day + 20), "operator", {
      title = item.title, item = item.id, unit = plan.unit.id, joint = if #joint > 0 then joint else nil, carrier = carrier, points = points,
    })
  end
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
    local adopted = lines:add("information", item.id, "adopt", day, editor, form)
    made_void(lines, rolls, item, plan, adopted, day)
    if adopted then
      reported(lines, plan, item, form.carrier, day, nth)
    end
  end
  if plan.original == nil and rolls:chance(instructed) then
    M.instructed(lines, rolls, of, plan, item, day)
  end
  if rolls:chance(closed) then
    lines:add("information", item.id, "close", year.office_day(day + rolls:whole(40, 70)), office.of_staff("editor", day, rolls).id)
  end
end

return M
