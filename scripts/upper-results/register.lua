-- Two registers: what the upper congress gave for an item, and the city's place among the cities in a period. They are
-- entered as the upper congress reports them, or imported from its table.

local labels = require("information/lib/labels")
local periods = require("std/periods")
local text = require("std/text")

-- The carriers are those of the register of items; a report may name one that it does not have.
host.register("upper-results", {
  title = { zh = "上级采用与计分", en = "Points received from above" },
  fields = {
    title = { type = "text", required = true, max = 120, search = true, order = 1, label = { zh = "标题", en = "Title" } },
    item = { type = "record", of = "information", order = 2, label = { zh = "本级信息", en = "Our item" } },
    unit = { type = "unit", required = true, order = 3, label = { zh = "报送单位", en = "Unit" } },
    joint = { type = "unit", many = true, order = 4, label = { zh = "联合报送单位", en = "Joint units" } },
    carrier = { type = "text", max = 60, order = 5, label = { zh = "采用载体", en = "Carrier" } },
    points = { type = "amount", required = true, min = 0, order = 6, label = { zh = "上级计分", en = "Points" } },
    note = { type = "text", max = 200, order = 7, label = { zh = "备注", en = "Remark" } },
  },
  stages = labels.all({ draft = { zh = "草稿", en = "Draft" }, entered = { zh = "已登记", en = "Entered" } }, { "draft", "entered" }),
  actions = {
    enter = {
      title = { zh = "登记", en = "Enter" }, from = { "draft" }, to = "entered", by = "editor", create = true, submission = true,
    },
    amend = {
      title = { zh = "更正计分", en = "Amend" }, from = { "entered" }, by = "editor",
      form = { corrected = { type = "amount", required = true, min = 0, sets = "points", label = { zh = "更正后计分", en = "Points" } } },
    },
  },
  measures = {
    received = { places = 2, title = { zh = "上级得分", en = "Points from above" }, unit = { zh = "分", en = "points" } },
  },
})

host.register("upper-places", {
  title = { zh = "全省位次", en = "Place among the cities" },
  name_field = "period",
  fields = {
    period = {
      type = "text", required = true, max = 20, order = 1, label = { zh = "时段", en = "Period" },
      help = { zh = "如 2023、2023-Q1、2023-05", en = "Such as 2023, 2023-Q1 or 2023-05" },
    },
    place = { type = "integer", required = true, min = 1, order = 2, label = { zh = "位次", en = "Place" } },
    cities = { type = "integer", min = 1, order = 3, label = { zh = "参加排名的市数", en = "Cities ranked" } },
    points = { type = "amount", min = 0, order = 4, label = { zh = "全市得分", en = "The city's points" } },
    adopted = { type = "integer", min = 0, order = 5, label = { zh = "采用条数", en = "Items adopted" } },
    note = { type = "text", max = 200, order = 6, label = { zh = "备注", en = "Remark" } },
  },
  stages = labels.all({ draft = { zh = "草稿", en = "Draft" }, entered = { zh = "已登记", en = "Entered" } }, { "draft", "entered" }),
  actions = {
    enter = {
      title = { zh = "登记", en = "Enter" }, from = { "draft", "entered" }, to = "entered", by = "editor", create = true, submission = true,
    },
  },
})

-- Units that are not said are those of our item.
host.on("record.normalize", { register = "upper-results", action = "enter" }, function(draft)
  local tidy = table.clone(draft)
  if type(draft.title) == "string" then
    tidy.title = text.trim(draft.title)
  end
  local item = if draft.item then host.records({ register = "information", id = draft.item })[1] else nil
  if item then
    tidy.title = if (tidy.title or "") == "" then item.title else tidy.title
    if tidy.unit == nil then
      tidy.unit, tidy.joint = item.unit, item.joint
    end
  end
  return tidy
end)

host.on("record.check", { register = "upper-places", action = "enter" }, function(draft)
  local findings = {}
  local is_period, why = pcall(periods.read, draft.period)
  if draft.period and not is_period then
    table.insert(findings, { level = "error", field = "period", text = tostring(why) })
  end
  if draft.place and draft.cities and draft.place > draft.cities then
    table.insert(findings, { level = "error", field = "place", text = { zh = `位次 {draft.place} 大于市数 {draft.cities}`, en = `The place is beyond the {draft.cities} cities.` } })
  end
  for _, other in host.records({ register = "upper-places", match = { period = draft.period } }) do
    if other.id ~= draft.id then
      table.insert(findings, { level = "error", field = "period", text = { zh = `{draft.period} 已登记`, en = `{draft.period} is entered already.` } })
    end
  end
  return findings
end)

host.example("units that are not said are those of our item", {
  point = "record.normalize",
  draft = { register = "upper-results", action = "enter", item = "1", points = 8 },
  calls = { records = { { id = "1", register = "information", stage = "adopted", title = "养老助餐", unit = "a", joint = { "b" } } } },
  expect = { title = "养老助餐", unit = "a", joint = { "b" } },
})

local function placed(title, draft, others, expect)
  draft.register = "upper-places"
  host.example(title, { point = "record.check", action = "enter", draft = draft, calls = { records = others }, expect = expect })
end

placed("a place of the year", { period = "2023", place = 3, cities = 11 }, {}, {})
placed("no place beyond the last", { period = "2023", place = 12, cities = 11 }, {}, { { level = "error", field = "place" } })
placed("a period is written as one", { period = "去年", place = 3 }, {}, { { level = "error", field = "period" } })
placed("a period has one place", { period = "2023", place = 3 }, { { id = "x" } }, { { level = "error", field = "period" } })
