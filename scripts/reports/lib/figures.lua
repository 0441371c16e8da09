-- The figures of a period: what each unit submitted, had adopted and scored, in order and ranked.

local counts = require("std/counts")
local names = require("std/names")

local M = {}

-- Points first, then adoptions; equals keep the official order and share a rank.
local function rank(rows)
  local place = {}
  for i, row in rows do
    place[row.id] = i
  end
  local ranked = table.clone(rows)
  table.sort(ranked, function(a, b)
    if a.points ~= b.points then
      return a.points > b.points
    end
    if a.adopted ~= b.adopted then
      return a.adopted > b.adopted
    end
    return place[a.id] < place[b.id]
  end)
  for i, row in ranked do
    local before = ranked[i - 1]
    local equal = before and before.points == row.points and before.adopted == row.adopted
    row.rank = if equal then before.rank else i
  end
  return ranked
end
M.rank = rank

-- One row a unit, ranked; and the totals, in which an item of several units counts once.
function M.of(period, register)
  local settings = host.settings
  local received = { register = register, period = period.id, action = settings.submitted, first = true }
  local taken = { register = register, period = period.id, action = settings.adopted }
  local submitted = counts.by_unit(received, settings.joint)
  local adopted = counts.by_unit(taken, settings.joint)
  local rows = {}
  for _, unit in host.units({ on = period.last }) do
    table.insert(rows, {
      id = unit.id, class = unit.class or "", title = names.title(unit),
      submitted = submitted[unit.id] or 0, adopted = adopted[unit.id] or 0,
      points = host.total({ register = register, period = period.id, account = unit.id }),
    })
  end
  return rank(rows), { submitted = host.count(received), adopted = host.count(taken) }
end

-- A table of rows, as the document model has it.
function M.table(rows, caption)
  local cells = {}
  for _, row in rows do
    table.insert(cells, { row.rank, row.title, row.submitted, row.adopted, row.points })
  end
  return {
    kind = "table", caption = caption,
    columns = {
      { title = "名次", align = "center", width = 1 },
      { title = "单位", width = 3.6 },
      { title = "报送（条）", align = "right", width = 2 },
      { title = "采用（条）", align = "right", width = 2 },
      { title = "得分", align = "right", width = 1.4, places = host.settings.places },
    },
    rows = cells,
  }
end

return M
