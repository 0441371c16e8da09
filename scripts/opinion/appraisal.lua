-- The committees' yearly appraisal: what each owed and had of submissions and publications, over the year's periods.

local blocks = require("std/blocks")
local names = require("std/names")
local periods = require("std/periods")
local settings = host.settings
local column = blocks.column

local columns = {
  column("序号", 1.2, "center"), column("单位", 3.2), column("任务", 2.4), column("应完成（条）", 1.9, "right"),
  column("实完成（条）", 1.9, "right", 2), column("达标期数", 1.7, "center"), column("结论", 1.7, "center"),
}

-- Each quota of each account over the periods that have ended, and how many of them it met.
local function over_all(quotas)
  local order, by_row = {}, {}
  for _, quota in quotas do
    local key = quota.account .. " " .. quota.name
    local row = by_row[key]
    if row == nil then
      row = { account = quota.account, title = quota.title, periods = {}, met = 0, all = 0 }
      by_row[key] = row
      table.insert(order, row)
    end
    if quota.over then
      row.all += 1
      row.met += if quota.met then 1 else 0
      table.insert(row.periods, quota)
    end
  end
  return order
end

-- What an average came to over all of them.
local function mean(row, key)
  return host.round(host.sum(row.periods, key) / row.all, 2)
end

host.on("report.build", {
  name = "committee-appraisal", title = { zh = "工委、室信息工作年度考核表", en = "Committees' yearly appraisal" },
}, function(_, parameters)
  local period = periods.read(parameters.period)
  local committees = {}
  for _, unit in host.units({ on = period.last, class = "committee" }) do
    committees[unit.id] = names.title(unit)
  end
  local rows, number, last = {}, 0, nil
  for _, row in over_all(host.quotas({ register = "information", period = period.id })) do
    if committees[row.account] and row.all > 0 then
      if row.account ~= last then
        number += 1
      end
      local first = row.account ~= last
      last = row.account
      table.insert(rows, {
        if first then number else "", if first then committees[row.account] else "", row.title.zh or row.title,
        mean(row, "owed"), mean(row, "have"), `{row.met}/{row.all}`,
        if row.met == row.all then "完成" else "未完成",
      })
    end
  end
  local date = parameters.date or host.now().on
  return {
    kind = "table", language = "zh", title = `{period.name}工委、室信息工作考核表`,
    sections = { { blocks = {
      { kind = "table", columns = columns, rows = rows },
      blocks.paragraph("应完成、实完成为已结束各考核期的平均数；达标期数为完成任务的考核期数与考核期总数。"),
    } } },
    note = `制表：{settings.issuer}，{blocks.day(date)}`,
  }
end)

local function quota(account, name, title, period, have, met)
  return {
    account = account, name = name, title = { zh = title }, period = period, owed = 2, have = have, short = 0, met = met, over = true,
  }
end

host.example("a committee's submissions and publications, each with its periods; a county is not in it", {
  point = "report.build", name = "committee-appraisal", parameters = { period = "2023", date = "2024-01-04" },
  calls = {
    units = { { id = "a", class = "committee", title = { zh = "财经工委" } } },
    quotas = {
      quota("a", "submit", "报送", "2023-01/2", 2, true), quota("a", "submit", "报送", "2023-03/2", 1, false),
      quota("a", "publish", "刊用", "2023-01/2", 2, true), quota("x", "submit", "报送", "2023-01/2", 2, true),
    },
  },
  expect = { title = "2023年工委、室信息工作考核表", sections = { { blocks = { { rows = {
    { 1, "财经工委", "报送", 2, 1.5, "1/2", "未完成" }, { "", "", "刊用", 2, 2, "1/1", "完成" },
  } }, { kind = "paragraph" } } } } },
})
