-- An adoption is worth what the rule in force on its day says, shared among joint units.

local credit = require("information/lib/credit")

local before, since = 3, 5

local function adoption(effective, clause)
  return {
    register = "information", action = "adopt", measure = "points", tag = "adoption",
    rule = "adoption", effective = effective, clause = clause,
  }
end

host.on("score.post", adoption({ to = "2022-05-31" }, "before"), function(_, record)
  return credit.split(record, before)
end)

host.on("score.post", adoption({ from = "2022-06-01" }, "since"), function(_, record)
  return credit.split(record, since)
end)

local function case(title, on, joint, expect)
  host.example(title, {
    point = "score.post",
    event = { register = "information", action = "adopt", on = on }, record = { unit = "a", joint = joint },
    expect = expect,
  })
end

case("the last day of the old rule", "2022-05-31", nil, { { account = "a", amount = before } })
case("the first day of the new rule", "2022-06-01", nil, { { account = "a", amount = since } })
case("three joint units share without losing any", "2022-06-01", { "b", "c" }, {
  { account = "a", amount = 1.67 }, { account = "b", amount = 1.67 }, { account = "c", amount = 1.66 },
})
