-- Fees of an adopted item: a base, and lines stacked on it. Yuan, shared by the authors.

local base = 30
local adopted = { province = 50 }
local instructed = { city = 100 }
-- A national newspaper pays by length; at exactly 500 characters the first line wins.
local newspaper = {
  { from = 500, value = 800 },
  { from = 200, to = 500, value = 400 },
  { below = 200, value = 100 },
}

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
case("500 characters are paid by the first line", "adopt", 2, { level = "state", carrier = "newspaper", words = 500 }, { { amount = 800 } })
case("499 by the second", "adopt", 2, { level = "state", carrier = "newspaper", words = 499 }, { { amount = 400 } })
case("two authors share", "adopt", 1, { carrier = "journal" }, { { account = "wang", amount = base / 2 }, { account = "li", amount = base / 2 } }, { "wang", "li" })
host.example("without an author there is no fee", {
  point = "score.post", event = { register = "information", action = "adopt", on = "2023-05-06" }, record = { unit = "a" }, expect = {},
})
