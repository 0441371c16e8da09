-- What a leader's instruction on an item earns: the highest one, in full to each of its units.

local credit = require("std/credit")

local levels = {
  town = "instruct_town", district = "instruct_district", city = "instruct_city", province = "instruct_province",
  state = "instruct_state",
}

local rules = host.rules {
  register = "information", action = "instruct", measure = "points", tag = "instruction", clause = "instruction",
}

rules:on("score.post", {}, function(event, record)
  local figure = levels[event.fields.level]
  return credit.each(record, if figure then host.figures[figure] else 0)
end)

rules:on("score.reconcile", {}, function(postings)
  return credit.highest(postings)
end)

local day = "2023-03-12"

for _, level in { "town", "district", "city", "province", "state" } do
  local amount = host.figure(levels[level], day)
  rules:example(`an instruction of the {level} goes to each unit in full`, {
    point = "score.post",
    event = { on = day, fields = { level = level } }, record = { unit = "a", joint = { "b" } },
    expect = {
      { account = "a", measure = "points", amount = amount, tag = "instruction" },
      { account = "b", amount = amount },
    },
  })
end

local function posting(event, account, level)
  return { event = event, on = day, account = account, clause = "instruction", amount = host.figure(levels[level], day) }
end

local highest = host.figure(levels.city, day)

rules:example("of several only the highest counts, of equals the earliest", {
  point = "score.reconcile", record = { unit = "a", joint = { "b" } },
  postings = {
    posting("1", "a", "town"), posting("1", "b", "town"), posting("2", "a", "city"), posting("2", "b", "city"), posting("3", "a", "city"),
    posting("3", "b", "city"),
  },
  expect = { { event = "2", account = "a", amount = highest }, { event = "2", account = "b", amount = highest } },
})
