-- The year's best: first by total points, then by adoption points, no unit twice, each pool apart.

local settings = host.settings

for _, pool in settings.pools do
  host.on("award.select", {
    register = "information", period = "year", clause = "total",
  }, function(s)
    local list = s:standing({ measure = "points", pool = pool })
    return s:take(list, settings.by_total, { award = "total-" .. pool })
  end)

  host.on("award.select", {
    register = "information", period = "year", clause = "adoption",
  }, function(s)
    local list = s:standing({ measure = "points", tag = "adoption", pool = pool })
    return s:take(list, settings.by_adoption, { award = "adoption-" .. pool, taken = settings.taken })
  end)
end

local function row(account, pool, amount, adoption)
  return { account = account, pool = pool, measure = "points", amount = amount, tags = { adoption = adoption } }
end
local year = { id = "2023", kind = "year", first = "2023-01-01", last = "2023-12-31" }

host.example("A and B lead the total, A also adoption: the next takes it", {
  point = "award.select",
  s = {
    register = "information", period = year,
    rows = { row("a", "units", 90, 60), row("b", "units", 80, 20), row("c", "units", 70, 40), row("d", "direct", 95, 70) },
  },
  expect = {
    { account = "a", award = "total-units" },
    { account = "b", award = "total-units" },
    { account = "c", award = "adoption-units" },
    { account = "d", award = "total-direct" },
  },
})

host.example("a tie at the cut asks for a decision", {
  point = "award.select",
  s = {
    register = "information", period = year,
    rows = { row("a", "units", 90, 60), row("b", "units", 80, 20), row("c", "units", 80, 40) },
  },
  expect = {
    { account = "a" },
    { award = "total-units", pending = { candidates = { "b", "c" }, places = 1 } },
    { award = "adoption-units", pending = { waits = true } },
    { award = "total-direct", pending = { waits = true } },
    { award = "adoption-direct", pending = { waits = true } },
  },
})
