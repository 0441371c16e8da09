-- Takes accounts out of a ranking and ranks the rest anew: 1, 2, 2, 4.

local M = {}

-- `reason(row)` says why a row is out, or nil.
function M.exclude(rows, places, reason)
  local ranked, out = {}, {}
  for _, row in rows do
    local copy = table.clone(row)
    copy.excluded = row.excluded or reason(row)
    copy.rank = nil
    table.insert(if copy.excluded then out else ranked, copy)
  end
  local function amount(row)
    return host.round(row.amount, places)
  end
  table.sort(ranked, function(a, b)
    if amount(a) == amount(b) then
      return a.account < b.account
    end
    return amount(a) > amount(b)
  end)
  for i, row in ranked do
    local above = ranked[i - 1]
    row.rank = if above and amount(above) == amount(row) then above.rank else i
  end
  return table.move(out, 1, #out, #ranked + 1, ranked)
end

return M
