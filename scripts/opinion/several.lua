-- Where an office has it so, only the highest adoption, or the highest instruction, of an item counts.

local credit = require("information/lib/credit")
local settings = host.settings

local rules = { { "adoption", settings.several, "adoption-city" }, { "instruction", settings.instructions, "instruction" } }
for _, rule in rules do
  local tag, how, clause = rule[1], rule[2], rule[3]
  host.on("score.reconcile", { register = "information", measure = "points", tag = tag, clause = clause }, function(postings)
    return if how == "highest" then credit.highest(postings) else postings
  end)
end

local function posting(event, account, amount)
  return {
    register = "information", action = "adopt", event = event, on = "2023-03-12", account = account, measure = "points",
    tag = "adoption", clause = "adoption-city", amount = amount,
  }
end

local three = { posting("1", "a", 2), posting("2", "a", 20), posting("3", "a", 20) }
host.example("several adoptions of an item", {
  point = "score.reconcile", record = { unit = "a" }, postings = three,
  expect = if settings.several == "highest" then { { event = "2" } } else { { event = "1" }, { event = "2" }, { event = "3" } },
})
