-- Where an office has it so, only the highest adoption, or the highest instruction, of an item counts.

local credit = require("std/credit")
local settings = host.settings

local rules = host.rules { register = "information", measure = "points" }

local counted = { { "adoption", settings.several, "adoption-city" }, { "instruction", settings.instructions, "instruction" } }
for _, one in counted do
  local tag, how, clause = one[1], one[2], one[3]
  rules:on("score.reconcile", { tag = tag, clause = clause }, function(postings)
    return if how == "highest" then credit.highest(postings) else postings
  end)
end

local function posting(event, account, amount, tag)
  return {
    action = "adopt", event = event, on = "2023-03-12", account = account,
    tag = tag or "adoption", clause = "adoption-city", amount = amount,
  }
end

rules:example("several instructions on an item", {
  point = "score.reconcile", record = { unit = "a" }, postings = { posting("1", "a", 10, "instruction"), posting("2", "a", 30, "instruction") },
  expect = if settings.instructions == "highest" then { { event = "2" } } else { { event = "1" }, { event = "2" } },
})

local three = { posting("1", "a", 2), posting("2", "a", 20), posting("3", "a", 20) }
rules:example("several adoptions of an item", {
  point = "score.reconcile", record = { unit = "a" }, postings = three,
  expect = if settings.several == "highest" then { { event = "2" } } else { { event = "1" }, { event = "2" }, { event = "3" } },
})
