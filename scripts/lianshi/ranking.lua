-- A unit that was notified twice is out of the contest.

local ranks = require("std/ranks")

local rules = host.rules { register = "information", measure = "points", clause = "barred" }

rules:on("rank.order", {}, function(rows)
  return ranks.exclude(rows, function(row)
    local total, each = row.tags and row.tags.notified or 0, host.figures.notified
    return if each and total <= 2 * each then { zh = "两次被通报", en = "notified twice" } else nil
  end)
end)

local each = host.figure("notified", "2007-12-31")

rules:example("notified twice is out, notified once is not", {
  point = "rank.order",
  rows = {
    { account = "a", amount = 60, rank = 1, tags = { notified = 2 * each } },
    { account = "b", amount = 59, rank = 2 },
    { account = "c", amount = 59, rank = 2, tags = { notified = each } },
  },
  ctx = { places = 0, period = host.period.read("2007") },
  expect = { { account = "a", excluded = { zh = "两次被通报", en = "notified twice" } }, { account = "b", excluded = host.null }, { account = "c", excluded = host.null } },
})
