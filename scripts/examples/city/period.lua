-- What a whole month or year adds: a silent month, the cap on submissions, adoption in every quarter.

local silent = -2
local reporting = { "county", "department" }
local cap = 6
local every_quarter = 10

local function rule(period, clause, match)
  return { register = "information", period = period, measure = "points", tag = "period", clause = clause, match = match }
end

-- Loops, not `p:count` and `p:total`: of a busy unit's period these would first read all of it once more.
host.on("score.period", rule("month", "silent", { class = reporting }), function(p)
  for _, event in p.events do
    if event.action == "submit" and event.nth == 1 then
      return nil
    end
  end
  return silent
end)

host.on("score.period", rule("month", "cap"), function(p)
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

host.on("score.period", rule("year", "every-quarter"), function(p)
  local because = first_of_quarters(p.events)
  return because and { amount = every_quarter, data = { because = because } }
end)

local march = { id = "2023-03", kind = "month", first = "2023-03-01", last = "2023-03-31" }
local year = { id = "2023", kind = "year", first = "2023-01-01", last = "2023-12-31" }

local function event(action, on, nth)
  return { register = "information", record = on, action = action, on = on, nth = nth }
end

local function case(title, period, class, events, postings, expect)
  host.example(title, {
    point = "score.period",
    p = {
      account = "a", unit = { id = "a", class = class }, register = "information", measure = "points", period = period,
      events = events, postings = postings,
    },
    expect = expect,
  })
end

local function submissions(...)
  local postings = {}
  for n, amount in { ... } do
    postings[n] = { account = "a", measure = "points", amount = amount, tag = "submission" }
  end
  return postings
end

local once, again = { event("submit", "2023-03-02", 1) }, { event("submit", "2023-03-02", 2) }

for _, class in reporting do
  case(`a silent month of a {class}`, march, class, {}, {}, { { account = "a", amount = silent, tag = "period", period = "2023-03" } })
end
case("what was submitted before and comes again is nothing new", march, "county", again, {}, { { amount = silent } })
case("one item is enough", march, "county", once, {}, {})
case("a direct-reporting point may be silent", march, "direct", {}, {}, {})
case("up to the cap all of it counts", march, "direct", once, submissions(2, 2, 2), {})
case("what is over it is taken away", march, "direct", once, submissions(2, 2, 2, 1), { { account = "a", amount = -1, tag = "period" } })
case("an overdue item lowers what is capped", march, "direct", once, submissions(2, 2, 2, 1, -1), {})

local function adopted(...)
  local events = {}
  for n, on in { ... } do
    events[n] = event("adopt", on)
  end
  return events
end

case("adopted in every quarter", year, "direct", adopted("2023-01-05", "2023-05-08", "2023-09-30", "2023-10-01"), {}, {
  { account = "a", amount = every_quarter, period = "2023", tag = "period" },
})
case("a quarter without one", year, "direct", adopted("2023-01-05", "2023-05-08", "2023-06-30", "2023-10-01"), {}, {})
