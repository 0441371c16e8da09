-- What a direct-reporting point earns is credited to its county, too: the one it belonged to that day.

local adopted = 3

host.on("score.post", {
  register = "information", action = "adopt", measure = "points", account = "unit", clause = "adopted",
}, function()
  return adopted
end)

host.on("score.reconcile", { register = "information", measure = "points", clause = "to the county, too" }, function(postings)
  local kept = table.clone(postings)
  for _, posting in postings do
    local unit = host.unit(posting.account, posting.on)
    if unit and unit.class == "direct" and unit.parent then
      table.insert(kept, posting:with({ account = unit.parent, clause = "to the county, too" }))
    end
  end
  return kept
end)

host.example("an item adopted", {
  point = "score.post",
  event = { register = "information", action = "adopt", on = "2023-01-05" }, record = { unit = "d" },
  expect = { { account = "d", amount = adopted } },
})

host.example("its county is credited, too", {
  point = "score.reconcile",
  postings = { { id = "1", register = "information", account = "d", measure = "points", amount = adopted, on = "2023-01-05" } },
  record = { unit = "d" }, calls = { unit = { id = "d", class = "direct", parent = "a" } },
  expect = { { account = "d", amount = adopted }, { account = "a", amount = adopted, clause = "to the county, too" } },
})
