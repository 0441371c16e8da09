-- The year's budget of fees: who adds one once it is nearly used up is warned, and never stopped.

local M = {}

--- The warning, from so many percent of a budget on; nil where there is nothing to say. `ctx` is a guard's.
function M.warning(ctx, budget, warn_from)
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
      text = { zh = `稿酬预算 {budget} 元，已用 {used} 元，本次 {coming} 元`, en = `Of the budget of {budget} yuan {used} are used, and this adds {coming}.` },
    }
  end
  return nil
end

return M
