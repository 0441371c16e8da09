-- What a unit owes: so many items a month, in each month or on average of two.

local owed = require("lib/owed")
local settings = host.settings
local strict = settings.window == "month"

host.on("quota.target", {
  register = "information", period = if strict then "month" else "two-month", clause = "owed",
}, function(unit, period)
  local count = owed.monthly(unit, period.first)
  if count == nil then
    return nil
  end
  local target = { name = "monthly", count = count, action = "submit" }
  if not strict then
    target.window = { kind = "two-month", mode = "average" }
  end
  return { target }
end)

local january = { id = "2023-01", kind = "month", first = "2023-01-01", last = "2023-01-31" }
local both = { id = "2023-01/2", kind = "two-month", first = "2023-01-01", last = "2023-02-28" }

-- `settled` is what the code table says; false where it says nothing.
local function owes(title, class, settled, expect)
  host.example(title, {
    point = "quota.target",
    unit = { id = "a", class = class }, period = if strict then january else both, register = "information",
    calls = { table = settled }, expect = expect,
  })
end

owes("a county owes its monthly number", "county", false, { { name = "monthly", count = owed.of_class("county", january.first), action = "submit" } })
owes("a class that is not named owes none", "guest", false, host.null)
owes("what was settled with the unit goes before its class", "county", 5, { { count = 5 } })
owes("and before a class that owes none", "guest", 1, { { count = 1 } })
