-- The notice to units of what they owed in a period and had, and who is short.

local names = require("std/names")
local owed = require("lib/owed")
local periods = require("std/periods")
local settings = host.settings

-- The months of a window, over which it is looked at as a whole.
local window = if settings.window == "month" then { kind = "month", months = 1 } else { kind = "two-month", months = 2 }

local columns = {
  { title = "序号", align = "center", width = 1.2 },
  { title = "单位", width = 3.2 },
  { title = "任务（条/月）", align = "right", width = 2.2 },
  { title = "应报（条）", align = "right", width = 2 },
  { title = "实报（条）", align = "right", width = 2 },
  { title = "欠报（条）", align = "right", width = 2 },
}

-- The windows of a period that have ended by a day: what goes on may still be met.
local function windows_of(period, date)
  local found, next = {}, host.period.of(period.first, window.kind)
  while next.last <= period.last do
    if next.first >= period.first and next.last < date then
      table.insert(found, next)
    end
    next = host.period.next(next)
  end
  if #found == 0 then
    error({ zh = `{period.name}没有已结束的任务期`, en = `No {window.kind} that has ended lies in {period.id}.` }, 0)
  end
  return found
end

-- A line for each unit that owed something: what is over in one window makes up for nothing in another.
local function rows_of(windows, last, register)
  local rows, by_unit = {}, {}
  for _, unit in host.units({ on = last }) do
    local row = { id = unit.id, title = names.title(unit), monthly = owed.monthly(unit, last), owed = 0, had = 0, short = 0 }
    by_unit[unit.id] = row
    table.insert(rows, row)
  end
  for _, one in windows do
    local had = host.counts({ register = register, action = "submit", first = true, period = one.id, by = "unit" })
    for _, unit in host.units({ on = one.first }) do
      local row, monthly = by_unit[unit.id], owed.monthly(unit, one.first)
      if row and monthly then
        local count, n = monthly * window.months, had[unit.id] or 0
        row.owed += count
        row.had += n
        row.short += math.max(count - n, 0)
      end
    end
  end
  local owing = {}
  for _, row in rows do
    if row.owed > 0 then
      table.insert(owing, row)
    end
  end
  return owing
end

host.on("report.build", {
  name = "quota-notice", title = { zh = "报送任务完成情况通知", en = "Notice of quotas" },
}, function(_, parameters)
  local period = periods.read(parameters.period)
  local date = parameters.date or host.now().on
  local rows = rows_of(windows_of(period, date), period.last, parameters.register or "information")
  local cells, short = {}, {}
  for n, row in rows do
    cells[n] = { n, row.title, row.monthly or "", row.owed, row.had, row.short }
    if row.short > 0 then
      table.insert(short, `{row.title}（欠{row.short}条）`)
    end
  end
  local said = if #short == 0
    then "各单位均完成了报送任务。"
    else `{#short}个单位未完成报送任务：{table.concat(short, "、")}。请抓紧报送。`
  return {
    kind = "letter", language = "zh",
    title = parameters.title or `关于{period.name}信息报送任务完成情况的通知`,
    addressees = settings.addressees,
    sections = { { blocks = {
      { kind = "paragraph", text = `{period.name}，{#rows}个单位有信息报送任务，{said}具体情况见下表。` },
      { kind = "table", columns = columns, rows = cells },
    } } },
    signature = { issuers = { parameters.issuer or settings.issuer }, date = date },
  }
end)

local monthly = owed.of_class("county", "2023-01-01")
local per_window = monthly * window.months

local function notice(title, period, date, had, expect)
  host.example(title, {
    point = "report.build", name = "quota-notice", parameters = { period = period, date = date },
    calls = {
      units = { { id = "a", class = "county", title = "甲县" }, { id = "b", class = "guest", title = "乙" } },
      counts = { a = had }, table = false,
    },
    expect = expect,
  })
end

-- January and February: two windows of a month, or one of two.
local count = 2 / window.months
notice("a unit is short in each window by itself", "2023-01/2", "2023-03-01", per_window - 1, {
  title = "关于2023年1至2月信息报送任务完成情况的通知",
  sections = { { blocks = {
    { text = `2023年1至2月，1个单位有信息报送任务，1个单位未完成报送任务：甲县（欠{count}条）。请抓紧报送。具体情况见下表。` },
    { rows = { { 1, "甲县", monthly, count * per_window, count * (per_window - 1), count } } },
  } } },
  signature = { date = "2023-03-01" },
})
notice("who had more is not short", "2023-01/2", "2023-03-01", per_window + 3, {
  sections = { { blocks = { { text = "2023年1至2月，1个单位有信息报送任务，各单位均完成了报送任务。具体情况见下表。" }, { kind = "table" } } } },
})

host.example("what goes on is not looked at", {
  point = "report.build", name = "quota-notice", parameters = { period = "2023-01/2", date = "2023-01-31" },
  calls = { units = {}, counts = {} }, fails = "has ended",
})
