-- The two classes of items: dynamic and deep, by their kind.

local M = {}

--- `deep` or `dynamic`.
function M.of(record)
  return if table.find(host.settings.deep, record.kind) then "deep" else "dynamic"
end

return M
