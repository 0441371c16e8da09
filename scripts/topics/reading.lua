-- Leaders' reading: they mark what they have read, and editors see who has read which of the newest items.

local names = require("std/names")
local periods = require("std/periods")
local settings = host.settings

-- More than a month brings.
local all = 10000

host.register("reading", {
  extends = "information",
  actions = {
    read = {
      title = { zh = "已阅", en = "Read" },
      from = { "submitted", "adopted", "merged", "closed" }, by = settings.leader_role,
      form = { remark = { type = "text", max = 200, label = { zh = "阅批意见", en = "Remark" } } },
    },
  },
})

-- The newest first. Month by month, so that a long period is not gone through for its last days.
local function newest(period, register)
  local found = {}
  local month = host.period.of(period.last, "month")
  while month.last >= period.first and #found < settings.newest do
    local events = host.events({
      register = register, action = settings.received, first = true, period = month.id, limit = all,
    })
    for n = #events, 1, -1 do
      if #found < settings.newest then
        table.insert(found, events[n])
      end
    end
    month = host.period.of(host.date.add_days(month.first, -1), "month")
  end
  return found
end

-- Who has read an item, as they were called then, each with the first day; and who of these leaders has not.
local function readers(register, item, leaders)
  local days, read, unread = {}, {}, {}
  for _, event in host.events({ register = register, record = item, action = "read" }) do
    if not days[event.by] then
      days[event.by] = event.on
      local person = host.person(event.by, event.on)
      table.insert(read, `{if person then person.name or person.id else event.by}（{event.on}）`)
    end
  end
  for _, leader in leaders do
    if not days[leader.id] then
      table.insert(unread, leader.name or leader.id)
    end
  end
  return table.concat(read, "、"), table.concat(unread, "、")
end

host.on("report.build", { name = "reading", title = { zh = "领导阅览情况", en = "What leaders have read" } }, function(_, parameters)
  local period = periods.read(parameters.period)
  local register = parameters.register or "information"
  local today = parameters.date or host.now().on
  local leaders = host.people({ on = if period.last < today then period.last else today, role = settings.leader_role })
  local events, ids, items = newest(period, register), {}, {}
  for n, event in events do
    ids[n] = event.record
  end
  for _, item in host.records({ register = register, id = ids }) do
    items[item.id] = item
  end
  local rows = {}
  for n, event in events do
    local item = items[event.record]
    local read, unread = readers(register, item.id, leaders)
    rows[n] = { item.title, names.unit(item.unit, event.on), event.on, read, unread }
  end
  return {
    kind = "table", language = "zh", title = parameters.title or `{period.name}领导阅览情况`,
    sections = { { blocks = { {
      kind = "table",
      columns = {
        { title = "标题", width = 3.2 }, { title = "单位", width = 1.8 }, { title = "日期", align = "center", width = 2.6 },
        { title = "已阅", width = 3.2 }, { title = "未阅", width = 2 },
      },
      rows = rows,
    } } } },
  }
end)

local chen, wu = { id = "chen", name = "陈主任", roles = {} }, { id = "wu", name = "吴主任", roles = {} }

-- In an example the same events are the items' and the readers'.
host.example("who has read an item, and who has not", {
  point = "report.build", name = "reading", parameters = { period = "2023-05", date = "2023-05-20" },
  calls = {
    people = { chen, wu }, person = chen, unit = { id = "a", title = { zh = "甲县" } },
    events = {
      { id = "1", seq = 1, register = "information", record = "7", action = "read", on = "2023-05-08", by = "chen", fields = {}, nth = 1 },
    },
    records = { { id = "7", register = "information", stage = "submitted", title = "照明", unit = "a" } },
  },
  expect = {
    title = "2023年5月领导阅览情况",
    sections = { { blocks = { { rows = { { "照明", "甲县", "2023-05-08", "陈主任（2023-05-08）", "吴主任" } } } } } },
  },
})
