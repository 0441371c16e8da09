-- Lianshi town, 2007: what an item earns, and what is missing costs.

local credit = require("std/credit")

local carriers = { journal = "journal", brief = "brief" }
local weighty = { problem = true, opinion = true, research = true }
local adopted_above = { district = "adopted_district", city = "adopted_city", province = "adopted_province" }
local instructed = {
  town = "instructed_town", district = "instructed_district", city = "instructed_city", province = "instructed_province",
}

local rules = host.rules { register = "information", measure = "points", effective = { from = "2007-01-01" } }

rules:on("score.post", { action = "submit", tag = "submission", clause = "submission", rule = "lianshi.submit" }, function(event, record)
  return if event.nth == 1 then credit.each(record, host.figures.submission) else nil
end)

rules:on("score.post", { action = "adopt", tag = "adoption", clause = "adoption", rule = "lianshi.adopt" }, function(event, record)
  local form = event.fields
  local above, carrier = adopted_above[form.level], carriers[form.carrier]
  if above then
    return credit.each(record, host.figures[above])
  elseif carrier == nil then
    return nil
  end
  local postings = credit.each(record, host.figures[carrier])
  for _, posting in if weighty[record.kind] then credit.each(record, host.figures.weighty) else {} do
    posting.clause = "weighty"
    table.insert(postings, posting)
  end
  return postings
end)

rules:on("score.post", { action = "instruct", tag = "instruction", clause = "instruction", rule = "lianshi.instruct" }, function(event, record)
  local figure = instructed[event.fields.level]
  -- Urgent items earn nothing by an instruction.
  return if figure and not record.urgent then credit.each(record, host.figures[figure]) else nil
end)

rules:on("score.post", { action = "lapse", tag = "lapse", clause = "lapse", rule = "lianshi.lapse" }, function(_, record)
  return credit.each(record, host.figures.lapse)
end)

rules:on("score.post", { action = "notify", tag = "notified", clause = "notified", rule = "lianshi.notify" }, function(_, record)
  return credit.each(record, host.figures.notified)
end)

rules:on("score.period", { period = "month", tag = "shortfall", clause = "monthly", rule = "lianshi.monthly" }, function(p)
  local counted = {}
  for _, event in p.events do
    if event.action == "submit" and event.nth == 1 then
      table.insert(counted, event.id)
    end
  end
  local short = host.settings.monthly - #counted
  if short > 0 then
    return { amount = host.figures.missing * short, data = { because = counted } }
  end
end)

local day = "2007-03-12"

local function earned(...)
  local expect = {}
  for i, figure in { ... } do
    expect[i] = { account = "a", measure = "points", amount = host.figure(figure, day) }
  end
  return expect
end

-- Every figure of the tables has an example of its own, so that versions can be compared by them.
local tables = { point = "score.post", event = { on = day }, record = { unit = "a", kind = "routine" } }

local function case(title, action, fields, kind, ...)
  local event = { action = action, fields = fields }
  table.insert(tables, { title, event = event, record = { kind = kind }, expect = earned(...) })
end

case("an item submitted", "submit", {}, "dynamic", "submission")
for _, carrier in { "journal", "brief" } do
  case(`adopted in the {carrier}`, "adopt", { carrier = carrier }, "routine", carrier)
end
for _, kind in { "problem", "opinion", "research" } do
  case(`{kind}, adopted as a brief`, "adopt", { carrier = "brief" }, kind, "brief", "weighty")
end
for _, level in { "district", "city", "province" } do
  case(`adopted by the {level}`, "adopt", { level = level }, "problem", adopted_above[level])
end
for _, level in { "town", "district", "city", "province" } do
  case(`an instruction of the {level}`, "instruct", { level = level }, "problem", instructed[level])
end
rules:examples(tables)

rules:examples {
  point = "score.post", event = { on = day }, record = { unit = "a", urgent = true },
  { "an urgent item earns nothing by an instruction", event = { action = "instruct", fields = { level = "city" } }, expect = {} },
  { "an urgent item late", event = { action = "lapse", fields = { lapse = "late" } }, expect = earned("lapse") },
  { "an urgent item missed", event = { action = "lapse", fields = { lapse = "missed" } }, expect = earned("lapse") },
  { "an urgent item concealed", event = { action = "lapse", fields = { lapse = "concealed" } }, expect = earned("lapse") },
  { "notified for it", event = { action = "notify" }, expect = earned("notified") },
}

local function items(n)
  local events = {}
  for i = 1, n do
    events[i] = { register = "information", action = "submit", record = tostring(i), on = day }
  end
  return events
end

local missing = host.figure("missing", day)

rules:examples {
  point = "score.period", p = { account = "a", period = host.period.read("2007-03") },
  {
    "the worked case: three of four submitted",
    p = { events = items(3) }, expect = { { account = "a", amount = missing, period = "2007-03" } },
  },
  {
    "a unit without any event owes the whole month",
    p = { account = "b" }, expect = { { account = "b", amount = missing * host.settings.monthly } },
  },
  { "four are enough", p = { events = items(4) }, expect = {} },
}
