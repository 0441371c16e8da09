-- An item that deputies were the source of credits them and its authors, each in full: two postings
-- of one item. Each adoption counts.

local settings = host.settings

host.register("deputies", {
  extends = "information",
  fields = {
    deputy = {
      type = "person", many = true, order = 5, label = { zh = "线索代表", en = "Deputies" },
      help = { zh = "提供线索的人大代表", en = "Who was the source of it" },
    },
  },
  measures = {
    credit = { places = 1, account = "person", title = { zh = "个人得分", en = "Credits" }, unit = { zh = "分", en = "credits" } },
  },
})

-- What an office had set before there were figures goes before them.
local function set(field)
  return if settings[field] ~= 0 then settings[field] else nil
end

local rules = host.rules { register = "information", action = "adopt", measure = "credit", share = "each" }

for _, field in { "author", "deputy" } do
  rules:on("score.post", { account = field, tag = field, clause = field }, function(_, record)
    return if #(record[field] or {}) > 0 then set(field) or host.figures[field] else nil
  end)
end

local day = "2023-01-05"

local function credit(account, field)
  return { account = account, measure = "credit", amount = set(field) or host.figure(field, day), tag = field }
end

rules:examples {
  point = "score.post", event = { on = day }, record = { unit = "a" },
  {
    "deputy and author are both credited",
    record = { author = { "wang" }, deputy = { "zhang" } }, expect = { credit("wang", "author"), credit("zhang", "deputy") },
  },
  { "each of several in full", record = { author = { "wang", "li" } }, expect = { credit("wang", "author"), credit("li", "author") } },
  {
    "an author who is a deputy too has both",
    record = { author = { "wang" }, deputy = { "wang" } }, expect = { credit("wang", "author"), credit("wang", "deputy") },
  },
  { "nobody is named", expect = {} },
}
