-- What is counted here, and how: received items, adoptions, units and percentages.

local counts = require("std/counts")
local names = require("std/names")

local M = {}

--- Each item once, when it was first submitted.
M.received = { register = "information", action = "submit", first = true }
--- Every adoption.
M.adoptions = { register = "information", action = "adopt" }

--- The same question about a period, with more to it.
function M.of(what, period, more)
  local of = table.clone(what)
  of.period = period
  for key, value in more or {} do
    of[key] = value
  end
  return of
end

--- By unit; an item of several units counts for each of them.
M.by_unit = counts.by_unit

--- How many percent of a whole a part is; nil if there is none, or if more was adopted than the whole has: older items.
function M.percent(part, whole)
  return if whole > 0 and part <= whole then host.round(part * 100 / whole, host.settings.places) else nil
end

--- A percentage as a text.
function M.shown(percent)
  return if percent then string.format(`%.{host.settings.places}f%%`, percent) else "—"
end

--- A table with its columns: title, width, and how it is set.
function M.table(columns, rows, caption)
  local set = {}
  for n, column in columns do
    set[n] = { title = column[1], width = column[2], align = column[3] }
  end
  return { kind = "table", caption = caption, columns = set, rows = rows }
end

--- What a person sees of a unit.
M.title = names.title

return M
