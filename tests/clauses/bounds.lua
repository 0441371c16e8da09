-- A month: a base for every unit and a cap; for direct-reporting points a floor and no ceiling.

local adopted, returned = 5, -4
local base, cap, floor = 10, 30, -5

local function worth(action, amount)
  host.on("score.post", {
    register = "information", action = action, measure = "points", account = "unit", clause = action,
  }, function()
    return amount
  end)
end
worth("adopt", adopted)
worth("return", returned)

local function month(class, tag, clause, addition)
  host.on("score.period", {
    register = "information", period = "month", measure = "points", match = { class = class }, tag = tag, clause = clause,
  }, addition)
end

month("county", "base", "a base", function()
  return base
end)
-- Registered later, so it sees the base.
month("county", "cap", "a cap", function(p)
  local over = p:total() - cap
  return if over > 0 then -over else nil
end)
month("direct", "floor", "a floor and no ceiling", function(p)
  local below = floor - p:total()
  return if below > 0 then below else nil
end)

local function case(title, class, total, expect)
  host.example(title, {
    point = "score.period",
    p = {
      account = "a", register = "information", measure = "points", unit = { id = "a", class = class },
      period = { id = "2023-01", kind = "month", first = "2023-01-01", last = "2023-01-31" },
      postings = { { account = "a", measure = "points", amount = total } },
    },
    expect = expect,
  })
end
case("the cap sees the base", "county", 25, { { amount = base }, { amount = -5 } })
case("below the cap", "county", 15, { { amount = base } })
case("below the floor", "direct", -8, { { amount = 3 } })
case("no ceiling", "direct", 200, {})
