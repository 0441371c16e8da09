-- Quotas over windows: a county's average of two months, a direct point's last three, a committee's year in points.

local owed = {
  county = { name = "average", count = 2, window = { kind = "two-month", mode = "average" } },
  direct = { name = "rolling", count = 6, window = { kind = "quarter", rolling = true } },
}
local points_a_year = 20

host.on("quota.target", { register = "information", period = "month", clause = "monthly quotas" }, function(unit)
  return owed[unit.class] and { owed[unit.class] }
end)

host.on("quota.target", {
  register = "information", period = "year", match = { class = "committee" }, clause = "a year in points",
}, function()
  return { { name = "points", points = points_a_year } }
end)

host.example("a direct point owes the last three months", {
  point = "quota.target", unit = { id = "d", class = "direct" }, register = "information",
  period = { id = "2023-03", kind = "month", first = "2023-03-01", last = "2023-03-31" },
  expect = { owed.direct },
})
