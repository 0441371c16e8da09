-- Fees of an adopted item: a base by its class, and lines stacked on it, each its own. Yuan, shared by the authors.

local depth = require("lib/depth")
local worth = require("lib/worth")

local base = { dynamic = "fee_dynamic", deep = "fee_deep" }
local instructed = { city = "fee_instruct_city", province = "fee_instruct_province" }

local rules = host.rules { register = "information", measure = "fee", account = "author", share = "split" }

rules:on("score.post", { action = "adopt", tag = "base", clause = "fee-base" }, function(event, record)
  return if event.nth == 1 then worth.to_authors(record, host.figures[base[depth.of(record)]]) else nil
end)

rules:on("score.post", { action = "adopt", tag = "party", clause = "fee-party" }, function(event, record)
  local carrier = event.fields.carrier
  return if carrier and worth.is_party(carrier) then worth.to_authors(record, host.figures.fee_party) else nil
end)

rules:on("score.post", { action = "instruct", tag = "instruction", clause = "fee-instruction" }, function(event, record)
  local figure = instructed[event.fields.level]
  return if figure then worth.to_authors(record, host.figures[figure]) else nil
end)

local on = "2023-05-06"

-- Beside the fees, which are looked at here, the authors get points.
local function case(title, action, nth, fields, kind, fees, points)
  local record = { unit = "a", kind = kind, author = { "wang" } }
  local expect = {}
  for _, fee in fees do
    table.insert(expect, { account = "wang", measure = "fee", amount = host.figure(fee[1], on), tag = fee[2] })
  end
  if points then
    -- By the names of the files.
    local at = if action == "adopt" then 1 else #expect + 1
    table.insert(expect, at, { account = "a", measure = "points" })
    table.insert(expect, at + 1, { account = "wang", measure = "author" })
  end
  rules:example(title, {
    point = "score.post",
    event = { action = action, on = on, nth = nth, fields = fields },
    record = record, expect = expect,
  })
end

case("the base of a dynamic item", "adopt", 1, { carrier = "newspaper" }, "dynamic", { { "fee_dynamic", "base" } })
case("that of a deep one", "adopt", 1, { carrier = "newspaper" }, "research", { { "fee_deep", "base" } })
case("adopted by the province's site is not adopted by its party committee", "adopt", 2, { carrier = "site" }, "dynamic", {}, true)
case("its carrier's line", "adopt", 2, { carrier = "digest" }, "dynamic", { { "fee_party", "party" } }, true)
case("a base and that line at once are two lines", "adopt", 1, { carrier = "daily" }, "dynamic", { { "fee_dynamic", "base" }, { "fee_party", "party" } }, true)
case("the line of a city leader", "instruct", 1, { level = "city" }, "dynamic", { { "fee_instruct_city", "instruction" } }, true)
case("that of a provincial leader", "instruct", 1, { level = "province" }, "dynamic", { { "fee_instruct_province", "instruction" } }, true)
case("a county's own leader has none", "instruct", 1, { level = "district" }, "dynamic", {})
