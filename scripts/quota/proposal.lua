-- The table of a year's proposals: what each unit sent the year before, what follows, what it says to it.

local names = require("std/names")
local periods = require("std/periods")

local columns = {
  { title = "序号", align = "center", width = 1.2 },
  { title = "单位", width = 2.8 },
  { title = "上年报送（条）", align = "right", width = 2.2 },
  { title = "上年月均", align = "right", width = 1.8, places = 1 },
  { title = "建议（条/月）", align = "right", width = 2.2 },
  { title = "单位意见", width = 4 },
  { title = "商定（条/月）", align = "right", width = 2.2 },
}

host.on("report.build", {
  name = "quota-proposal", title = { zh = "报送任务商定表", en = "Quota proposals" },
}, function(_, parameters)
  local period = periods.read(parameters.period)
  local plans = {}
  for _, plan in host.records({ register = "quota-plans", match = { year = tonumber(period.year) } }) do
    if plan.stage ~= "draft" then
      plans[plan.unit] = plan
    end
  end
  local rows = {}
  for _, unit in host.units({ on = period.last }) do
    local plan = plans[unit.id]
    if plan then
      table.insert(rows, {
        #rows + 1, names.title(unit), plan.total, plan.average, plan.proposed, plan.comment or "", plan.agreed or "",
      })
    end
  end
  return {
    kind = "table", language = "zh",
    title = `{period.year}年信息报送任务商定表`,
    sections = { { blocks = { { kind = "table", columns = columns, rows = rows } } } },
    note = `制表：{host.settings.issuer}`,
  }
end)

local function plan(unit, stage, more)
  return {
    id = unit, register = "quota-plans", stage = stage, unit = unit, year = 2024, total = 55, average = 4.6, proposed = 5,
    comment = more, agreed = more and 4,
  }
end

host.example("a line a unit in the official order; what is a draft is not shown", {
  point = "report.build", name = "quota-proposal", parameters = { period = "2024" },
  calls = {
    records = { plan("b", "proposed"), plan("a", "settled", "人手不足"), plan("c", "draft") },
    units = { { id = "a", title = "甲县" }, { id = "b", title = "乙县" }, { id = "c", title = "丙县" } },
  },
  expect = {
    title = "2024年信息报送任务商定表",
    sections = { { blocks = { { rows = {
      { 1, "甲县", 55, 4.6, 5, "人手不足", 4 },
      { 2, "乙县", 55, 4.6, 5, "", "" },
    } } } } },
  },
})
