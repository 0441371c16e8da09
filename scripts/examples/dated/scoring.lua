-- An adoption is worth what the rule in force on its day says, shared among joint units.

local credit = require("std/credit")

-- Two versions of one rule: the clause changes on a day, and the figure with it.
local rules = host.rules {
  register = "information", action = "adopt", measure = "points", tag = "adoption", rule = "adoption",
}

local function worth(_, record)
  return credit.split(record, host.figures.adoption)
end

rules:on("score.post", { clause = "before", effective = { to = "2022-05-31" } }, worth)
rules:on("score.post", { clause = "since", effective = { from = "2022-06-01" } }, worth)

local function one(day)
  return { { account = "a", amount = host.figure("adoption", day) } }
end

rules:examples {
  point = "score.post", event = { on = "2022-06-01" }, record = { unit = "a" },
  { "the last day of the old rule", event = { on = "2022-05-31" }, expect = one("2022-05-31") },
  { "the first day of the new rule", expect = one("2022-06-01") },
  {
    "three joint units share without losing any",
    record = { joint = { "b", "c" } },
    expect = { { account = "a", amount = 1.67 }, { account = "b", amount = 1.67 }, { account = "c", amount = 1.66 } },
  },
}
