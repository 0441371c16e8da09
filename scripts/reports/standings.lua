-- The standings of a period as a table on a page of its own.

local figures = require("lib/figures")
local periods = require("std/periods")
local settings = host.settings

host.on("report.build", { name = "standings", title = { zh = "排名表", en = "Standings" } }, function(_, parameters)
  local period = periods.read(parameters.period)
  local rows = figures.of(period, parameters.register or settings.register)
  return {
    kind = "table", language = "zh",
    title = parameters.title or `{period.name}信息报送采用情况排名表`,
    sections = { { blocks = { figures.table(rows) } } },
  }
end)

host.example("of equal points, more adoptions come first", {
  point = "report.build", name = "standings", parameters = { period = "2023-H1" },
  calls = { units = { { id = "a", title = "甲县" }, { id = "b", title = "乙县" } }, count = 1, counts = { a = 1 }, total = 0.5 },
  expect = {
    kind = "table", title = "2023年上半年信息报送采用情况排名表",
    sections = { { blocks = { { kind = "table", rows = { { 1, "甲县", 2, 2, 0.5 }, { 2, "乙县", 0, 0, 0.5 } } } } } },
  },
})

host.example("a cumulative period is named by its months", {
  point = "report.build", name = "standings", parameters = { period = "2023-01..2023-05" },
  calls = { units = {}, count = 0, counts = {}, total = 0 },
  expect = { title = "2023年1至5月信息报送采用情况排名表" },
})
