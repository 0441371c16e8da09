-- An item that a deputy was the source of: deputy and reporter are both credited.

host.register("deputies", {
  extends = "information",
  fields = { deputy = { type = "person", label = { zh = "代表", en = "Deputy" } } },
  measures = { credit = { places = 1, account = "person", title = { zh = "个人得分", en = "Credits" } } },
})

local credits = { { field = "author", amount = 2 }, { field = "deputy", amount = 3 } }

for _, credit in credits do
  host.on("score.post", {
    register = "information", action = "adopt", measure = "credit", account = credit.field, share = "each",
    tag = credit.field, clause = `credited: {credit.field}`,
  }, function(_, record)
    return record[credit.field] and credit.amount
  end)
end

host.example("both are credited", {
  point = "score.post",
  event = { register = "information", action = "adopt", on = "2023-01-05" },
  record = { unit = "a", author = { "wang" }, deputy = "zhang" },
  expect = { { account = "wang", amount = credits[1].amount }, { account = "zhang", amount = credits[2].amount } },
})
