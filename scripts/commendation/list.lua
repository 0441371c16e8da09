-- The list of who is commended: winners by category with their figures, and ties that nobody has
-- decided yet, named as such; the standings they were chosen from behind it.

local names = require("information/lib/names")
local periods = require("information/lib/period")
local settings = host.settings

local numerals = { "一", "二", "三", "四", "五", "六", "七", "八", "九", "十" }

-- `total-units` is an award of a pool, `people` one of all.
local function category(award)
  local kind, pool = string.match(award, "^(%a+)%-(.+)$")
  kind = kind or award
  local named = settings.names[kind] or kind
  return if pool then `{named}（{settings.names[pool] or pool}）` else named
end

local function called(account, on)
  if host.unit(account, on) then
    return names.unit(account, on)
  end
  local person = host.person(account, on)
  return person and person.name or account
end

local function each_called(accounts, on)
  local list = {}
  for n, account in accounts do
    list[n] = called(account, on)
  end
  return table.concat(list, "、")
end

-- Why nobody can be named for these places yet.
local function open(pending, on)
  if pending.waits then
    return "待前项并列决定后确定。"
  end
  return `{each_called(pending.candidates, on)}并列，余{pending.places}个名额，待决定。`
end

local columns = {
  { title = "名次", align = "center", width = 1 },
  { title = "名称", width = 3.6 },
  { title = "得分", align = "right", width = 1.6 },
}

local function blocks_of(awards, on)
  local rows, blocks = {}, {}
  for _, award in awards do
    if award.pending then
      table.insert(blocks, { kind = "paragraph", text = open(award.pending, on) })
    else
      table.insert(rows, { award.rank or "", called(award.account, on), award.amount or "" })
    end
  end
  if #rows > 0 then
    table.insert(blocks, 1, { kind = "table", columns = columns, rows = rows })
  end
  return blocks
end

-- In the order in which the rules choose.
local function sections_of(awards, on)
  local order, by_award = {}, {}
  for _, award in awards do
    local id = award.award or ""
    if not by_award[id] then
      by_award[id] = {}
      table.insert(order, id)
    end
    table.insert(by_award[id], award)
  end
  local sections = {}
  for n, id in order do
    sections[n] = { heading = `{numerals[n] or n}、{category(id)}`, blocks = blocks_of(by_award[id], on) }
  end
  return sections
end

-- A pool's standing with what was earned by adoption beside it.
local function standing_of(period, pool)
  local rows = {}
  for _, row in host.standing({ register = "information", period = period.id, measure = "points", pool = pool }) do
    table.insert(rows, {
      row.rank or "", called(row.account, period.last), row.amount, row.tags and row.tags.adoption or 0, row.excluded or "",
    })
  end
  return {
    title = `{period.name}{settings.names[pool] or pool}得分表`,
    blocks = { { kind = "table", rows = rows, columns = {
      columns[1], columns[2], columns[3], { title = "其中采用分", align = "right", width = 1.6 }, { title = "说明", width = 2.4 },
    } } },
  }
end

host.on("report.build", {
  name = "commendation-list", title = { zh = "表彰名单", en = "List of commendations" },
}, function(_, parameters)
  local period = periods.read(parameters.period)
  local sections = sections_of(host.awards({ register = "information", period = period.id }), period.last)
  if #sections == 0 then
    sections = { { blocks = { { kind = "paragraph", text = "本期没有表彰对象。" } } } }
  end
  local appendices, titles = {}, {}
  for n, pool in settings.pools do
    appendices[n] = standing_of(period, pool)
    titles[n] = appendices[n].title
  end
  return {
    kind = "list", language = "zh",
    title = parameters.title or `{period.name}信息工作表彰名单`,
    sections = sections, attachments = titles, appendices = appendices,
    note = `制表：{settings.issuer}`,
  }
end)

-- In an example each pool has the same standing.
local appendices = {}
for n in settings.pools do
  appendices[n] = { blocks = { { rows = { { 1, "甲县", 90, 60, "" } } } } }
end

local function list(title, awards, sections)
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

list("winners by category with their figures", {
  { account = "a", award = "total-units", rank = 1, amount = 90 },
  { account = "a", award = "people", rank = 1, amount = 12 },
}, {
  { heading = "一、" .. category("total-units"), blocks = { { rows = { { 1, "甲县", 90 } } } } },
  { heading = "二、" .. category("people"), blocks = { { rows = { { 1, "甲县", 12 } } } } },
})

list("what awaits a decision says so", {
  { account = "a", award = "total-units", rank = 1, amount = 90 },
  { award = "total-units", pending = { candidates = { "b", "c" }, places = 1 } },
  { award = "adoption-units", pending = { candidates = {}, places = 1, waits = true } },
}, {
  { blocks = { { rows = { { 1, "甲县", 90 } } }, { text = "甲县、甲县并列，余1个名额，待决定。" } } },
  { heading = "二、" .. category("adoption-units"), blocks = { { text = "待前项并列决定后确定。" } } },
})

list("a year without winners", {}, { { blocks = { { text = "本期没有表彰对象。" } } } })
