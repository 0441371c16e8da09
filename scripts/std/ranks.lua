-- Who stays in a ranking: the host moves up those that do.

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

-- The rows of those who have something: who has nothing is not among the best, however few there are.
function M.with_some(rows)
  local some = {}
  for _, row in rows do
    if row.amount > 0 then
      table.insert(some, row)
    end
  end
  return some
end

return M
