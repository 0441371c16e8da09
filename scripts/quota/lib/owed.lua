-- What a unit owes a month: the number that was settled with it, else that of its class, a figure.

local M = {}

--- The code table of settled numbers, by unit. One holds until the next is settled.
M.settled = "quota-agreed"

local classes = { "county", "district", "township", "department", "direct" }

--- Items a month of a class of units as of a day; nil if it owes none. What an office says in its settings goes before
--- the figures.
function M.of_class(class, on)
  local said = host.settings.monthly
  if next(said) then
    return said[class]
  end
  return if table.find(classes, class) then host.figure(class, on) else nil
end

--- Items a month as of a day; nil if the unit owes none.
function M.monthly(unit, on)
  return host.table(M.settled, unit.id, on) or M.of_class(unit.class, on)
end

return M
