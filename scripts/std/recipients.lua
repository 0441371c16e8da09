-- Lists of recipients: units that are named, and all of some classes, each once, in the official order; who has answered,
-- and who has not.

local names = require("std/names")

local M = {}

--- The ids of the units that are named and of all units of these classes on a day, each once.
function M.units(of, on)
  local ids, seen = {}, {}
  local function add(id)
    if not seen[id] then
      seen[id] = true
      table.insert(ids, id)
    end
  end
  for _, id in of.units or {} do
    add(id)
  end
  for _, class in of.classes or {} do
    for _, unit in host.units({ on = on, class = class }) do
      add(unit.id)
    end
  end
  return host.sort(ids, "official")
end

--- The recipients that are not among those who have answered, in their order.
function M.missing(recipients, answered)
  local list = {}
  for _, id in recipients or {} do
    if not table.find(answered or {}, id) then
      table.insert(list, id)
    end
  end
  return list
end

--- Their names on a day, as documents have them: `东县、西县`.
function M.named(ids, on)
  local list = {}
  for n, id in ids or {} do
    list[n] = names.unit(id, on)
  end
  return table.concat(list, "、")
end

return M
