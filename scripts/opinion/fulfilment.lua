-- How quotas were met, period by period: shown beside the rank, and required where the office says so.

local owed = require("lib/owed")

host.on("score.period", { register = "information", measure = "fulfilment", period = owed.period, clause = "fulfilment" }, function(p)
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

local function case(title, quotas, expect)
  host.example(title, {
    point = "score.period",
    p = {
      account = "a", unit = { id = "a", class = "committee" }, register = "information", measure = "fulfilment",
      period = { id = "2023", kind = owed.period, first = "2023-03-01", last = "2023-04-30" },
      events = {}, postings = {}, quotas = quotas,
    },
    expect = expect,
  })
end

case("all of it was met", { quota(true), quota(true) }, { { account = "a", amount = 1, tag = "met" } })
case("a part was not", { quota(true), quota(false) }, { { account = "a", amount = -1, tag = "missed" } })
case("who owes nothing has met nothing", {}, {})
