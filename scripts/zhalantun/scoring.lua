-- Zhalantun city, 2023: so many points for an item submitted, so many for one adopted.

local credit = require("information/lib/credit")

local points = { submission = 5, adoption = 10 }

host.on("score.post", {
  register = "information", action = "submit", measure = "points", tag = "submission",
  clause = "submission",
}, function(event, record)
  -- An item that was returned and comes again is the same item.
  if event.nth == 1 then
    return credit.each(record, points.submission)
  end
end)

host.on("score.post", {
  register = "information", action = "adopt", measure = "points", tag = "adoption",
  clause = "adoption",
}, function(_, record)
  return credit.each(record, points.adoption)
end)

host.example("an item submitted", {
  point = "score.post",
  event = { register = "information", action = "submit", on = "2023-01-05" }, record = { unit = "unit-1" },
  expect = { { account = "unit-1", measure = "points", amount = points.submission, tag = "submission" } },
})

host.example("a resubmission counts once", {
  point = "score.post",
  event = { register = "information", action = "submit", on = "2023-01-09", nth = 2 }, record = { unit = "unit-1" },
  expect = {},
})

host.example("an item adopted", {
  point = "score.post",
  event = { register = "information", action = "adopt", on = "2023-02-14" }, record = { unit = "unit-1" },
  expect = { { account = "unit-1", measure = "points", amount = points.adoption, tag = "adoption" } },
})

host.example("every unit of a merged piece is credited in full", {
  point = "score.post",
  event = { register = "information", action = "adopt", on = "2023-02-14" },
  record = { unit = "unit-1", joint = { "unit-2", "unit-3" } },
  expect = {
    { account = "unit-1", amount = points.adoption },
    { account = "unit-2", amount = points.adoption },
    { account = "unit-3", amount = points.adoption },
  },
})
