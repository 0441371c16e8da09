-- Lianyungang city: every carrier and every level adds up.

local credit = require("std/credit")

local here = { daily = "daily", brief = "brief", proposal = "proposal", special = "special" }
local above = {
  province = { special = "province_special", research = "province_research", digest = "province_digest", other = "province_other" },
  state = { selected = "state_selected", other = "state_other" },
}
-- By level; in the city's own carriers by carrier.
local instructed = { province = "instructed_province", state = "instructed_state" }
local instructed_here = { daily = "instructed_daily", brief = "instructed_brief", proposal = "instructed_proposal" }

-- The names of the figures.
local function adoption(form)
  local level = above[form.level]
  return if level then level[form.carrier] or level.other else here[form.carrier]
end

local function instruction(form)
  return instructed[form.level] or instructed_here[form.carrier]
end

local rules = host.rules { register = "information", measure = "points" }

rules:on("score.post", { action = "adopt", tag = "adoption", clause = "adoption" }, function(event, record)
  local figure = adoption(event.fields)
  return figure and credit.each(record, host.figures[figure])
end)

rules:on("score.post", { action = "forward", tag = "forwarded", clause = "forwarded" }, function(_, record)
  return credit.each(record, host.figures.forwarded)
end)

rules:on("score.post", { action = "instruct", tag = "instruction", clause = "instruction" }, function(event, record)
  local figure = instruction(event.fields)
  return figure and credit.each(record, host.figures[figure])
end)

local day = "2020-05-06"

-- Every figure of the tables has an example of its own, so that versions can be compared by them.
local tables = { point = "score.post", event = { on = day }, record = { unit = "a" } }

local function case(title, action, fields, figure)
  table.insert(tables, {
    title, event = { action = action, fields = fields },
    expect = { { account = "a", measure = "points", amount = host.figure(figure, day) } },
  })
end

for _, carrier in { "daily", "brief", "proposal", "special" } do
  case(`adopted: {carrier}`, "adopt", { carrier = carrier }, here[carrier])
end
case("sent up", "forward", { forwarded_to = "province" }, "forwarded")
for _, carrier in { "special", "research", "digest" } do
  case(`adopted by the province: {carrier}`, "adopt", { level = "province", carrier = carrier }, above.province[carrier])
end
case("adopted by the province", "adopt", { level = "province" }, above.province.other)
case("selected by the State Council office", "adopt", { level = "state", carrier = "selected" }, above.state.selected)
case("adopted by the State Council office", "adopt", { level = "state" }, above.state.other)
for _, carrier in { "daily", "brief", "proposal" } do
  case(`an instruction: {carrier}`, "instruct", { level = "city", carrier = carrier }, instructed_here[carrier])
end
for _, level in { "province", "state" } do
  case(`an instruction of the {level}`, "instruct", { level = level }, instructed[level])
end
rules:examples(tables)
