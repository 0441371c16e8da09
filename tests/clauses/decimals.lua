-- Small amounts that must add up exactly: a fifth for an item, two and a half when it is adopted.

local worth = { submit = 0.2, adopt = 2.5 }

for _, action in { "submit", "adopt" } do
  host.on("score.post", {
    register = "information", action = action, measure = "points", account = "unit", clause = action,
  }, function(event)
    return worth[event.action]
  end)
end

host.example("a fifth", {
  point = "score.post",
  event = { register = "information", action = "submit", on = "2023-01-05" }, record = { unit = "a" },
  expect = { { account = "a", amount = worth.submit } },
})
