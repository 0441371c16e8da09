-- Counts of events by unit.

local M = {}

--- By unit, as `host.counts` is asked; an item of several units counts for each of them. `joint` is the field of the
--- further ones.
function M.by_unit(of, joint)
  local counts = {}
  for _, field in { "unit", joint or "joint" } do
    local asked = table.clone(of)
    asked.by = field
    for unit, n in host.counts(asked) do
      counts[unit] = (counts[unit] or 0) + n
    end
  end
  return counts
end

return M
