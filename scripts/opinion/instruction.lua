-- What a leader's instruction on an item earns, by the leader's level.

local worth = require("lib/worth")

local function rule(measure)
  local options = {
    register = "information", action = "instruct", match = { level = { "city", "province" } },
    measure = measure, tag = "instruction", clause = "instruction",
  }
  if measure == "author" then
    options.account, options.share = "author", "split"
  end
  return options
end

host.on("score.post", rule("points"), function(event, record)
  return worth.to_units(record, host.figures[worth.instructed(event.fields.level)])
end)

host.on("score.post", rule("author"), function(event, record)
  return worth.to_authors(record, host.figures[worth.instructed(event.fields.level)])
end)

for _, on in { "2022-12-31", "2023-01-01" } do
  for _, level in { "city", "province" } do
    host.example(`an instruction of the {level}, {on}`, {
      point = "score.post",
      event = { register = "information", action = "instruct", on = on, fields = { level = level } },
      record = { unit = "a", kind = "dynamic" },
      expect = { { account = "a", measure = "points", amount = host.figure(worth.instructed(level), on), tag = "instruction" } },
    })
  end
end

host.example("one of a county's own leader is not the Opinion's", {
  point = "score.post",
  event = { register = "information", action = "instruct", on = "2023-05-08", fields = { level = "district" } },
  record = { unit = "a", kind = "dynamic" }, expect = {},
})
