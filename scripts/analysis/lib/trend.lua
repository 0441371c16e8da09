-- This year against last: what each unit had in a period and in the same one a year before.

local counted = require("lib/counted")

local M = {}

--- The same period of the year before: `2023-Q1` is `2022-Q1`.
function M.year_before(id)
  local before = string.gsub(id, "%d%d%d%d", function(year)
    return string.format("%04d", tonumber(year) - 1)
  end)
  return before
end

local function row_of(title, now, before)
  local settings = host.settings
  local change = if before > 0 then host.round((now - before) * 100 / before, settings.places) else nil
  return {
    title = title, now = now, before = before, change = change,
    flagged = before >= settings.trend_from and now * 100 <= before * (100 - settings.fall),
  }
end

--- All of them first, in which an item of several units counts once; then each unit, in the official order.
function M.of(what, period, on)
  local before = M.year_before(period)
  local now_of, then_of = counted.by_unit(counted.of(what, period)), counted.by_unit(counted.of(what, before))
  local rows = { row_of({ zh = "合计", en = "All" }, host.count(counted.of(what, period)), host.count(counted.of(what, before))) }
  for _, unit in host.units({ on = on }) do
    local title = if type(unit.title) == "table" then unit.title else { zh = counted.title(unit) }
    table.insert(rows, row_of(title, now_of[unit.id] or 0, then_of[unit.id] or 0))
  end
  return rows
end

return M
