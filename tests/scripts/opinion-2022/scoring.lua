-- An opinion of 2022, as the year after found it.

-- What an adopted item is worth, by its kind. Each row is an example, so that a comparison shows it.
local by_kind = {
  dynamic = 2,
  routine = 3,
  research = 10,
  voice = 4,
  commissioned = 4,
  problem = 6,
}

host.on("score.post", {
  register = "information", action = "adopt", measure = "points", account = "unit", tag = "adoption",
  rule = "opinion", effective = { to = "2022-12-31" }, clause = "art-5-2",
}, function(_, record)
  return by_kind[record.kind]
end)

for kind, amount in by_kind do
  host.example(kind, {
    point = "score.post",
    event = { register = "information", action = "adopt", on = "2022-06-10" }, record = { unit = "a", kind = kind },
    expect = { { account = "a", measure = "points", amount = amount } },
  })
end
