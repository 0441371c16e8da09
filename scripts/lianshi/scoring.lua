-- Lianshi town, 2007: what an item earns, and what is missing costs.

local credit = require("information/lib/credit")

local submitted = 1
local carriers = { journal = 3, brief = 2 }
local weighty = { problem = 5, opinion = 5, research = 5 }
local adopted_above = { province = 30, city = 20, district = 10 }
local instructed = { town = 10, district = 20, city = 30, province = 40 }
local lapse, notified, missing = -2, -5, -2
local since = { from = "2007-01-01" }

-- What the rules have in common; each is registered where it stands, so that a figure leads to it.
local function rule(action, tag, clause)
  return {
    register = "information", action = action, measure = "points", tag = tag, clause = clause,
    rule = "lianshi." .. action, effective = since,
  }
end

host.on("score.post", rule("submit", "submission", "submission"), function(event, record)
  if event.nth == 1 then
    return credit.each(record, submitted)
  end
end)

host.on("score.post", rule("adopt", "adoption", "adoption"), function(event, record)
  local form = event.fields
  local above = adopted_above[form.level]
  if above then
    return credit.each(record, above)
  end
  local base = carriers[form.carrier]
  if base == nil then
    return nil
  end
  local postings = credit.each(record, base)
  local extra = weighty[record.kind]
  if extra then
    for _, posting in credit.each(record, extra) do
      posting.clause = "weighty"
      table.insert(postings, posting)
    end
  end
  return postings
end)

host.on("score.post", rule("instruct", "instruction", "instruction"), function(event, record)
  -- Urgent items earn nothing by an instruction.
  local amount = instructed[event.fields.level]
  if amount and not record.urgent then
    return credit.each(record, amount)
  end
end)

host.on("score.post", rule("lapse", "lapse", "lapse"), function(_, record)
  return credit.each(record, lapse)
end)

host.on("score.post", rule("notify", "notified", "notified"), function(_, record)
  return credit.each(record, notified)
end)

host.on("score.period", {
  register = "information", period = "month", measure = "points", tag = "shortfall",
  clause = "monthly", rule = "lianshi.monthly", effective = since,
}, function(p)
  local counted = {}
  for _, event in p.events do
    if event.action == "submit" and event.nth == 1 then
      table.insert(counted, event.id)
    end
  end
  local short = host.settings.monthly - #counted
  if short > 0 then
    return { amount = missing * short, data = { because = counted } }
  end
end)

local function event(action, fields)
  return { register = "information", action = action, on = "2007-03-12", fields = fields }
end

local function case(title, action, fields, record, amounts)
  local expect = {}
  for i, amount in amounts do
    expect[i] = { account = "a", measure = "points", amount = amount }
  end
  record.unit = "a"
  host.example(title, { point = "score.post", event = event(action, fields), record = record, expect = expect })
end

-- Every figure of the tables has an example of its own, so that versions can be compared by them.
case("an item submitted", "submit", {}, { kind = "dynamic" }, { submitted })
for _, carrier in { "journal", "brief" } do
  case(`adopted in the {carrier}`, "adopt", { carrier = carrier }, { kind = "routine" }, { carriers[carrier] })
end
for _, kind in { "problem", "opinion", "research" } do
  case(`{kind}, adopted as a brief`, "adopt", { carrier = "brief" }, { kind = kind }, { carriers.brief, weighty[kind] })
end
for _, level in { "district", "city", "province" } do
  case(`adopted by the {level}`, "adopt", { level = level }, { kind = "problem" }, { adopted_above[level] })
end
for _, level in { "town", "district", "city", "province" } do
  case(`an instruction of the {level}`, "instruct", { level = level }, { kind = "problem" }, { instructed[level] })
end
case("an urgent item earns nothing by an instruction", "instruct", { level = "city" }, { urgent = true }, {})
for _, how in { "late", "missed", "concealed" } do
  case(`an urgent item {how}`, "lapse", { lapse = how }, { urgent = true }, { lapse })
end
case("notified for it", "notify", {}, { urgent = true }, { notified })

local march = { id = "2007-03", kind = "month", first = "2007-03-01", last = "2007-03-31" }
local function items(n)
  local events = {}
  for i = 1, n do
    events[i] = { register = "information", action = "submit", record = tostring(i), on = "2007-03-12" }
  end
  return events
end

host.example("the worked case: three of four submitted", {
  point = "score.period",
  p = { account = "a", register = "information", measure = "points", period = march, events = items(3) },
  expect = { { account = "a", amount = missing, period = "2007-03" } },
})

host.example("a unit without any event owes the whole month", {
  point = "score.period",
  p = { account = "b", register = "information", measure = "points", period = march },
  expect = { { account = "b", amount = missing * host.settings.monthly } },
})

host.example("four are enough", {
  point = "score.period",
  p = { account = "a", register = "information", measure = "points", period = march, events = items(4) },
  expect = {},
})
