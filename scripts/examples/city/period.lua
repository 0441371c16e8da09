-- What a whole month or year adds: a silent month, the cap on submissions, adoption in every quarter.

local reporting = { "county", "department" }

local rules = host.rules { register = "information", measure = "points", tag = "period" }

-- Loops, not `p:count` and `p:total`: of a busy unit's period these would first read all of it once more.
rules:on("score.period", { period = "month", clause = "silent", match = { class = reporting } }, function(p)
  for _, event in p.events do
    if event.action == "submit" and event.nth == 1 then
      return nil
    end
  end
  return host.figures.silent
end)

rules:on("score.period", { period = "month", clause = "cap" }, function(p)
  local cap = host.figures.cap
  if cap == nil then
    return nil
  end
  local earned = {}
  for _, posting in p.postings do
    if posting.tag == "submission" then
      table.insert(earned, posting.amount)
    end
  end
  local excess = host.sum({ cap, -host.sum(earned) })
  if excess < 0 then
    return excess
  end
end)

-- The first adoption in each quarter, by the quarter.
local function first_of_quarters(events)
  local found, n = {}, 0
  for _, event in events do
    if event.action == "adopt" then
      local quarter = (tonumber(string.sub(event.on, 6, 7)) + 2) // 3
      if found[quarter] == nil then
        found[quarter] = event.id
        n += 1
        if n == 4 then
          return found
        end
      end
    end
  end
  return nil
end

rules:on("score.period", { period = "year", clause = "every-quarter" }, function(p)
  local amount = host.figures.every_quarter
  local because = amount and first_of_quarters(p.events)
  return because and { amount = amount, data = { because = because } }
end)

local march, year = host.period.read("2023-03"), host.period.read("2023")

local function event(action, on, nth)
  return { register = "information", record = on, action = action, on = on, nth = nth }
end

local function submissions(...)
  local postings = {}
  for n, amount in { ... } do
    postings[n] = { account = "a", measure = "points", amount = amount, tag = "submission" }
  end
  return postings
end

local once, again = { event("submit", "2023-03-02", 1) }, { event("submit", "2023-03-02", 2) }
local silent = host.figure("silent", march.last)

for _, class in reporting do
  rules:example(`a silent month of a {class}`, {
    point = "score.period", p = { account = "a", unit = { id = "a", class = class }, period = march },
    expect = { { account = "a", amount = silent, tag = "period", period = "2023-03" } },
  })
end

rules:examples {
  point = "score.period", p = { account = "a", unit = { id = "a", class = "county" }, period = march },
  { "what was submitted before and comes again is nothing new", p = { events = again }, expect = { { amount = silent } } },
  { "one item is enough", p = { events = once }, expect = {} },
  { "a direct-reporting point may be silent", p = { unit = { class = "direct" } }, expect = {} },
}

rules:examples {
  point = "score.period", p = { account = "a", unit = { id = "a", class = "direct" }, period = march, events = once },
  { "up to the cap all of it counts", p = { postings = submissions(2, 2, 2) }, expect = {} },
  {
    "what is over it is taken away",
    p = { postings = submissions(2, 2, 2, 1) }, expect = { { account = "a", amount = -1, tag = "period" } },
  },
  { "an overdue item lowers what is capped", p = { postings = submissions(2, 2, 2, 1, -1) }, expect = {} },
}

local function adopted(...)
  local events = {}
  for n, on in { ... } do
    events[n] = event("adopt", on)
  end
  return events
end

rules:examples {
  point = "score.period", p = { account = "a", unit = { id = "a", class = "direct" }, period = year },
  {
    "adopted in every quarter",
    p = { events = adopted("2023-01-05", "2023-05-08", "2023-09-30", "2023-10-01") },
    expect = { { account = "a", amount = host.figure("every_quarter", year.last), period = "2023", tag = "period" } },
  },
  { "a quarter without one", p = { events = adopted("2023-01-05", "2023-05-08", "2023-06-30", "2023-10-01") }, expect = {} },
}
