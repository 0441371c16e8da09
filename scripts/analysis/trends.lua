-- This year against last: a report of submissions and adoptions, and a panel of who fell far.

local counted = require("lib/counted")
local periods = require("std/periods")
local trend = require("lib/trend")
local settings = host.settings

local columns = {
  { "单位", 3 }, { "本期（条）", 1.8, "right" }, { "上年同期（条）", 2.2, "right" }, { "增减", 1.4, "right" },
  { "增减幅度", 1.8, "right" }, { "提示", 1.8, "center" },
}

local function section(heading, what, period)
  local cells, flagged = {}, {}
  for n, row in trend.of(what, period.id, period.last) do
    cells[n] = {
      row.title.zh, row.now, row.before, row.now - row.before, counted.shown(row.change), if row.flagged then "明显下降" else "",
    }
    if row.flagged then
      table.insert(flagged, `{row.title.zh}（{row.before}条降至{row.now}条）`)
    end
  end
  local said = if #flagged > 0 then `明显下降：{table.concat(flagged, "、")}。` else `没有下降{settings.fall}%以上的单位。`
  return { heading = heading, blocks = { counted.table(columns, cells), { kind = "paragraph", text = said } } }
end

host.on("report.build", { name = "trends", title = { zh = "同比分析", en = "Against the year before" } }, function(_, parameters)
  local period = periods.read(parameters.period)
  return {
    kind = "analysis", language = "zh", title = `{period.name}信息报送采用情况同比分析`,
    sections = {
      section("一、报送情况", counted.received, period),
      section("二、采用情况", counted.adoptions, period),
    },
    note = `比上年同期下降{settings.fall}%以上且上年同期不少于{settings.trend_from}条的，提示明显下降`,
  }
end)

-- Up to the last month that has ended: the one that goes on would lag behind.
local function ended(on)
  local last = host.date.add_days(`{string.sub(on, 1, 7)}-01`, -1)
  return host.period.of(last, "cumulative").id, last
end

host.on("panel.show", { place = { "standings", "home" } }, function(place)
  if not table.find(settings.panels, place) then
    return nil
  end
  local rows = {}
  local period, last = ended(host.now().on)
  for _, row in trend.of(counted.received, period, last) do
    if row.flagged then
      table.insert(rows, { row.title, row.now, row.before, counted.shown(row.change) })
    end
  end
  if #rows == 0 then
    return nil
  end
  return {
    id = "trends", title = { zh = "报送同比明显下降", en = "Far fewer items than the year before" }, kind = "table",
    columns = {
      { zh = "单位", en = "Unit" }, { zh = "本年", en = "This year" },
      { zh = "上年同期", en = "Last year" }, { zh = "增减", en = "Change" },
    },
    rows = rows, level = "warning", order = 51,
  }
end)

host.example("the same period of the year before, for all and for each unit", {
  point = "report.build", name = "trends", parameters = { period = "2023-01..2023-05" },
  calls = { counts = { a = 4 }, count = 4, units = { { id = "a", title = { zh = "甲县" } }, { id = "b", title = { zh = "乙县" } } } },
  expect = {
    title = "2023年1至5月信息报送采用情况同比分析",
    sections = {
      { blocks = {
        { rows = {
          { "合计", 4, 4, 0, counted.shown(0), "" },
          { "甲县", 8, 8, 0, counted.shown(0), "" },
          { "乙县", 0, 0, 0, "—", "" },
        } },
        { text = `没有下降{settings.fall}%以上的单位。` },
      } },
      { heading = "二、采用情况" },
    },
  },
})

-- In an example both years have the same figures: nobody fell.
host.example("nobody is shown who did not fall", {
  point = "panel.show", place = settings.panels[1], person = { id = "li" },
  calls = {
    counts = {}, count = 99, units = { { id = "a", title = { zh = "甲县" } } },
    now = { on = "2023-03-31", at = "2023-03-31T09:00:00+08:00" },
  },
  expect = {},
})
