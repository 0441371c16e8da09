-- The year's budget of fees: who adds one once it is nearly used up is warned, and never stopped.

local lib = require("lib/budget")
local budget, warn_from = host.settings.budget, host.settings.warn_from

-- Of the year's fees so far, and those that the action would add.
host.on("action.guard", { register = "information", action = { "adopt", "instruct" }, clause = "budget" }, function(_, _, ctx)
  return lib.warning(ctx, budget, warn_from)
end)

local function case(title, used, fee, expect)
  host.example(title, {
    point = "action.guard",
    event = { register = "information", action = "adopt", on = "2023-05-06" }, record = { unit = "a" },
    ctx = { totals = { fee = used }, postings = { { account = "wang", measure = "fee", amount = fee } }, deadlines = {} },
    expect = expect,
  })
end

local edge = budget * warn_from / 100
case("nearly used up", edge, 30, { { level = "warning" } })
case("enough is left", edge - 31, 30, {})
