-- Each unit's share of the whole, as a table.

local names = require("std/names")
local periods = require("std/periods")
local settings = host.settings

host.on("report.build", { name = "shares", title = { zh = "贡献占比", en = "Shares" } }, function(_, parameters)
  local register = parameters.register or "information"
  local period = periods.read(parameters.period)
  local lines = {}
  for _, unit in host.units({ on = period.last }) do
    local total = host.total({ register = register, period = period.id, account = unit.id })
    -- Below nothing nobody has a part of the whole.
    table.insert(lines, { title = names.title(unit), total = total, part = math.max(total, 0) })
  end
  local rows = {}
  for i, share in host.shares(lines, { key = "part", places = settings.places, mode = settings.mode }) do
    rows[i] = { lines[i].title, lines[i].total, share }
  end
  return {
    kind = "table", title = `贡献率（{period.name}）`,
    sections = { { blocks = { {
      kind = "table",
      columns = {
        { title = "单位" },
        { title = "得分", align = "right" },
        { title = "占比（%）", align = "right", places = settings.places },
      },
      rows = rows,
    } } } },
  }
end)

host.example("60 of 240 is a quarter", {
  point = "report.build", name = "shares",
  parameters = { register = "information", period = "2023-Q1", on = "2023-03-31" },
  calls = { units = { { id = "a" }, { id = "b" }, { id = "c" }, { id = "d" } }, total = 60 },
  expect = { sections = { { blocks = { { rows = { { "a", 60, 25 }, { "b", 60, 25 }, { "c", 60, 25 }, { "d", 60, 25 } } } } } } },
})
