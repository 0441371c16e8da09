-- Fees of an adopted item: a base, and lines stacked on it. Yuan, shared by the authors.

local adopted = { province = "province" }
local instructed = { city = "instructed_city" }

-- A national newspaper pays by length, as published: both of the first two bands hold 500 characters, and of bands
-- that fit the first one pays.
local orders = { more = { "paper_long", "paper_medium", "paper_short" }, less = { "paper_medium", "paper_long", "paper_short" } }
local bands = { paper_long = { from = 500 }, paper_medium = { from = 200, to = 500 }, paper_short = { below = 200 } }

-- The figure of a length.
local function by_length(words)
  local list = {}
  for n, figure in orders[host.settings.at_500] do
    local band = bands[figure]
    list[n] = { from = band.from, to = band.to, below = band.below, value = figure }
  end
  return host.band(words, list)
end

host.register("fees", {
  extends = "information",
  measures = {
    fee = { places = 2, account = "person", title = { zh = "稿酬", en = "Fee" }, unit = { zh = "元", en = "yuan" } },
  },
})

local rules = host.rules { register = "information", measure = "fee", account = "author", share = "split" }

local function has_author(record)
  return #(record.author or {}) > 0
end

rules:on("score.post", { action = "adopt", tag = "base", clause = "base" }, function(event, record)
  return if event.nth == 1 and has_author(record) then host.figures.base else nil
end)

rules:on("score.post", { action = "adopt", tag = "level", clause = "level" }, function(event, record)
  if not has_author(record) then
    return nil
  end
  local form = event.fields
  local figure = if form.carrier == "newspaper" and form.level == "state" then by_length(form.words or 0) else adopted[form.level]
  return figure and host.figures[figure]
end)

rules:on("score.post", { action = "instruct", tag = "instruction", clause = "instruction" }, function(event, record)
  local figure = instructed[event.fields.level]
  return if figure and has_author(record) then host.figures[figure] else nil
end)

local day = "2023-05-06"

local function yuan(figure)
  return host.figure(figure, day)
end

rules:examples {
  point = "score.post", event = { action = "adopt", on = day, nth = 1 }, record = { unit = "a", author = { "wang" } },
  {
    "the base",
    event = { fields = { carrier = "journal" } }, expect = { { account = "wang", measure = "fee", amount = yuan("base"), tag = "base" } },
  },
  {
    "the provincial committee's line",
    event = { nth = 2, fields = { level = "province" } }, expect = { { amount = yuan("province"), tag = "level" } },
  },
  {
    "the line of a city instruction",
    event = { action = "instruct", fields = { level = "city" } }, expect = { { amount = yuan("instructed_city"), tag = "instruction" } },
  },
  {
    "a base and a level at once are two lines",
    event = { fields = { level = "province" } }, expect = { { amount = yuan("base") }, { amount = yuan("province") } },
  },
  {
    "two authors share",
    event = { fields = { carrier = "journal" } }, record = { author = { "wang", "li" } },
    expect = { { account = "wang", amount = yuan("base") / 2 }, { account = "li", amount = yuan("base") / 2 } },
  },
  { "without an author there is no fee", record = { author = host.null }, expect = {} },
}

local lengths = {
  { 199, "paper_short" }, { 200, "paper_medium" }, { 499, "paper_medium" }, { 500, orders[host.settings.at_500][1] }, { 501, "paper_long" },
}
for _, length in lengths do
  local words, figure = length[1], length[2]
  rules:example(`{words} characters in a national newspaper`, {
    point = "score.post",
    event = { action = "adopt", on = day, nth = 2, fields = { level = "state", carrier = "newspaper", words = words } },
    record = { unit = "a", author = { "wang" } }, expect = { { amount = yuan(figure) } },
  })
end
