-- Lianshi town, 2007: what an item earns, and what is missing costs.

local credit = require("information/lib/credit")

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
    return credit.each(record, 1)
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
  local short = host.settings.monthly - p:count({ action = "submit", first = true })
  if short > 0 then
    return missing * short
  end
end)

local function event(action, fields)
  return { register = "information", action = action, on = "2007-03-12", fields = fields }
end

host.example("the worked case: a problem item adopted in the journal", {
  point = "score.post", event = event("adopt", { carrier = "journal" }),
  record = { unit = "a", kind = "problem" },
  expect = { { account = "a", amount = carriers.journal }, { account = "a", amount = weighty.problem } },
})

host.example("the worked case: adopted by the city", {
  point = "score.post", event = event("adopt", { level = "city" }), record = { unit = "a", kind = "problem" },
  expect = { { account = "a", amount = adopted_above.city } },
})

host.example("the worked case: an instruction of the city", {
  point = "score.post", event = event("instruct", { level = "city" }), record = { unit = "a", kind = "problem" },
  expect = { { account = "a", amount = instructed.city } },
})

host.example("an urgent item earns nothing by an instruction", {
  point = "score.post", event = event("instruct", { level = "city" }), record = { unit = "a", urgent = true },
  expect = {},
})

host.example("a lapse costs", {
  point = "score.post", event = event("lapse", { lapse = "late" }), record = { unit = "a" },
  expect = { { account = "a", amount = lapse, tag = "lapse" } },
})

local march = { id = "2007-03", kind = "month", first = "2007-03-01", last = "2007-03-31" }
local function submitted(n)
  local events = {}
  for i = 1, n do
    events[i] = { register = "information", action = "submit", record = tostring(i), on = "2007-03-12" }
  end
  return events
end

host.example("the worked case: three of four submitted", {
  point = "score.period",
  p = { account = "a", register = "information", measure = "points", period = march, events = submitted(3) },
  expect = { { account = "a", amount = missing, period = "2007-03" } },
})

host.example("a unit without any event owes the whole month", {
  point = "score.period",
  p = { account = "b", register = "information", measure = "points", period = march },
  expect = { { account = "b", amount = missing * host.settings.monthly } },
})

host.example("four are enough", {
  point = "score.period",
  p = { account = "a", register = "information", measure = "points", period = march, events = submitted(4) },
  expect = {},
})
