-- What is missing of any quota is taken off twice over.

local item, times = 1, 2

host.on("score.post", {
  register = "information", action = "submit", measure = "points", account = "unit", clause = "an item",
}, function(event)
  return if event.nth == 1 then item else nil
end)

host.on("score.period", {
  register = "information", period = { "month", "two-month", "year" }, measure = "points", tag = "shortfall",
  clause = "a shortfall counts twice",
}, function(p)
  local short = host.sum(p.quotas, "short")
  return if short > 0 then -times * short else nil
end)

host.example("three are missing", {
  point = "score.period",
  p = {
    account = "a", register = "information", measure = "points",
    period = { id = "2023-01", kind = "month", first = "2023-01-01", last = "2023-01-31" },
    quotas = { { name = "monthly", count = 4, have = 1, short = 3, met = false } },
  },
  expect = { { amount = -times * 3 } },
})
