-- What an adoption earns: its units points, its authors points of their own.

local worth = require("lib/worth")

local rules = host.rules { register = "information", action = "adopt", measure = "points", tag = "adoption" }
local authors = rules:with { measure = "author", account = "author", share = "split" }

-- A handler for each clause, so that rules and figures are listed by it.
for _, clause in { "adoption-city", "adoption-province", "adoption-site", "adoption-party" } do
  rules:on("score.post", { clause = clause }, function(event, record)
    local said, figure = worth.adopted(event.fields.carrier, record)
    return if said == clause then worth.to_units(record, host.figures[figure]) else nil
  end)
  authors:on("score.post", { clause = clause }, function(event, record)
    local said, figure = worth.adopted(event.fields.carrier, record)
    return if said == clause then worth.to_authors(record, host.figures[figure]) else nil
  end)
end

-- Every figure of the table has an example on either side of the new version, so that the two are compared by them.
local function case(title, carrier, kind, on, record)
  record = record or {}
  record.unit, record.kind = "a", kind
  local clause, figure = worth.figure(worth.carriers[carrier] or worth.party, record)
  local amount = host.figure(figure, on)
  local expect = {}
  if amount then
    for n, unit in { "a", table.unpack(record.joint or {}) } do
      local part = if host.settings.joint == "split" and record.joint then amount / 2 else amount
      expect[n] = { account = unit, measure = "points", amount = part, tag = "adoption", clause = clause }
    end
    for _, author in record.author or {} do
      table.insert(expect, { account = author, measure = "author", amount = amount / #record.author, tag = "adoption" })
    end
  end
  rules:example(title, {
    point = "score.post",
    event = { on = on, nth = 2, fields = { carrier = carrier } },
    record = record,
    expect = expect,
  })
end

local all = { "journal", "special", "voice", "province-journal", "province-special", "province-voice", "site", "daily", "digest" }
for _, on in { "2022-12-31", "2023-01-01" } do
  for _, carrier in all do
    local both = carrier == "journal" or carrier == "province-journal"
    for _, kind in if both then { "dynamic", "research" } else { "research" } do
      case(`{carrier}, {kind}, {on}`, carrier, kind, on)
    end
  end
end
case("a joint item", "special", "voice", "2023-05-08", { joint = { "b" } })

rules:examples {
  point = "score.post",
  event = { on = "2023-05-08", nth = 2 }, record = { unit = "a", kind = "research" },
  {
    "a carrier that the Opinion does not name earns nothing",
    event = { fields = { carrier = "newspaper" } }, expect = {},
  },
  { "nor does an adoption that names none", expect = {} },
  {
    "whatever the provincial party committee issues is its carrier",
    event = { fields = { carrier = "brief-of-the-party" } },
    calls = { choice = { id = "brief-of-the-party", data = { issuer = "party", level = "province" } } },
    expect = { { account = "a", amount = host.figure("adopt_party", "2023-05-08"), clause = "adoption-party" } },
  },
}
