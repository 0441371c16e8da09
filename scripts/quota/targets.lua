-- What a unit owes: so many items a month, by its class; in each month, or on average of two.

local settings = host.settings
local strict = settings.window == "month"

host.on("quota.target", {
  register = "information", period = if strict then "month" else "two-month", clause = "owed",
}, function(unit)
  local owed = settings.monthly[unit.class]
  if owed == nil then
    return nil
  end
  local target = { name = "monthly", count = owed, action = "submit" }
  if not strict then
    target.window = { kind = "two-month", mode = "average" }
  end
  return { target }
end)

host.example("a county owes its monthly number", {
  point = "quota.target",
  unit = { id = "a", class = "county" }, period = {}, register = "information",
  expect = { { name = "monthly", count = settings.monthly.county, action = "submit" } },
})

host.example("a class that is not named owes none", {
  point = "quota.target",
  unit = { id = "a", class = "guest" }, period = {}, register = "information",
  expect = host.null,
})
