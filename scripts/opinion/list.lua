-- The list of who is commended, with the standings behind it and, beside each rank, how the quotas were met.

local list = require("commendation/lib/list")
local met = require("lib/met")
local settings = host.settings

local names = {
  ["county-total"] = "累计积分先进县（市、区）", ["county-adoption"] = "采用积分先进县（市、区）",
  ["point-total"] = "先进信息直报点", person = "先进个人",
  counties = "县（市、区）", committees = "工委、室", direct = "信息直报点",
}
local pools = { "counties", "direct", "committees" }

local function fulfilments(period, pool)
  local said = {}
  for _, row in host.standing({ register = "information", period = period.id, measure = "fulfilment", pool = pool }) do
    said[row.account] = met.said(row.tags)
  end
  return said
end

host.on("report.build", {
  name = "commendation-list", title = { zh = "表彰名单", en = "List of commendations" },
}, function(_, parameters)
  return list.build(parameters, {
    names = names, pools = pools, issuer = settings.issuer,
    beside = { title = "任务完成", rows = fulfilments },
  })
end)

-- How the year's quotas were met so far, beside the standings.
host.on("panel.show", { place = "standings" }, function()
  local period = host.period.of(host.now().on, "year")
  local rows = {}
  for _, row in host.standing({ register = "information", period = period.id, measure = "fulfilment" }) do
    local n, all = met.counts(row.tags)
    if n and n < all then
      local unit = host.unit(row.account, period.last) or host.unit(row.account, period.first)
      local title = if unit and type(unit.title) == "table" then unit.title else { zh = row.account, en = row.account }
      table.insert(rows, { zh = `{title.zh or title.en} {n}/{all}`, en = `{title.en or title.zh}: {n} of {all}` })
    end
  end
  if #rows == 0 then
    return nil
  end
  return {
    id = "fulfilment", title = { zh = "今年未全部完成任务的单位", en = "Quotas missed this year" },
    kind = "list", rows = rows, level = "notice", order = 40,
  }
end)

local row = { account = "a", measure = "points", amount = 90, tags = { adoption = 60, met = 5, missed = -1 }, rank = 1 }

host.example("winners, and how the quotas were met beside each", {
  point = "report.build", name = "commendation-list", parameters = { period = "2023" },
  calls = {
    awards = { { account = "a", award = "county-total", rank = 1, amount = 90 } },
    standing = { row }, unit = { id = "a", title = { zh = "甲县" } },
  },
  expect = {
    sections = { { heading = "一、累计积分先进县（市、区）", blocks = { { rows = { { 1, "甲县", 90 } } } } } },
    appendices = {
      { blocks = { { rows = { { 1, "甲县", 90, 60, "5/6", "" } } } } },
      { blocks = { { rows = { { 1, "甲县", 90, 60, "5/6", "" } } } } },
      { blocks = { { rows = { { 1, "甲县", 90, 60, "5/6", "" } } } } },
    },
  },
})

local function panel(title, tags, expect)
  host.example(title, {
    point = "panel.show", place = "standings", person = { id = "li" },
    calls = {
      now = { on = "2023-12-31", at = "2023-12-31T09:00:00+08:00" },
      standing = { { account = "a", measure = "fulfilment", amount = 0, tags = tags } },
      unit = { id = "a", title = { zh = "甲县", en = "County A" } },
    },
    expect = expect,
  })
end

panel("who missed some is listed", { met = 5, missed = -1 }, { { rows = { { zh = "甲县 5/6", en = "County A: 5 of 6" } } } })
panel("who met all is not", { met = 6 }, {})
