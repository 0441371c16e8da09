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

local cases = {
  { "the worked case: in the daily", "adopt", { carrier = "daily" }, here.daily },
  { "the worked case: sent up", "forward", { forwarded_to = "province" }, forwarded },
  { "the worked case: adopted by the province", "adopt", { level = "province" }, above.province.other },
  { "the worked case: an instruction of the province", "instruct", { level = "province" }, instructed.province },
  { "a proposal with an instruction", "instruct", { level = "city", carrier = "proposal" }, instructed_here.proposal },
  { "a brief with an instruction", "instruct", { level = "city", carrier = "brief" }, instructed_here.brief },
  { "the province's special", "adopt", { level = "province", carrier = "special" }, above.province.special },
  { "selected by the State Council office", "adopt", { level = "state", carrier = "selected" }, above.state.selected },
}
for _, case in cases do
  local title, action, fields, amount = case[1], case[2], case[3], case[4]
  host.example(title, {
    point = "score.post",
    event = { register = "information", action = action, on = "2020-05-06", fields = fields }, record = { unit = "a" },
    expect = { { account = "a", measure = "points", amount = amount } },
  })
end
