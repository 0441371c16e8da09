-- What a leader's instruction on an item earns, by the leader's level.

local worth = require("lib/worth")

local rules = host.rules {
  register = "information", action = "instruct", match = { level = { "city", "province" } },
  measure = "points", tag = "instruction", clause = "instruction",
}
local authors = rules:with { measure = "author", account = "author", share = "split" }

rules:on("score.post", {}, function(event, record)
  return worth.to_units(record, host.figures[worth.instructed(event.fields.level)])
end)

authors:on("score.post", {}, function(event, record)
  return worth.to_authors(record, host.figures[worth.instructed(event.fields.level)])
end)

for _, on in { "2022-12-31", "2023-01-01" } do
  for _, level in { "city", "province" } do
    rules:example(`an instruction of the {level}, {on}`, {
      point = "score.post", event = { on = on, fields = { level = level } }, record = { unit = "a", kind = "dynamic" },
      expect = { { account = "a", measure = "points", amount = host.figure(worth.instructed(level), on), tag = "instruction" } },
    })
  end
end

rules:example("one of a county's own leader is not the Opinion's", {
  point = "score.post",
  event = { on = "2023-05-08", fields = { level = "district" } }, record = { unit = "a", kind = "dynamic" }, expect = {},
})
