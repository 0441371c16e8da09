-- What the upper congress gave an item, in equal parts to its units: parts add up, so shares of the whole do.

local credit = require("information/lib/credit")

host.on("score.post", { register = "upper-results", action = "enter", measure = "received", clause = "received" }, function(_, record)
  return credit.split(record, record.points)
end)

local function case(title, record, expect)
  record.unit = "a"
  host.example(title, {
    point = "score.post", event = { register = "upper-results", action = "enter", on = "2023-05-08" }, record = record, expect = expect,
  })
end

case("an item of one unit", { points = 8 }, { { account = "a", measure = "received", amount = 8 } })
case("of two", { points = 5, joint = { "b" } }, { { account = "a", amount = 2.5 }, { account = "b", amount = 2.5 } })
