-- What a leader's instruction on an item earns: the highest one, in full to each of its units.

local credit = require("information/lib/credit")

local levels = { town = 3, district = 5, city = 10, province = 20, state = 30 }

host.on("score.post", {
  register = "information", action = "instruct", measure = "points", tag = "instruction", clause = "instruction",
}, function(event, record)
  return credit.each(record, levels[event.fields.level] or 0)
end)

host.on("score.reconcile", {
  register = "information", measure = "points", tag = "instruction", clause = "instruction",
}, function(postings)
  return credit.highest(postings)
end)

for _, level in { "town", "district", "city", "province", "state" } do
  host.example(`an instruction of the {level} goes to each unit in full`, {
    point = "score.post",
    event = { register = "information", action = "instruct", on = "2023-03-12", fields = { level = level } },
    record = { unit = "a", joint = { "b" } },
    expect = {
      { account = "a", measure = "points", amount = levels[level], tag = "instruction" },
      { account = "b", amount = levels[level] },
    },
  })
end

local function posting(event, account, level)
  return {
    register = "information", action = "instruct", event = event, on = "2023-03-12", account = account,
    measure = "points", tag = "instruction", clause = "instruction", amount = levels[level],
  }
end

host.example("of several only the highest counts, of equals the earliest", {
  point = "score.reconcile", record = { unit = "a", joint = { "b" } },
  postings = {
    posting("1", "a", "town"), posting("1", "b", "town"), posting("2", "a", "city"), posting("2", "b", "city"), posting("3", "a", "city"),
    posting("3", "b", "city"),
  },
  expect = { { event = "2", account = "a", amount = levels.city }, { event = "2", account = "b", amount = levels.city } },
})
