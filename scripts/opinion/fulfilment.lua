-- How quotas were met, period by period: shown beside the rank, and required where the office says so.

local owed = require("lib/owed")

local rules = host.rules { register = "information", measure = "fulfilment", clause = "fulfilment" }

rules:on("score.period", { period = owed.period }, function(p)
  if #p.quotas == 0 then
    return nil
  end
  for _, quota in p.quotas do
    if not quota.met then
      return { amount = -1, tag = "missed" }
    end
  end
  return { amount = 1, tag = "met" }
end)

local function quota(met)
  return { name = "submit", count = 2, have = if met then 2 else 1, short = if met then 0 else 1, met = met }
end

rules:examples {
  point = "score.period",
  p = {
    account = "a", unit = { id = "a", class = "committee" },
    period = { id = "2023", kind = owed.period, first = "2023-03-01", last = "2023-04-30" },
  },
  { "all of it was met", p = { quotas = { quota(true), quota(true) } }, expect = { { account = "a", amount = 1, tag = "met" } } },
  { "a part was not", p = { quotas = { quota(true), quota(false) } }, expect = { { account = "a", amount = -1, tag = "missed" } } },
  { "who owes nothing has met nothing", expect = {} },
}
