-- A deputy's file: what they did in a period, and what it is worth where the rule set `performance` is chosen.

local blocks = require("std/blocks")
local names = require("std/names")
local periods = require("std/periods")
local settings = host.settings
local column = blocks.column

-- More than a year brings.
local all = 10000

local kinds = { meeting = "会议", inspection = "视察调研", contact = "接待群众", training = "培训" }

local function in_list(list, id)
  return table.find(list or {}, id) ~= nil
end

-- What a vote in the open says of a person, by name or id: their line, without whose it is.
local function voted(vote, person)
  for _, line in string.split(vote.ballots or "", "\n") do
    local who, marks = string.match(line, "^([^:]+):%s*(.*)$")
    if who == person.id or who == person.name then
      return marks
    end
  end
  return nil
end

host.on("report.build", {
  name = "deputy-file", title = { zh = "代表履职档案", en = "A deputy's file" },
  form = { deputy = { type = "person", required = true, label = { zh = "代表", en = "Deputy" } } },
}, function(_, parameters)
  local period = periods.read(parameters.period)
  local person = if parameters.deputy then host.person(parameters.deputy, period.last) else nil
  if person == nil then
    error({ zh = "请指定代表，例如 deputy=hu", en = "Say which deputy, such as deputy=hu." }, 0)
  end
  local rows, counts = {}, {}
  local function add(on, kind, title)
    table.insert(rows, { on, kind, title })
    counts[kind] = (counts[kind] or 0) + 1
  end
  local held = {}
  for _, event in host.events({ register = "activities", action = "hold", period = period.id, limit = all }) do
    held[event.record] = event.on
  end
  for _, activity in host.records({ register = "activities", limit = all }) do
    if held[activity.id] and in_list(activity.deputies, person.id) then
      add(held[activity.id], kinds[activity.kind], activity.title)
    end
  end
  for _, suggestion in host.records({ register = "suggestions", limit = all }) do
    local on = suggestion.received
    if on and host.period.contains(period.id, on) and (suggestion.deputy == person.id or in_list(suggestion.joint, person.id)) then
      add(on, if suggestion.deputy == person.id then "领衔建议" else "附议建议", `{suggestion.title}（{host.label("suggestions", "stage", suggestion.stage).zh}）`)
    end
  end
  for _, petition in host.records({ register = "petitions", match = { deputy = person.id }, limit = all }) do
    local taken = host.events({ register = "petitions", record = petition.id, action = "receive" })[1]
    if taken and host.period.contains(period.id, taken.on) then
      add(taken.on, "反映意见", petition.title)
    end
  end
  for _, duty in host.records({ register = "duties", match = { deputy = person.id }, stage = "done", limit = all }) do
    if host.period.contains(period.id, duty.day) then
      add(duty.day, "联络站值班", `{duty.title}（接待{duty.heard or 0}人次）`)
    end
  end
  -- Secret ballots are nobody's.
  for _, vote in host.records({ register = "votes", match = { secret = false }, stage = "closed", limit = all }) do
    local marks = voted(vote, person)
    local closed = if marks then host.events({ register = "votes", record = vote.id, action = "close" })[1] else nil
    if closed and host.period.contains(period.id, closed.on) then
      add(closed.on, "记名表决", `{vote.title}：{marks}`)
    end
  end
  table.sort(rows, function(a, b)
    return if a[1] ~= b[1] then a[1] < b[1] else a[3] < b[3]
  end)
  local sums, order = {}, {}
  for kind in counts do
    table.insert(order, kind)
  end
  for n, kind in host.sort(order, "pinyin") do
    sums[n] = `{kind}{counts[kind]}次`
  end
  local total = host.total({ register = "activities", period = period.id, measure = "performance", account = person.id })
  local said = `{period.name}履职{#rows}次，计{total}分` .. (if #sums > 0 then `：{table.concat(sums, "，")}。` else "。")
  local unit = if person.unit then names.unit(person.unit, period.last) else nil
  return {
    kind = "table", language = "zh", title = parameters.title or `{person.name or person.id}代表履职档案`,
    sections = { { blocks = {
      blocks.paragraph((if unit then `{unit}。` else "") .. said),
      { kind = "table", rows = rows, columns = { column("日期", 2.8, "center"), column("类别", 2.4, "center"), column("事项", 6.2) } },
    } } },
    signature = { issuers = { settings.issuer }, date = period.last },
  }
end)

local activity = { id = "1", register = "activities", stage = "held", title = "河道视察", kind = "inspection", deputies = { "hu" }, day = "2023-05-20" }
host.example("a deputy's file", {
  point = "report.build", name = "deputy-file", parameters = { period = "2023", deputy = "hu" },
  calls = {
    records = { activity }, person = { id = "hu", name = "胡明" }, total = 2, sort = { "视察调研", "反映意见", "联络站值班" },
    events = { { id = "e", seq = 1, register = "activities", record = "1", action = "hold", on = "2023-05-20", by = "li", fields = {}, nth = 1 } },
  },
  -- In an example every register has the one record: it is a petition and a duty too.
  expect = { title = "胡明代表履职档案", sections = { { blocks = { { text = "2023年履职3次，计2分：视察调研1次，反映意见1次，联络站值班1次。" }, {
    rows = { { "2023-05-20", "视察调研", "河道视察" }, { "2023-05-20", "反映意见", "河道视察" }, { "2023-05-20", "联络站值班", "河道视察（接待0人次）" } },
  } } } } },
})
host.example("of nobody there is none", { point = "report.build", name = "deputy-file", parameters = { period = "2023" }, fails = "请指定代表" })
