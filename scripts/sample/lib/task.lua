-- What becomes of an instruction with a unit: signed for, answered in time or late, sent back, closed.

local office = require("lib/office")
local remarks = require("lib/remarks")
local text = require("lib/text")
local year = require("lib/year")

local M = {}

-- As the register of instructions has it, in working days.
local sign_days, reply_days = 2, 10
-- In percent: who signs late, who answers late, what is sent back, what is closed.
local signs_late, replies_late, sent_back, closed = 8, 25, 10, 75

-- The event that the office's clock makes of a day that has ended.
local function overdue(lines, task, name, from, due, days)
  if due == nil then
    return
  end
  local fields = { deadline = name, start = year.date(from), why = `交办后 {days} 个工作日内` }
  lines:add("instructions", task, "overdue", due, "clock", fields, `overdue/instructions/{task}/{name}/{year.date(due)}`)
end

function M.tell(lines, rolls, of, day, item, instruction, unit, nth)
  local task = `{item.id}-{nth}-{unit.id}`
  local editor = office.of_staff("editor", day, rolls).id
  local function add(action, on, by, fields)
    return lines:add("instructions", task, action, on, by, fields)
  end
  local function officer(on)
    local people = on and office.reporters(of, unit, on) or {}
    return if #people > 0 then rolls:pick(people).id else "operator"
  end

  add("assign", day, editor, {
    title = item.title, item = item.id, unit = unit.id, leader = instruction.leader, level = instruction.level, text = instruction.text,
  })
  local is_late = rolls:chance(signs_late)
  local signed = year.later(day, if is_late then sign_days + 1 else rolls:whole(1, sign_days))
  if is_late then
    overdue(lines, task, "sign", day, year.later(day, sign_days), sign_days)
  end
  add("sign", signed, officer(signed))

  local late = rolls:chance(replies_late)
  local replied = year.later(day, if late then reply_days + rolls:whole(1, 7) else rolls:whole(4, reply_days))
  local due = year.later(day, reply_days)
  if late then
    overdue(lines, task, "reply", day, due, reply_days)
    add("urge", due and year.later(due, 1), editor, { urging = rolls:pick(remarks.urged) })
  end
  if replied == nil then
    return
  end
  local function reply(on)
    add("reply", on, officer(on), { reply = text.filled(rolls:pick(remarks.replied), rolls) })
  end
  reply(replied)
  if rolls:chance(sent_back) then
    local back = year.later(replied, rolls:whole(1, 3))
    local again = back and year.later(back, rolls:whole(1, 5))
    add("back", back, editor, { reason = rolls:pick(remarks.sent_back) })
    if again == nil then
      return
    end
    reply(again)
    replied = again
  end
  if rolls:chance(closed) then
    add("close", year.later(replied, rolls:whole(1, 6)), editor)
  end
end

return M
