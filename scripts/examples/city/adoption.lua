-- What an adoption earns: by its level, or else by its carrier, shared by the units of a joint item.

local credit = require("std/credit")

local carriers = {
  journal = "journal", special = "special", proposal = "proposal", research = "research", digest = "digest",
  selected = "selected", newspaper = "newspaper", daily = "daily",
}
local levels = { city = "level_city", province = "level_province", state = "level_state" }
-- Of several levels so many count, each once.
local counted = 2

local rules = host.rules { register = "information", action = "adopt", measure = "points", tag = "adoption" }

-- The unit's part, and that of each joint unit.
local function shared(record, amount)
  return credit.split(record, amount, { host.figures.part_unit, host.figures.part_joint })
end

rules:on("score.post", { clause = "carrier" }, function(event, record)
  local form = event.fields
  if levels[form.level] or form.carrier == "brief" then
    return nil
  end
  local figure = carriers[form.carrier]
  return shared(record, if figure then host.figures[figure] else 0)
end)

local brief = rules:with { match = { carrier = "brief" }, rule = "city.brief" }

local function in_brief(event, record)
  return if levels[event.fields.level] then nil else shared(record, host.figures.brief)
end

brief:on("score.post", { clause = "brief-before", effective = { to = "2023-06-30" } }, in_brief)
brief:on("score.post", { clause = "brief-since", effective = { from = "2023-07-01" } }, in_brief)

rules:on("score.post", { clause = "level" }, function(event, record)
  local level = event.fields.level
  if levels[level] == nil then
    return nil
  end
  local amount = host.figures[levels[level]]
  local postings = shared(record, amount)
  for _, posting in postings do
    posting.data = { level = level, worth = amount }
  end
  return postings
end)

rules:on("score.reconcile", { clause = "level" }, function(postings)
  local first, found = {}, {}
  for _, posting in postings do
    local data = posting.clause == "level" and posting.data
    if data and first[data.level] == nil then
      first[data.level] = posting.event
      table.insert(found, data)
    end
  end
  table.sort(found, function(a, b)
    return a.worth > b.worth
  end)
  for n = counted + 1, #found do
    first[found[n].level] = nil
  end
  local kept = {}
  for _, posting in postings do
    if posting.clause ~= "level" or first[posting.data.level] == posting.event then
      table.insert(kept, posting)
    end
  end
  return kept
end)

local day = "2023-03-12"

local function worth(figure, on)
  return host.figure(figure, on or day)
end

local function one(amount, clause)
  return { { account = "a", measure = "points", amount = amount, tag = "adoption", clause = clause } }
end

-- Every figure of the tables has an example of its own, so that versions can be compared by them.
local tables = { point = "score.post", event = { on = day }, record = { unit = "a" } }
for _, carrier in { "journal", "special", "proposal", "research", "digest", "selected", "newspaper", "daily" } do
  table.insert(tables, {
    `adopted: {carrier}`, event = { fields = { carrier = carrier } }, expect = one(worth(carriers[carrier]), "carrier"),
  })
end
for _, level in { "city", "province", "state" } do
  table.insert(tables, {
    `adopted by the {level}`, event = { fields = { level = level } }, expect = one(worth(levels[level]), "level"),
  })
end
rules:examples(tables)

rules:examples {
  point = "score.post", event = { on = day }, record = { unit = "a" },
  { "a carrier that no clause names", event = { fields = { carrier = "wall" } }, expect = one(0, "carrier") },
  {
    "a level goes before a carrier",
    event = { fields = { level = "province", carrier = "digest" } }, expect = one(worth(levels.province), "level"),
  },
  {
    "and before the brief",
    event = { fields = { level = "province", carrier = "brief" } }, expect = one(worth(levels.province), "level"),
  },
  {
    "a district is no such level",
    event = { fields = { level = "district", carrier = "journal" } }, expect = one(worth("journal"), "carrier"),
  },
  {
    "the brief on the last day of June",
    event = { on = "2023-06-30", fields = { carrier = "brief" } }, expect = one(worth("brief", "2023-06-30"), "brief-before"),
  },
  {
    "the brief on the first day of July",
    event = { on = "2023-07-01", fields = { carrier = "brief" } }, expect = one(worth("brief", "2023-07-01"), "brief-since"),
  },
  {
    "two units share 3:2",
    event = { fields = { carrier = "special" } }, record = { joint = { "b" } },
    expect = { { account = "a", amount = 3 }, { account = "b", amount = 2 } },
  },
  {
    "three share 3:2:2 without losing any",
    event = { fields = { carrier = "daily" } }, record = { joint = { "b", "c" } },
    expect = { { account = "a", amount = 0.08 }, { account = "b", amount = 0.06 }, { account = "c", amount = 0.06 } },
  },
}

local function posting(event, level)
  local amount = worth(if level then levels[level] else "journal")
  return {
    event = event, on = day, account = "a", amount = amount,
    clause = if level then "level" else "carrier", data = if level then { level = level, worth = amount } else nil,
  }
end

rules:example("of three levels the two highest count, each once, and every carrier", {
  point = "score.reconcile", record = { unit = "a" },
  postings = {
    posting("1", "city"), posting("2"), posting("3", "province"), posting("4"), posting("5", "province"), posting("6", "state"),
  },
  calls = { unit = { id = "a", class = "county" } },
  expect = {
    { event = "2", amount = worth("journal") }, { event = "3", amount = worth(levels.province) },
    { event = "4", amount = worth("journal") }, { event = "6", amount = worth(levels.state) },
  },
})
