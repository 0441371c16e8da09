-- The year's best: first by total points, then by adoption points, no unit twice, each pool apart;
-- then people, by a measure of their own.

local ranks = require("std/ranks")
local settings = host.settings

-- How many win on a day: what an office says in its settings goes before the figure.
local function places(setting, figure, day)
  return if settings[setting] >= 0 then settings[setting] else host.figure(figure, day)
end

-- Where nobody can win, nothing waits for an earlier decision either.
local function take(s, list, n, options)
  return if n > 0 and #list > 0 then s:take(list, n, options) else nil
end

for _, pool in settings.pools do
  host.on("award.select", {
    register = "information", period = "year", clause = "total",
  }, function(s)
    local list = ranks.with_some(s:standing({ measure = "points", pool = pool }))
    return take(s, list, places("by_total", "total", s.period.last), { award = "total-" .. pool })
  end)

  host.on("award.select", {
    register = "information", period = "year", clause = "adoption",
  }, function(s)
    local list = ranks.with_some(s:standing({ measure = "points", tag = "adoption", pool = pool }))
    return take(s, list, places("by_adoption", "adoption", s.period.last), { award = "adoption-" .. pool, taken = settings.taken })
  end)
end

host.on("award.select", {
  register = "information", period = "year", clause = "people",
}, function(s)
  local tag = if settings.people_tag ~= "" then settings.people_tag else nil
  local list = ranks.with_some(s:standing({ measure = settings.people_measure, tag = tag }))
  return take(s, list, places("people", "people", s.period.last), { award = "people" })
end)

local function row(account, pool, amount, adoption)
  return { account = account, pool = pool, measure = "points", amount = amount, tags = { adoption = adoption } }
end

local function person(account, amount)
  return { account = account, measure = settings.people_measure, amount = amount, tags = { [settings.people_tag] = amount } }
end

local year = { id = "2023", kind = "year", first = "2023-01-01", last = "2023-12-31" }

local function case(title, rows, expect)
  host.example(title, {
    point = "award.select", s = { register = "information", period = year, rows = rows }, expect = expect,
  })
end

case("A and B lead the total, A also adoption: the next takes it", {
  row("a", "units", 90, 60), row("b", "units", 80, 20), row("c", "units", 70, 40), row("d", "direct", 95, 70),
}, {
  { account = "a", award = "total-units" },
  { account = "b", award = "total-units" },
  { account = "c", award = "adoption-units" },
  { account = "d", award = "total-direct" },
})

case("a tie at the cut asks for a decision", {
  row("a", "units", 90, 60), row("b", "units", 80, 20), row("c", "units", 80, 40), row("d", "direct", 95, 0),
}, {
  { account = "a" },
  { award = "total-units", pending = { candidates = { "b", "c" }, places = 1 } },
  { award = "adoption-units", pending = { waits = true } },
  { award = "total-direct", pending = { waits = true } },
})

case("who has nothing wins nothing", { row("a", "units", 90, 0), row("b", "units", 0, 0) }, {
  { account = "a", award = "total-units" },
})

-- One more than there are places, each with another amount; then the last two tie.
local n = places("people", "people", year.last)
local people, tie, winners = {}, {}, {}
for i = 1, n + 1 do
  people[i] = person(`p{i}`, 100 - i)
  tie[i] = person(`p{i}`, 100 - math.min(i, n))
  winners[i] = if i <= n then { account = `p{i}`, award = "people" } else nil
end
case("the first of the people", people, winners)
if n > 0 then
  winners[n] = { award = "people", pending = { candidates = { `p{n}`, `p{n + 1}` }, places = 1 } }
  case("people who tie wait for a decision too", tie, winners)
end
