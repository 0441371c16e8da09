-- An item that several levels adopt: only the highest counts; of research the best two, each once.

local by_level = { district = 10, city = 20, province = 30, state = 50 }
-- How many levels of an item count, by its kind.
local counted = { research = 2, other = 1 }

host.on("score.post", {
  register = "information", action = "adopt", measure = "points", account = "unit", tag = "adoption",
  clause = "by level",
}, function(event)
  local level = event.fields.level
  return by_level[level] and { amount = by_level[level], data = { level = level } }
end)

host.on("score.reconcile", {
  register = "information", measure = "points", tag = "adoption", clause = "highest only",
}, function(postings, record)
  local best = table.clone(postings)
  table.sort(best, function(a, b)
    return a.amount > b.amount
  end)
  local left, seen, kept = counted[record.kind] or counted.other, {}, {}
  for _, posting in best do
    local level = posting.data.level
    if left > 0 and not seen[level] then
      seen[level] = true
      left -= 1
      table.insert(kept, posting)
    end
  end
  return kept
end)

local function posting(level)
  return {
    register = "information", account = "a", measure = "points", tag = "adoption",
    amount = by_level[level], data = { level = level },
  }
end
local all = { posting("city"), posting("province"), posting("province"), posting("district") }

host.example("only the highest level counts", {
  point = "score.reconcile", postings = all, record = { kind = "dynamic" },
  expect = { { amount = by_level.province } },
})

host.example("of research the best two levels count, each once", {
  point = "score.reconcile", postings = all, record = { kind = "research" },
  expect = { { amount = by_level.province }, { amount = by_level.city } },
})
