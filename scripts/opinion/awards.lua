-- Once a year: counties by accumulated points, then by adoption points, nobody twice; direct-reporting points by
-- accumulated points alone; individuals by their own points.

local met = require("lib/met")
local ranks = require("std/ranks")
local settings = host.settings

-- How each account of the contest met its quotas, by account.
local function fulfilments(s)
  local tags = {}
  for _, row in s:standing({ measure = "fulfilment" }) do
    tags[row.account] = row.tags
  end
  return tags
end

local function enough(s, list)
  if settings.fulfilment <= 0 then
    return list
  end
  local tags, rows = fulfilments(s), {}
  for _, row in list do
    if met.enough(tags[row.account]) then
      table.insert(rows, row)
    end
  end
  return rows
end

-- One after the other, as they stand here: nobody wins twice.
local rules = host.rules { register = "information", period = "year", before = "commendation" }

-- Where nobody can win, nothing waits for an earlier decision either.
local function take(s, list, n, options)
  return if n and n > 0 and #list > 0 then s:take(list, n, options) else nil
end

rules:on("award.select", { clause = "award-county" }, function(s)
  local list = enough(s, ranks.with_some(s:standing({ measure = "points", pool = "counties" })))
  return take(s, list, host.figures.award_county_total, { award = "county-total" })
end)

rules:on("award.select", { clause = "award-county" }, function(s)
  local list = enough(s, ranks.with_some(s:standing({ measure = "points", tag = "adoption", pool = "counties" })))
  return take(s, list, host.figures.award_county_adoption, { award = "county-adoption", taken = settings.taken })
end)

rules:on("award.select", { clause = "award-point" }, function(s)
  local list = enough(s, ranks.with_some(s:standing({ measure = "points", pool = "direct" })))
  return take(s, list, host.figures.award_point, { award = "point-total" })
end)

rules:on("award.select", { clause = "award-person" }, function(s)
  return take(s, ranks.with_some(s:standing({ measure = "author" })), host.figures.award_person, { award = "person" })
end)

local function row(account, pool, amount, adoption)
  return { account = account, pool = pool, measure = "points", amount = amount, tags = { adoption = adoption } }
end

local function fulfilled(account, pool, n, missed)
  return { account = account, pool = pool, measure = "fulfilment", amount = n - missed, tags = { met = n, missed = -missed } }
end

local year = host.period.read("2023")

local function case(title, rows, expect)
  rules:example(title, { point = "award.select", s = { period = year, rows = rows }, expect = expect })
end

-- One more than there are places, each with less than the one before; the last also leads by adoption.
local total = host.figure("award_county_total", "2023-12-31")
local rows, expect = {}, {}
for n = 1, total + 1 do
  rows[n] = row(`county-{n}`, "counties", 100 - n, if n == total + 1 then 50 else n)
  expect[n] = if n <= total then { account = `county-{n}`, award = "county-total" } else { account = `county-{n}`, award = "county-adoption" }
end
table.insert(rows, row("committee", "committees", 500, 500))
table.insert(rows, row("point", "direct", 70, 60))
table.insert(expect, { account = "point", award = "point-total" })
case("counties by total, then by adoption, points by total, a committee in neither", rows, expect)

if settings.fulfilment <= 0 then
  case("whoever met no quota is commended all the same", {
    row("a", "counties", 90, 0), fulfilled("a", "counties", 0, 6),
  }, { { account = "a", award = "county-total" } })
else
  case("who met too few of the quotas is not", {
    row("a", "counties", 90, 0), fulfilled("a", "counties", 0, 6), row("b", "counties", 80, 0), fulfilled("b", "counties", 6, 0),
  }, { { account = "b", award = "county-total" } })
end
