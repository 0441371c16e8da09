-- What units are called in documents, which are in Chinese.

local M = {}

--- A unit's title; its id if it has none.
function M.title(unit)
  local title = unit.title
  return if type(title) == "table" then title.zh or title.en or unit.id else title or unit.id
end

--- The title that a unit had on a day; the id of one that was not there.
function M.unit(id, on)
  local unit = host.unit(id, on)
  return if unit then M.title(unit) else id
end

return M
