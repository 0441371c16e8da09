-- The sheet by which fees are paid, and the warning once the year's budget is nearly used up.

local budget = require("fees/lib/budget")
local sheet = require("fees/lib/sheet")
local settings = host.settings

-- From so many percent of the budget on one is warned.
local warn_from = 95

local parts = {
  { tag = "base", title = "基本稿酬" },
  { tag = "party", title = "省委载体" },
  { tag = "instruction", title = "领导批示" },
}

host.on("report.build", {
  name = "fee-sheet", title = { zh = "稿酬发放表", en = "Fee sheet" },
}, function(_, parameters)
  return sheet.build(parameters, parts, settings.issuer)
end)

host.on("action.guard", { register = "information", action = { "adopt", "instruct" }, clause = "fee-base" }, function(_, _, ctx)
  return budget.warning(ctx, settings.fee_budget, warn_from)
end)

host.example("a line a person with the Opinion's parts", {
  point = "report.build", name = "fee-sheet", parameters = { period = "2023-Q1", date = "2023-04-04" },
  calls = {
    people = { { id = "wang", name = "王小芳", unit = "a", roles = {} } }, counts = {}, total = 30, sort = { "王小芳" },
    unit = { id = "a", title = { zh = "甲县" } },
  },
  expect = { title = "2023年第一季度信息稿酬发放表", sections = { { blocks = { { rows = {
    { 1, "王小芳", "甲县", 30, 30, 30, -60, 30, "" }, { "", "合计", "", 30, 30, 30, -60, 30, "" },
  } } } } } },
})
host.example("what adds no fee is warned of nothing", {
  point = "action.guard", event = { register = "information", action = "adopt", on = "2023-05-06" }, record = { unit = "a" },
  ctx = { totals = {}, postings = {}, deadlines = {} }, expect = {},
})
