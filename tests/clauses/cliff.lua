-- Fifteen items a year, or nothing.

local item, enough = 2, 15

host.on("score.post", {
  register = "information", action = "submit", measure = "points", account = "unit", clause = "an item",
}, function(event)
  return if event.nth == 1 then item else nil
end)

host.on("score.period", {
  register = "information", period = "year", measure = "points", tag = "cliff", clause = "fifteen a year or nothing",
}, function(p)
  if p:count({ action = "submit", first = true }) < enough then
    return -p:total()
  end
end)

local function year(n)
  local events, postings = {}, {}
  for i = 1, n do
    events[i] = { register = "information", action = "submit", record = tostring(i) }
    postings[i] = { account = "a", measure = "points", amount = item }
  end
  return {
    account = "a", register = "information", measure = "points", events = events, postings = postings,
    period = { id = "2023", kind = "year", first = "2023-01-01", last = "2023-12-31" },
  }
end

host.example("fourteen are nothing", {
  point = "score.period", p = year(enough - 1), expect = { { amount = -item * (enough - 1) } },
})
host.example("fifteen are enough", { point = "score.period", p = year(enough), expect = {} })
