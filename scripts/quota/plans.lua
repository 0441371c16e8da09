-- What a unit is to owe in a year: proposed from the year before, commented on by the unit, settled.

local names = require("std/names")
local owed = require("lib/owed")

-- How an average becomes a whole number.
local whole = {
  nearest = function(n) return host.round(n, 0, "half_up") end,
  up = math.ceil,
  down = math.floor,
}

local function figure(order, zh, en, more)
  local field = { type = "integer", asked = false, order = order, label = { zh = zh, en = en } }
  for key, value in more or {} do
    field[key] = value
  end
  return field
end

host.register("quota-plans", {
  title = { zh = "报送任务商定", en = "Quota proposals" },
  fields = {
    title = { type = "text", asked = false, search = true, order = 1, label = { zh = "名称", en = "Name" } },
    year = { type = "integer", required = true, min = 2000, max = 2100, order = 2, label = { zh = "年度", en = "Year" } },
    unit = { type = "unit", required = true, order = 3, label = { zh = "单位", en = "Unit" } },
    total = figure(4, "上年报送条数", "Items of the year before"),
    months = figure(5, "上年月数", "Its months"),
    average = figure(6, "上年月均", "Items a month", { type = "amount" }),
    proposed = figure(7, "建议任务（条/月）", "Proposed, a month"),
    comment = { type = "longtext", asked = false, search = true, order = 8, label = { zh = "单位意见", en = "The unit's comment" } },
    agreed = figure(9, "商定任务（条/月）", "Settled, a month"),
  },
  stages = {
    { id = "draft", label = { zh = "草稿", en = "Draft" } },
    { id = "proposed", label = { zh = "已建议", en = "Proposed" } },
    { id = "commented", label = { zh = "已反馈", en = "Commented on" } },
    { id = "settled", label = { zh = "已商定", en = "Settled" } },
  },
  actions = {
    -- Again while nobody has answered: items that were entered late are counted then.
    propose = {
      title = { zh = "提出建议", en = "Propose" },
      from = { "draft", "proposed" }, to = "proposed", by = "editor", create = true, submission = true,
    },
    comment = {
      title = { zh = "反馈意见", en = "Comment" },
      from = { "proposed", "commented" }, to = "commented", by = "reporter",
      form = { remark = { type = "longtext", required = true, sets = "comment", label = { zh = "意见", en = "Comment" } } },
    },
    settle = {
      title = { zh = "商定", en = "Settle" },
      from = { "proposed", "commented", "settled" }, to = "settled", by = "editor",
      form = {
        count = { type = "integer", required = true, min = 0, sets = "agreed", label = { zh = "每月条数", en = "Items a month" } },
      },
    },
  },
})

-- Months of a year at whose end the unit was there: who came in July is averaged over six.
local function months_of(unit, year)
  local n = 0
  for month = 1, 12 do
    local last = host.date.add_days(host.date.add_months(`{year}-01-01`, month), -1)
    n += if host.unit(unit, last) then 1 else 0
  end
  return n
end

host.on("record.normalize", { register = "quota-plans", action = "propose" }, function(draft)
  if draft.unit == nil or type(draft.year) ~= "number" or draft.year < 2000 or draft.year > 2100 then
    return nil
  end
  local before = draft.year - 1
  local plan = table.clone(draft)
  plan.title = `{draft.year}年{names.unit(draft.unit, `{draft.year}-01-01`)}报送任务`
  plan.total = host.count({
    register = "information", action = "submit", first = true, period = tostring(before), match = { unit = draft.unit },
  })
  plan.months = months_of(draft.unit, before)
  local average = if plan.months > 0 then plan.total / plan.months else 0
  plan.average = host.round(average, 1)
  plan.proposed = whole[host.settings.rounding](average)
  return plan
end)

host.on("record.check", { register = "quota-plans", action = "propose" }, function(draft)
  local findings = {}
  for _, other in host.records({ register = "quota-plans", match = { unit = draft.unit, year = draft.year } }) do
    if other.id ~= draft.id then
      table.insert(findings, {
        level = "error", field = "unit",
        text = { zh = `该单位 {draft.year} 年已有建议`, en = "There is a proposal for this unit and year already." },
      })
    end
  end
  if draft.months == 0 then
    table.insert(findings, {
      level = "warning", field = "unit",
      text = { zh = "该单位上年尚未设立，没有依据", en = "The unit was not there the year before: there are no figures." },
    })
  end
  return findings
end)

-- From the year's first day on: rules see no register, but they see code tables.
host.on("action.effect", { register = "quota-plans", action = "settle" }, function(_, record)
  return {
    key = "agreed", register = "$directory", record = owed.settled, action = "table",
    on = `{record.year}-01-01`, fields = { key = record.unit, value = record.agreed },
  }
end)

local function proposed(title, total, expect)
  host.example(title, {
    point = "record.normalize",
    draft = { register = "quota-plans", action = "propose", unit = "a", year = 2024 },
    calls = { count = total, unit = { id = "a", title = { zh = "甲县" } } },
    expect = expect,
  })
end

-- 55 in twelve months.
local rounded = { nearest = 5, up = 5, down = 4 }
proposed("an average of 4.6 a month", 55, {
  total = 55, months = 12, average = 4.6, proposed = rounded[host.settings.rounding], title = "2024年甲县报送任务",
})
proposed("who sent nothing is proposed none", 0, { average = 0, proposed = 0 })

local function checked(title, months, others, expect)
  host.example(title, {
    point = "record.check", action = "propose",
    draft = { register = "quota-plans", unit = "a", year = 2024, months = months },
    calls = { records = others }, expect = expect,
  })
end

checked("one proposal a unit and year", 12, { { id = "1" } }, { { level = "error", field = "unit" } })
checked("without figures it is warned", 0, {}, { { level = "warning" } })
checked("else nothing is wrong", 12, {}, {})

host.example("what is settled counts from the year's first day", {
  point = "action.effect",
  event = { register = "quota-plans", action = "settle", on = "2024-02-20" },
  record = { unit = "a", year = 2024, agreed = 4 },
  expect = { { record = owed.settled, action = "table", on = "2024-01-01", fields = { key = "a", value = 4 } } },
})
