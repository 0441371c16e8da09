-- Deadlines that are reckoned from the day on which they start, with their reasons in both languages. An extension adds
-- to the term, never to the day before: three months from 30 November are 29 February, six are 30 May.

local blocks = require("std/blocks")

local M = {}

local function clause(by)
  if by == nil then
    return "", ""
  end
  return `（{by.zh or by}）`, ` ({by.en or by})`
end

local function made(name, start, due, zh, en)
  return { name = name, start = start, due = due, why = { zh = `自{blocks.day(start)}起{zh}`, en = `{en} from {start}` } }
end

--- So many months from a start, and so many more that it was extended by; `by` is the clause, a text or `{ zh, en }`.
function M.months(name, start, months, extended, by)
  local zh, en = clause(by)
  local more = extended or 0
  local said_zh, said_en = `{months}个月`, `{months} months`
  if more > 0 then
    said_zh, said_en = `{months + more}个月（含延长{more}个月）`, `{months + more} months, {more} of them an extension,`
  end
  return made(name, start, host.date.add_months(start, months + more), said_zh .. zh, said_en .. en)
end

--- So many days from a start, the start not counted.
function M.days(name, start, days, by)
  local zh, en = clause(by)
  return made(name, start, host.date.add_days(start, days), `{days}日` .. zh, `{days} days` .. en)
end

--- So many working days from a start, the start not counted.
function M.working_days(name, start, days, by)
  local zh, en = clause(by)
  return made(name, start, host.date.add_working_days(start, days), `{days}个工作日` .. zh, `{days} working days` .. en)
end

--- The same deadline as a right: what may be done until then, and is not overdue afterwards.
function M.right(deadline)
  local right = table.clone(deadline)
  right.lapses = true
  return right
end

--- A refusal if an action comes after the right to it has lapsed, by the record's deadlines (`ctx.deadlines` of a guard).
function M.lapsed(event, deadlines, zh, en)
  local right = deadlines[event.action]
  if right and event.on > right.due then
    return { text = { zh = `{zh}（{blocks.day(right.due)}止）`, en = `{en} (until {right.due})` } }
  end
  return nil
end

return M
