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

for _, field in { "author", "deputy" } do
  host.on("score.post", {
    register = "information", action = "adopt", measure = "credit", account = field, share = "each",
    tag = field, clause = field,
  }, function(_, record)
    return if #(record[field] or {}) > 0 then settings[field] else nil
  end)
end

local function case(title, record, expect)
  record.unit = "a"
  host.example(title, {
    point = "score.post", event = { register = "information", action = "adopt", on = "2023-01-05" },
    record = record, expect = expect,
  })
end

local function credit(account, field)
  return { account = account, measure = "credit", amount = settings[field], tag = field }
end

case("deputy and author are both credited", { author = { "wang" }, deputy = { "zhang" } }, {
  credit("wang", "author"), credit("zhang", "deputy"),
})
case("each of several in full", { author = { "wang", "li" } }, { credit("wang", "author"), credit("li", "author") })
case("an author who is a deputy too has both", { author = { "wang" }, deputy = { "wang" } }, {
  credit("wang", "author"), credit("wang", "deputy"),
})
case("nobody is named", {}, {})
