-- Whether someone has a role, as panels ask it of who looks.

local M = {}

--- Whether a person has one of these roles, for whatever units.
function M.holds(person, ...)
  local wanted = { ... }
  for _, held in person.roles or {} do
    if table.find(wanted, held.role) then
      return true
    end
  end
  return false
end

return M
