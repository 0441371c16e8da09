-- Lianyungang city: every carrier and every level adds up.

local credit = require("information/lib/credit")

local here = { daily = 3, brief = 1, proposal = 20, special = 3 }
local above = {
  province = { special = 20, research = 30, digest = 5, other = 10 },
  state = { selected = 10, other = 50 },
}
local forwarded = 2
-- By level; in the city's own carriers by carrier.
local instructed = { province = 50, state = 100 }
local instructed_here = { daily = 5, brief = 5, proposal = 10 }

local function adoption(form)
  local level = above[form.level]
  if level then
    return level[form.carrier] or level.other
  end
  return here[form.carrier]
end

local function instruction(form)
  return instructed[form.level] or instructed_here[form.carrier]
end

local function rule(action, tag, clause)
  return { register = "information", action = action, measure = "points", tag = tag, clause = clause }
end

host.on("score.post", rule("adopt", "adoption", "adoption"), function(event, record)
  local points = adoption(event.fields)
  return points and credit.each(record, points)
end)

host.on("score.post", rule("forward", "forwarded", "forwarded"), function(_, record)
  return credit.each(record, forwarded)
end)

host.on("score.post", rule("instruct", "instruction", "instruction"), function(event, record)
  local points = instruction(event.fields)
  return points and credit.each(record, points)
end)

local function case(title, action, fields, amount)
  host.example(title, {
    point = "score.post",
    event = { register = "information", action = action, on = "2020-05-06", fields = fields }, record = { unit = "a" },
    expect = { { account = "a", measure = "points", amount = amount } },
  })
end

-- Every figure of the tables has an example of its own, so that versions can be compared by them.
for _, carrier in { "daily", "brief", "proposal", "special" } do
  case(`adopted: {carrier}`, "adopt", { carrier = carrier }, here[carrier])
end
case("sent up", "forward", { forwarded_to = "province" }, forwarded)
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
