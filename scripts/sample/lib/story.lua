-- All that happens to one item in the year, as events.

local adopting = require("lib/adopting")
local dice = require("lib/dice")
local lines = require("lib/lines")
local office = require("lib/office")
local plan_of = require("lib/plan")
local remarks = require("lib/remarks")
local text = require("lib/text")
local year = require("lib/year")

local M = {}

-- Of what was returned so much is sent again, of that so much adopted; in percent.
local again, adopted_then = 78, 50
-- Texts that a copy takes without their last sentence; else one is added.
local shortened = 50

local function ids(units)
  if units == nil then
    return nil
  end
  local all = {}
  for n, unit in units do
    all[n] = unit.id
  end
  return all
end

-- As the item itself has it, or told of another's by the unit that took it.
local function written(of, plan)
  local original = plan.original
  if original == nil then
    return text.item(dice.new(of.seed, plan_of.TEXT, plan.n), plan.unit, plan.topic, plan.kind, plan.day)
  end
  local taken = text.item(dice.new(of.seed, plan_of.TEXT, original.n), plan.unit, original.topic, original.kind, original.day)
  local rolls = dice.new(of.seed, plan_of.TEXT, plan.n)
  if rolls:chance(shortened) then
    taken.body = text.shortened(taken.body)
  else
    taken.body ..= text.addition(rolls, plan.unit, plan.topic, plan.day)
  end
  taken.title = text.item(rolls, plan.unit, plan.topic, plan.kind, plan.day).title
  return taken
end

local function submitted(all, rolls, of, plan, item)
  local officer = plan.authors[1].id
  local fields = {
    title = item.title, body = item.body, kind = plan.kind, unit = plan.unit.id, joint = ids(plan.joint),
    author = ids(plan.authors), urgent = plan.urgent or nil, number = item.id,
  }
  if plan.asked then
    local editor = office.of_staff("editor", plan.asked, rolls).id
    local asked = { title = `约稿：{plan.topic.name}`, kind = plan.kind, commissioned = true, unit = plan.unit.id, due = year.date(plan.due) }
    all:add("information", item.id, "commission", plan.asked, editor, asked)
    if plan.late then
      local fields = { deadline = "report", start = year.date(plan.asked), why = "约稿期限" }
      all:add("information", item.id, "overdue", plan.due, "clock", fields, `overdue/information/{item.id}/report/{year.date(plan.due)}`)
    end
  end
  all:add("information", item.id, "submit", plan.day, officer, fields)
  return officer
end

-- The day on which a returned item is there again; nil if it never is.
local function returned(all, rolls, of, plan, item, officer)
  local day = year.office_day(plan.day + rolls:whole(1, 5))
  if day > year.days then
    return nil
  end
  local reason = if plan.original then string.gsub(rolls:pick(remarks.copied), "{id}", item.original) else rolls:pick(remarks.returned)
  all:add("information", item.id, "return", day, office.of_staff("editor", day, rolls).id, { reason = reason })
  if plan.original or not rolls:chance(again) then
    return nil
  end
  day = year.office_day(day + rolls:whole(1, 6))
  local there = office.reporters(of, plan.unit, math.min(day, year.days))
  if not (there[1] and table.find(ids(there), officer)) then
    -- Who wrote it has left since.
    officer = if there[1] then there[1].id else "operator"
  end
  local body = item.body .. text.addition(rolls, plan.unit, plan.topic, plan.day)
  if all:add("information", item.id, "submit", day, officer, { body = if utf8.len(body) <= 400 then body else item.body }) == nil then
    return nil
  end
  return day
end

local function piece(all, rolls, of, plan)
  local item = text.merged(rolls, plan.parts, plan.day)
  item.id = lines.id(plan.n)
  local units, parts, by = {}, {}, {}
  for n, part in plan.parts do
    parts[n] = lines.id(part.n)
    for _, unit in { part.unit, table.unpack(part.joint or {}) } do
      if not table.find(units, unit.id) then
        table.insert(units, unit.id)
      end
    end
    for _, author in part.authors do
      table.insert(by, author.id)
    end
  end
  local editor = office.of_staff("editor", plan.day, rolls).id
  all:add("information", item.id, "merge", plan.day, editor, {
    title = item.title, body = item.body, kind = plan.kind, unit = table.remove(units, 1), joint = units, parts = parts, author = by, number = item.id,
  })
  for _, part in parts do
    all:add("information", part, "merged", plan.day, editor, { piece = item.id })
  end
  adopting.tell(all, rolls, of, plan, item, plan.day)
end

local function single(all, rolls, of, plan)
  local item = written(of, plan)
  item.id = lines.id(plan.n)
  item.original = plan.original and lines.id(plan.original.n)
  local officer = submitted(all, rolls, of, plan, item)
  local from = plan.day
  if plan.fate == "returned" then
    from = returned(all, rolls, of, plan, item, officer)
  end
  if plan.fate == "adopted" or (plan.fate == "returned" and from and rolls:chance(adopted_then)) then
    adopting.tell(all, rolls, of, plan, item, from)
  elseif plan.fate == "noted" then
    adopting.instructed(all, rolls, of, plan, item, from)
  end
  if plan.new_kind then
    local day = year.office_day(plan.day + rolls:whole(1, 8))
    all:add("information", item.id, "rekind", day, office.of_staff("editor", math.min(day, year.days), rolls).id, { new_kind = plan.new_kind })
  end
end

-- The events of item `n` of so many.
function M.events(of, n, records)
  local plan = plan_of.of(of, n, records)
  local all, rolls = lines.new(n), dice.new(of.seed, plan_of.STORY, n)
  if plan.parts then
    piece(all, rolls, of, plan)
  else
    single(all, rolls, of, plan)
  end
  return all:in_order()
end

return M
