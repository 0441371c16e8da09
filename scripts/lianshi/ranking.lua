-- A unit that was notified twice is out of the contest.

local ranks = require("information/lib/ranks")

local each_notice = -5

host.on("rank.order", {
  register = "information", measure = "points", clause = "barred",
}, function(rows)
  return ranks.exclude(rows, function(row)
    local total = row.tags and row.tags.notified or 0
    return if total <= 2 * each_notice then "两次被通报 · notified twice" else nil
  end)
end)

host.example("notified twice is out, notified once is not", {
  point = "rank.order",
  rows = {
    { account = "a", amount = 60, rank = 1, tags = { notified = 2 * each_notice } },
    { account = "b", amount = 59, rank = 2 },
    { account = "c", amount = 59, rank = 2, tags = { notified = each_notice } },
  },
  ctx = { register = "information", measure = "points", places = 0 },
  expect = { { account = "a", excluded = "两次被通报 · notified twice" }, { account = "b", excluded = host.null }, { account = "c", excluded = host.null } },
})
