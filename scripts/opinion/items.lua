-- The year's good items: those that earned most, by the figures of their adoptions and instructions.

local blocks = require("std/blocks")
local names = require("std/names")
local periods = require("std/periods")
local worth = require("lib/worth")
local settings = host.settings
local column = blocks.column

-- More than an office has in a year, so that none is left out.
local all = 1000000

local columns = {
  column("名次", 1.2, "center"), column("标题", 6), column("单位", 3), column("得分", 1.6, "right"), column("采用、批示", 3.4),
}

local actions = {
  { action = "adopt", called = "采用", how = settings.several, figure = function(event, record)
    local _, figure = worth.adopted(event.fields.carrier, record)
    return figure
  end },
  { action = "instruct", called = "批示", how = settings.instructions, figure = function(event)
    return worth.instructed(event.fields.level)
  end },
}

-- By record: what it earned, and what it earned it by.
local function earned(period)
  local found = {}
  for _, kind in actions do
    local events, ids, seen = host.events({ register = "information", action = kind.action, period = period.id, limit = all }), {}, {}
    for _, event in events do
      if not seen[event.record] then
        seen[event.record] = true
        table.insert(ids, event.record)
      end
    end
    local records = {}
    for _, record in if #ids > 0 then host.records({ register = "information", id = ids, limit = all }) else {} do
      records[record.id] = record
    end
    local best = {}
    for _, event in events do
      local record = records[event.record]
      local figure = record and kind.figure(event, record)
      local amount = figure and host.figure(figure, event.on)
      if amount then
        local item = found[event.record] or { record = record, total = 0, adopt = 0, instruct = 0 }
        found[event.record] = item
        item[kind.action] += 1
        local more = if kind.how == "highest" then math.max(0, amount - (best[event.record] or 0)) else amount
        best[event.record] = math.max(best[event.record] or 0, amount)
        item.total = host.sum({ item.total, more })
      end
    end
  end
  return found
end

host.on("report.build", {
  name = "good-items", title = { zh = "好信息推荐表", en = "Good items" },
}, function(_, parameters)
  local period = periods.read(parameters.period)
  local places = host.figure("award_item", period.last) or 0
  local items = {}
  for _, item in earned(period) do
    table.insert(items, item)
  end
  table.sort(items, function(a, b)
    return if a.total ~= b.total then a.total > b.total else a.record.id < b.record.id
  end)
  -- Whoever is level with the last place is listed too: which of them it is, a person says.
  local rows, rank = {}, 0
  for n, item in items do
    if n == 1 or item.total < items[n - 1].total then
      rank = n
    end
    if rank > places then
      break
    end
    rows[n] = {
      rank, item.record.title, names.unit(item.record.unit, period.last), item.total,
      `采用{item.adopt}次{if item.instruct > 0 then `，批示{item.instruct}次` else ""}`,
    }
  end
  local said = if #rows > places then `并列者一并列出，须从中选定{places}条。` else `取前{places}条。`
  return {
    kind = "table", language = "zh", title = `{period.name}好信息推荐表`,
    sections = { { blocks = { { kind = "table", columns = columns, rows = rows }, blocks.paragraph(said) } } },
    note = `制表：{settings.issuer}`,
  }
end)

host.example("an item by what its adoption earned", {
  point = "report.build", name = "good-items", parameters = { period = "2023" },
  calls = {
    events = {
      { id = "1", seq = 1, register = "information", record = "1", action = "adopt", on = "2023-03-01", by = "li", nth = 1, fields = { carrier = "voice", level = "x" } },
    },
    records = { { id = "1", register = "information", stage = "adopted", title = "养老助餐", unit = "a", kind = "voice" } },
    unit = { id = "a", title = { zh = "甲县" } },
  },
  expect = { title = "2023年好信息推荐表", sections = { { blocks = {
    { rows = { { 1, "养老助餐", "甲县", host.figure("adopt_voice", "2023-03-01"), "采用1次" } } }, { kind = "paragraph" },
  } } } },
})
