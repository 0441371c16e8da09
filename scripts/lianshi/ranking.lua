-- A unit that was notified twice is out of the contest.

local ranks = require("information/lib/ranks")

local each_notice = -5

host.on("rank.order", {
  register = "information", measure = "points", clause = "barred",
}, function(rows, ctx)
  return ranks.exclude(rows, ctx.places, function(row)
    local total = row.tags and row.tags.notified or 0
    if total <= 2 * each_notice then
      return "两次被通报 · notified twice"
    end
  end)
end)

host.example("notified twice is out, and the rest move up", {
  point = "rank.order",
  rows = {
    { account = "a", amount = 60, rank = 1, tags = { notified = -10 } },
    { account = "b", amount = 59, rank = 2 },
    { account = "c", amount = 59, rank = 2, tags = { notified = -5 } },
  },
  ctx = { register = "information", measure = "points", places = 0 },
  expect = { { account = "b", rank = 1 }, { account = "c", rank = 1 }, { account = "a", excluded = "两次被通报 · notified twice" } },
})
