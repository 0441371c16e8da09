-- Zhalantun city, 2023: so many points for an item submitted, so many for one adopted.

local credit = require("std/credit")

local rules = host.rules { register = "information", measure = "points" }

rules:on("score.post", { action = "submit", tag = "submission", clause = "submission" }, function(event, record)
  -- An item that was returned and comes again is the same item.
  if event.nth == 1 then
    return credit.each(record, host.figures.submission)
  end
end)

rules:on("score.post", { action = "adopt", tag = "adoption", clause = "adoption" }, function(_, record)
  return credit.each(record, host.figures.adoption)
end)

local submission, adoption = host.figure("submission", "2023-01-05"), host.figure("adoption", "2023-02-14")

rules:examples {
  point = "score.post", event = { action = "submit", on = "2023-01-05" }, record = { unit = "unit-1" },
  {
    "an item submitted",
    expect = { { account = "unit-1", measure = "points", amount = submission, tag = "submission" } },
  },
  { "a resubmission counts once", event = { on = "2023-01-09", nth = 2 }, expect = {} },
}

rules:examples {
  point = "score.post", event = { action = "adopt", on = "2023-02-14" }, record = { unit = "unit-1" },
  {
    "an item adopted",
    expect = { { account = "unit-1", measure = "points", amount = adoption, tag = "adoption" } },
  },
  {
    "every unit of a merged piece is credited in full",
    record = { joint = { "unit-2", "unit-3" } },
    expect = {
      { account = "unit-1", amount = adoption }, { account = "unit-2", amount = adoption }, { account = "unit-3", amount = adoption },
    },
  },
}
