-- Takes accounts out of a ranking; the host moves up those that stay.

local M = {}

-- `reason(row)` says why a row is out, or nil.
function M.exclude(rows, reason)
  local all = {}
  for i, row in rows do
    all[i] = table.clone(row)
    all[i].excluded = row.excluded or reason(row)
  end
  return all
end

return M
