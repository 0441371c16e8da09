-- The opinion as amended for 2023: one kind is new, four are worth more, one is worth less.

-- What an adopted item is worth, by its kind. Each row is an example, so that a comparison shows it.
local by_kind = {
  dynamic = 2,
  routine = 5,
  research = 12,
  voice = 5,
  commissioned = 6,
  problem = 5,
  opinion = 5,
}

host.on("score.post", {
  register = "information", action = "adopt", measure = "points", account = "unit", tag = "adoption",
  rule = "opinion", effective = { from = "2023-01-01" }, clause = "art-5-2",
}, function(_, record)
  return by_kind[record.kind]
end)

for kind, amount in by_kind do
  host.example(kind, {
    point = "score.post",
    event = { register = "information", action = "adopt", on = "2023-06-10" }, record = { unit = "a", kind = kind },
    expect = { { account = "a", measure = "points", amount = amount } },
  })
end
