-- People by the names they had on a day; who was not in the directory then by the id.

local M = {}

function M.names(ids, on)
  local called = {}
  for n, id in ids or {} do
    local person = host.person(id, on)
    called[n] = person and person.name or id
  end
  return table.concat(called, "、")
end

return M
