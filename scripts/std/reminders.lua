-- The plan of reminders that most deadlines have: one before the day, in working days, and one after it.

local M = {}

--- The plan for a deadline: `days.remind_before`, `days.urge_after` (as a plugin's settings have them), and what
--- each says: `said.reminder`, `said.urging`.
function M.plan(deadline, to, days, said)
  local plan = {}
  local before = host.date.add_working_days(deadline.due, -days.remind_before)
  -- A short term may leave no day for it.
  if deadline.start == nil or before > deadline.start then
    table.insert(plan, { on = before, kind = "reminder", to = to, text = said.reminder })
  end
  table.insert(plan, {
    on = host.date.add_working_days(deadline.due, days.urge_after), kind = "urging", to = to, text = said.urging,
  })
  return plan
end

return M
