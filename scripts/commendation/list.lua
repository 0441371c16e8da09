-- The list of who is commended, as a report.

local list = require("lib/list")
local settings = host.settings

host.on("report.build", {
  name = "commendation-list", title = { zh = "表彰名单", en = "List of commendations" },
}, function(_, parameters)
  return list.build(parameters, { names = settings.names, pools = settings.pools, issuer = settings.issuer })
end)

-- In an example each pool has the same standing.
local appendices = {}
for n in settings.pools do
  appendices[n] = { blocks = { { rows = { { 1, "甲县", 90, 60, "" } } } } }
end

local function listed(title, awards, sections)
  host.example(title, {
    point = "report.build", name = "commendation-list", parameters = { period = "2023" },
    calls = {
      awards = awards,
      standing = { { account = "a", measure = "points", amount = 90, tags = { adoption = 60 }, rank = 1 } },
      unit = { id = "a", title = { zh = "甲县" } },
    },
    expect = { title = "2023年信息工作表彰名单", sections = sections, appendices = appendices },
  })
end

listed("winners by category with their figures", {
  { account = "a", award = "total-units", rank = 1, amount = 90 },
  { account = "a", award = "people", rank = 1, amount = 12 },
}, {
  { heading = "一、" .. list.category("total-units", settings.names), blocks = { { rows = { { 1, "甲县", 90 } } } } },
  { heading = "二、" .. list.category("people", settings.names), blocks = { { rows = { { 1, "甲县", 12 } } } } },
})

listed("what awaits a decision says so", {
  { account = "a", award = "total-units", rank = 1, amount = 90 },
  { award = "total-units", pending = { candidates = { "b", "c" }, places = 1 } },
  { award = "adoption-units", pending = { candidates = {}, places = 1, waits = true } },
}, {
  { blocks = { { rows = { { 1, "甲县", 90 } } }, { text = "甲县、甲县并列，余1个名额，待决定。" } } },
  { heading = "二、" .. list.category("adoption-units", settings.names), blocks = { { text = "待前项并列决定后确定。" } } },
})

listed("a year without winners", {}, { { blocks = { { text = "本期没有表彰对象。" } } } })
