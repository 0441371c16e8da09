-- Fees of an adopted item: a base, and lines stacked on it. Yuan, shared by the authors.

local base = 30
local adopted = { province = 50 }
local instructed = { city = 100 }
-- A national newspaper pays by length, as published: both of the first two bands hold 500 characters.
local long = { from = 500, value = 800 }
local medium = { from = 200, to = 500, value = 400 }
local short = { below = 200, value = 100 }
-- Of bands that fit, the first one pays.
local orders = { more = { long, medium, short }, less = { medium, long, short } }
local newspaper = orders[host.settings.at_500]

host.register("fees", {
  extends = "information",
  measures = {
    fee = { places = 2, account = "person", title = { zh = "稿酬", en = "Fee" }, unit = { zh = "元", en = "yuan" } },
  },
})

local function line(action, tag, clause)
  return {
    register = "information", action = action, measure = "fee", account = "author", share = "split",
    tag = tag, clause = clause,
  }
end

local function has_author(record)
  return #(record.author or {}) > 0
end

host.on("score.post", line("adopt", "base", "base"), function(event, record)
  if event.nth == 1 and has_author(record) then
    return base
  end
end)

host.on("score.post", line("adopt", "level", "level"), function(event, record)
  if not has_author(record) then
    return nil
  end
  if event.fields.carrier == "newspaper" and event.fields.level == "state" then
    return host.band(event.fields.words or 0, newspaper)
  end
  return adopted[event.fields.level]
end)

host.on("score.post", line("instruct", "instruction", "instruction"), function(event, record)
  if has_author(record) then
    return instructed[event.fields.level]
  end
end)

local function case(title, action, nth, fields, expect, authors)
  host.example(title, {
    point = "score.post",
    event = { register = "information", action = action, on = "2023-05-06", nth = nth, fields = fields },
    record = { unit = "a", author = authors or { "wang" } },
    expect = expect,
  })
end

case("the base", "adopt", 1, { carrier = "journal" }, { { account = "wang", measure = "fee", amount = base, tag = "base" } })
case("the provincial committee's line", "adopt", 2, { level = "province" }, { { amount = adopted.province, tag = "level" } })
case("the line of a city instruction", "instruct", 1, { level = "city" }, { { amount = instructed.city, tag = "instruction" } })
case("a base and a level at once are two lines", "adopt", 1, { level = "province" }, { { amount = base }, { amount = adopted.province } })
local lengths = {
  { 199, short.value }, { 200, medium.value }, { 499, medium.value }, { 500, newspaper[1].value }, { 501, long.value },
}
for _, length in lengths do
  local words, value = length[1], length[2]
  case(`{words} characters in a national newspaper`, "adopt", 2, { level = "state", carrier = "newspaper", words = words }, { { amount = value } })
end
case("two authors share", "adopt", 1, { carrier = "journal" }, { { account = "wang", amount = base / 2 }, { account = "li", amount = base / 2 } }, { "wang", "li" })
host.example("without an author there is no fee", {
  point = "score.post", event = { register = "information", action = "adopt", on = "2023-05-06" }, record = { unit = "a" }, expect = {},
})
