-- The adoption rate, with what it is a share of said beside it. An item that was adopted several times
-- in the period is adopted once.

local counted = require("lib/counted")
local periods = require("std/periods")
local settings = host.settings

local adopted = counted.of(counted.adoptions, nil, { distinct = "record" })

-- What is in the denominator, and how it is called.
local denominators = {
  first = { what = counted.received, zh = "首次报送的信息" },
  items = { what = { register = "information", action = "submit", distinct = "record" }, zh = "报送的信息（同一信息计一次）" },
  submissions = { what = { register = "information", action = "submit" }, zh = "报送次数（退回重报另计）" },
}
local below = denominators[settings.rate_of]

local columns = {
  { "序号", 1, "center" }, { "单位", 3 }, { "采用（条）", 1.8, "right" }, { "报送（条）", 1.8, "right" }, { "采用率", 1.8, "right" },
}

host.on("report.build", { name = "adoption-rate", title = { zh = "采用率分析", en = "Adoption rate" } }, function(_, parameters)
  local period = periods.read(parameters.period)
  local above_of = counted.by_unit(counted.of(adopted, period.id))
  local below_of = counted.by_unit(counted.of(below.what, period.id))
  local rows = {}
  for n, unit in host.units({ on = period.last }) do
    local part, whole = above_of[unit.id] or 0, below_of[unit.id] or 0
    rows[n] = { n, counted.title(unit), part, whole, counted.shown(counted.percent(part, whole)) }
  end
  -- An item of several units counts once in all.
  local part, whole = host.count(counted.of(adopted, period.id)), host.count(counted.of(below.what, period.id))
  local rate = counted.shown(counted.percent(part, whole))
  table.insert(rows, { "", "合计", part, whole, rate })
  return {
    kind = "analysis", language = "zh", title = `{period.name}信息采用率分析`,
    sections = { { blocks = {
      { kind = "paragraph", text = `{period.name}，采用信息{part}条，{below.zh}{whole}条，采用率{rate}。` },
      counted.table(columns, rows),
    } } },
    note = `采用率＝本期采用的信息条数（多次采用计一条）÷本期{below.zh}条数；采用中含往期报送、多于本期报送的，不计采用率`,
  }
end)

local function rate(title, count, counts, expect)
  host.example(title, {
    point = "report.build", name = "adoption-rate", parameters = { period = "2023-Q1" },
    calls = { count = count, counts = counts, units = { { id = "a", title = "甲县" } } },
    expect = { sections = { { blocks = expect } } },
  })
end

-- In an example both figures are the same one.
rate("it says of what it is a share", 6, { a = 3 }, {
  { text = `2023年第一季度，采用信息6条，{below.zh}6条，采用率{counted.shown(100)}。` },
  { rows = { { 1, "甲县", 6, 6, counted.shown(100) }, { "", "合计", 6, 6, counted.shown(100) } } },
})
rate("without items there is none", 0, {}, {
  { text = `2023年第一季度，采用信息0条，{below.zh}0条，采用率—。` },
  { rows = { { 1, "甲县", 0, 0, "—" }, { "", "合计", 0, 0, "—" } } },
})
