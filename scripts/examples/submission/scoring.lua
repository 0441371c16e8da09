-- A commissioned item that comes in time scores, adopted or not.

local in_time, late = 2, 0

host.on("score.post", {
  register = "information", action = "submit", match = { kind = "commissioned" },
  measure = "points", account = "unit", tag = "commissioned", clause = "in-time",
}, function(event, record)
  if event.nth > 1 then
    return nil
  end
  return if record.due == nil or event.on <= record.due then in_time else late
end)

local function case(title, on, kind, expect)
  host.example(title, {
    point = "score.post",
    event = { register = "information", action = "submit", on = on },
    record = { unit = "a", kind = kind, due = "2023-03-10" },
    expect = expect,
  })
end

case("on its last day", "2023-03-10", "commissioned", { { account = "a", amount = in_time } })
case("a day late", "2023-03-11", "commissioned", { { account = "a", amount = late } })
case("an item that nobody asked for", "2023-03-01", "dynamic", {})
