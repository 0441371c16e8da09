-- The year's budget of fees: who adds one once it is nearly used up is warned, and never stopped.

local budget, warn_from = host.settings.budget, host.settings.warn_from

-- Of the year's fees so far, and those that the action would add.
host.on("action.guard", { register = "information", action = { "adopt", "instruct" }, clause = "budget" }, function(_, _, ctx)
  local used = ctx.totals.fee or 0
  local coming = 0
  for _, posting in ctx.postings or {} do
    if posting.measure == "fee" then
      coming = host.sum({ coming, posting.amount })
    end
  end
  if budget > 0 and coming > 0 and host.sum({ used, coming }) >= budget * warn_from / 100 then
    return {
      level = "warning",
      text = `稿酬预算 {budget} 元，已用 {used} 元，本次 {coming} 元 · Of the budget of {budget} yuan {used} are used, and this adds {coming}.`,
    }
  end
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
