-- A leak costs the month, a made-up item the year.

host.register("zeroed", {
  extends = "information",
  actions = {
    leak = { title = { zh = "泄密", en = "Leak" }, by = "editor" },
    fabricate = { title = { zh = "弄虚作假", en = "Made up" }, by = "editor" },
  },
})

local adopted = 3
local zeroed = { month = "leak", year = "fabricate" }

host.on("score.post", {
  register = "information", action = "adopt", measure = "points", account = "unit", clause = "adopted",
}, function()
  return adopted
end)

for kind, action in zeroed do
  host.on("score.period", {
    register = "information", period = kind, measure = "points", tag = "zeroed", clause = `a {action} zeroes the {kind}`,
  }, function(p)
    local total = p:total()
    local because = {}
    for _, event in p.events do
      if event.action == action then
        table.insert(because, event.id)
      end
    end
    if total > 0 and #because > 0 then
      -- Whoever opens the figure sees which event it was.
      return { amount = -total, data = { because = because } }
    end
  end)
end

local function case(title, action, expect)
  host.example(title, {
    point = "score.period",
    p = {
      account = "a", register = "information", measure = "points",
      period = { id = "2023-01", kind = "month", first = "2023-01-01", last = "2023-01-31" },
      postings = { { account = "a", measure = "points", amount = adopted } },
      events = { { register = "information", record = "1", id = "e1", action = action } },
    },
    expect = expect,
  })
end
case("a leak", "leak", { { amount = -adopted } })
case("no leak", "adopt", {})
