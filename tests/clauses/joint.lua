-- An item of several units: shared equally, shared three to two, or counted in full for each.

local points = { routine = 10, opinion = 2.5, voice = 10 }

local function joint(kind, share)
  host.on("score.post", {
    register = "information", action = "adopt", match = { kind = kind }, measure = "points",
    account = "joint", share = share, clause = "joint items",
  }, function(event)
    return if event.fields.level == "province" then 2 * points[kind] else points[kind]
  end)
end

joint("routine", "split")
joint("opinion", { 3, 2 })
joint("voice", "each")

local function case(title, kind, units, amounts)
  local expect = {}
  for i, unit in units do
    expect[i] = { account = unit, amount = amounts[i] }
  end
  host.example(title, {
    point = "score.post",
    event = { register = "information", action = "adopt", on = "2023-01-05" }, record = { kind = kind, joint = units },
    expect = expect,
  })
end

case("three share and lose nothing", "routine", { "a", "b", "c" }, { 3.34, 3.33, 3.33 })
case("two share three to two", "opinion", { "a", "b" }, { 1.5, 1 })
case("each has the whole", "voice", { "a", "b" }, { points.voice, points.voice })
