-- A document: `registrar report NAME --period 2023-05 --out NAME.docx`. `parameters` has the period, and whatever a `form` asks for.

local blocks = require("std/blocks")
local names = require("std/names")
local periods = require("std/periods")

host.on("report.build", { name = "NAME", title = { zh = "NAME", en = "NAME" } }, function(_, parameters)
  local period = periods.read(parameters.period)
  local rows = {}
  for _, event in host.events({ register = "NAME", action = "submit", period = period.id, limit = 1000 }) do
    local record = host.records({ register = "NAME", id = event.record })[1]
    if record then
      table.insert(rows, { #rows + 1, event.on, names.unit(record.unit, event.on), record.title, record.result or "" })
    end
  end
  return {
    kind = "table", language = "zh", title = `{period.name} NAME`,
    sections = { { blocks = {
      blocks.paragraph(`{period.name}受理{#rows}件。`),
      {
        kind = "table", rows = rows,
        columns = {
          blocks.column("序号", 1, "center"), blocks.column("受理", 2.2, "center"), blocks.column("单位", 2.4), blocks.column("标题", 5), blocks.column("结果", 3),
        },
      },
    } } },
  }
end)

host.example("what was taken in during a month", {
  point = "report.build", name = "NAME", parameters = { period = "2023-05" },
  calls = {
    events = { { id = "e", seq = 1, register = "NAME", record = "1", action = "submit", on = "2023-05-04", by = "li", fields = {}, nth = 1 } },
    records = { { id = "1", register = "NAME", stage = "submitted", title = "标题", unit = "a" } }, unit = { id = "a", title = { zh = "甲单位" } },
  },
  expect = { sections = { { blocks = { { text = "2023年5月受理1件。" }, { rows = { { 1, "2023-05-04", "甲单位", "标题", "" } } } } } } },
})
