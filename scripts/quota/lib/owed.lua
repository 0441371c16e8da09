-- What a unit owes a month: the number that was settled with it, else that of its class.

local M = {}

--- The code table of settled numbers, by unit. One holds until the next is settled.
M.settled = "quota-agreed"

--- Items a month as of a day; nil if the unit owes none.
function M.monthly(unit, on)
  return host.table(M.settled, unit.id, on) or host.settings.monthly[unit.class]
end

return M
