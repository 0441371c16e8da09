-- What the upper congress gave an item, in equal parts to its units: parts add up, so shares of the whole do.

local credit = require("std/credit")

local rules = host.rules { register = "upper-results", action = "enter", measure = "received", clause = "received" }

rules:on("score.post", {}, function(_, record)
  return credit.split(record, record.points)
end)

rules:examples {
  point = "score.post", event = { on = "2023-05-08" }, record = { unit = "a" },
  { "an item of one unit", record = { points = 8 }, expect = { { account = "a", measure = "received", amount = 8 } } },
  {
    "of two",
    record = { points = 5, joint = { "b" } }, expect = { { account = "a", amount = 2.5 }, { account = "b", amount = 2.5 } },
  },
}
