-- What an adoption earns: by its level, or else by its carrier, shared by the units of a joint item.

local credit = require("information/lib/credit")

local carriers = {
  journal = 3, special = 5, proposal = 6, research = 6, digest = 8, selected = 4, newspaper = 1, daily = 0.2,
}
local brief = { before = 2, since = 2.5 }
local levels = { city = 5, province = 10, state = 30 }
-- The unit's part, and that of each joint unit.
local parts = { 3, 2 }
-- Of several levels so many count, each once.
local counted = 2

local function rule(clause, more)
  local options = { register = "information", action = "adopt", measure = "points", tag = "adoption", clause = clause }
  for name, value in more or {} do
    options[name] = value
  end
  return options
end

host.on("score.post", rule("carrier"), function(event, record)
  local form = event.fields
  if levels[form.level] or form.carrier == "brief" then
    return nil
  end
  return credit.split(record, carriers[form.carrier] or 0, parts)
end)

local function in_brief(amount)
  return function(event, record)
    if levels[event.fields.level] == nil then
      return credit.split(record, amount, parts)
    end
  end
end

local function brief_rule(clause, effective)
  return rule(clause, { match = { carrier = "brief" }, rule = "city.brief", effective = effective })
end

host.on("score.post", brief_rule("brief-before", { to = "2023-06-30" }), in_brief(brief.before))
host.on("score.post", brief_rule("brief-since", { from = "2023-07-01" }), in_brief(brief.since))

host.on("score.post", rule("level"), function(event, record)
  local level = event.fields.level
  if levels[level] == nil then
    return nil
  end
  local postings = credit.split(record, levels[level], parts)
  for _, posting in postings do
    posting.data = { level = level }
  end
  return postings
end)

-- After the bonus of urgent items, which asks for the first adoption, counted or not.
host.on("score.reconcile", {
  register = "information", measure = "points", tag = "adoption", clause = "level", priority = 20,
}, function(postings)
  local first, found = {}, {}
  for _, posting in postings do
    local level = posting.clause == "level" and posting.data.level
    if level and first[level] == nil then
      first[level] = posting.event
      table.insert(found, level)
    end
  end
  table.sort(found, function(a, b)
    return levels[a] > levels[b]
  end)
  for n = counted + 1, #found do
    first[found[n]] = nil
  end
  local kept = {}
  for _, posting in postings do
    if posting.clause ~= "level" or first[posting.data.level] == posting.event then
      table.insert(kept, posting)
    end
  end
  return kept
end)

local function case(title, fields, expect, on, joint)
  host.example(title, {
    point = "score.post",
    event = { register = "information", action = "adopt", on = on or "2023-03-12", fields = fields },
    record = { unit = "a", joint = joint },
    expect = expect,
  })
end

local function one(amount, clause)
  return { { account = "a", measure = "points", amount = amount, tag = "adoption", clause = clause } }
end

-- Every figure of the tables has an example of its own, so that versions can be compared by them.
for _, carrier in { "journal", "special", "proposal", "research", "digest", "selected", "newspaper", "daily" } do
  case(`adopted: {carrier}`, { carrier = carrier }, one(carriers[carrier], "carrier"))
end
case("a carrier that no clause names", { carrier = "wall" }, one(0, "carrier"))
for _, level in { "city", "province", "state" } do
  case(`adopted by the {level}`, { level = level }, one(levels[level], "level"))
end
case("a level goes before a carrier", { level = "province", carrier = "digest" }, one(levels.province, "level"))
case("and before the brief", { level = "province", carrier = "brief" }, one(levels.province, "level"))
case("a district is no such level", { level = "district", carrier = "journal" }, one(carriers.journal, "carrier"))
case("the brief on the last day of June", { carrier = "brief" }, one(brief.before, "brief-before"), "2023-06-30")
case("the brief on the first day of July", { carrier = "brief" }, one(brief.since, "brief-since"), "2023-07-01")
case("two units share 3:2", { carrier = "special" }, { { account = "a", amount = 3 }, { account = "b", amount = 2 } }, nil, { "b" })
case("three share 3:2:2 without losing any", { carrier = "daily" }, {
  { account = "a", amount = 0.08 }, { account = "b", amount = 0.06 }, { account = "c", amount = 0.06 },
}, nil, { "b", "c" })

local function posting(event, level)
  return {
    register = "information", action = "adopt", event = event, on = "2023-03-12", account = "a", measure = "points",
    tag = "adoption", amount = if level then levels[level] else carriers.journal,
    clause = if level then "level" else "carrier", data = level and { level = level },
  }
end

host.example("of three levels the two highest count, each once, and every carrier", {
  point = "score.reconcile", record = { unit = "a" },
  postings = {
    posting("1", "city"), posting("2"), posting("3", "province"), posting("4"), posting("5", "province"), posting("6", "state"),
  },
  calls = { unit = { id = "a", class = "county" } },
  expect = {
    { event = "2", amount = carriers.journal }, { event = "3", amount = levels.province },
    { event = "4", amount = carriers.journal }, { event = "6", amount = levels.state },
  },
})
