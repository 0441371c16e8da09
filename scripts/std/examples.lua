-- What the modules answer. These run at every load: a module that breaks one does not go live.

local blocks = require("std/blocks")
local credit = require("std/credit")
local deadlines = require("std/deadlines")
local names = require("std/names")
local periods = require("std/periods")
local ranks = require("std/ranks")
local recipients = require("std/recipients")
local roles = require("std/roles")
local stamps = require("std/stamps")
local tasks = require("std/tasks")
local text = require("std/text")

local function same(found, expected, what)
  for n = 1, math.max(#found, #expected) do
    assert(found[n] == expected[n], `{what}: entry {n} is {found[n]}, not {expected[n]}`)
  end
end

local function amounts(postings)
  local all = {}
  for n, posting in postings do
    all[n] = posting.amount
  end
  return all
end

local joint = { unit = "a", joint = { "b", "a", "c" } }

same(credit.units(joint), { "a", "b", "c" }, "each unit once, its own first")
same(amounts(credit.each(joint, 2)), { 2, 2, 2 }, "the whole amount to each")
same(amounts(credit.split(joint, 5)), { 1.67, 1.67, 1.66 }, "equal parts add up")
same(amounts(credit.split(joint, 0.2, { 3, 2 })), { 0.08, 0.06, 0.06 }, "so do parts by weight, the last of which goes on")
assert(credit.each(joint, nil) == nil and credit.split(joint, nil) == nil, "no amount, no posting")

local highest = credit.highest({ { event = "1", amount = 3 }, { event = "2", amount = 5 }, { event = "3", amount = 5 }, { event = "2", amount = 5 } })
same({ #highest, highest[1].event, highest[2].event }, { 2, "2", "2" }, "all postings of the earliest of the highest")

local rows = { { account = "a", amount = 0 }, { account = "b", amount = 2, excluded = "out" } }
assert(#ranks.with_some(rows) == 1, "who has nothing is left out")
local ranked = ranks.exclude(rows, function(row)
  return if row.amount == 0 then "nothing" else nil
end)
same({ ranked[1].excluded, ranked[2].excluded }, { "nothing", "out" }, "a reason, and one that was there")
assert(rows[1].excluded == nil, "what was given stays as it was")

for id, expected in {
  ["2023-03"] = { "2023-03-01", "2023-03-31", 3, "2023年3月" },
  ["2023-03/2"] = { "2023-03-01", "2023-04-30", 2, "2023年3至4月" },
  ["2023-Q1"] = { "2023-01-01", "2023-03-31", 1, "2023年第一季度" },
  ["2023-H2"] = { "2023-07-01", "2023-12-31", 2, "2023年下半年" },
  ["2023"] = { "2023-01-01", "2023-12-31", 1, "2023年" },
  ["2023-01..2023-05"] = { "2023-01-01", "2023-05-31", 5, "2023年1至5月" },
} do
  local period = periods.read(id)
  same({ period.first, period.last, period.nth, period.name }, expected, id)
end
for _, wrong in { "2023-13", "2023-Q5", "soon", 2023 } do
  assert(not pcall(periods.read, wrong), `{wrong} is no period`)
end

assert(text.trim("　 a　b \n") == "a　b", "wide spaces are spaces")
assert(blocks.day("2023-04-04") == "2023年4月4日", "a day without leading zeros")
assert(#blocks.paragraphs("one\n\n　\ntwo") == 2, "empty lines are no paragraphs")
assert(names.title({ id = "x", title = { zh = "甲县" } }) == "甲县" and names.title({ id = "x" }) == "x", "a unit's title, else its id")
assert(roles.holds({ roles = { { role = "editor" } } }, "leader", "editor") and not roles.holds({}, "editor"), "one of the roles")

local term = deadlines.months("answer", "2023-11-30", 3, 0, { zh = "条例第十八条", en = "Rules, art. 18" })
assert(term.due == "2024-02-29", "three months from 30 November")
assert(term.why.zh == "自2023年11月30日起3个月（条例第十八条）" and term.why.en == "3 months (Rules, art. 18) from 2023-11-30", term.why.zh)
assert(deadlines.months("answer", "2023-11-30", 3, 3).due == "2024-05-30", "an extension adds to the term, not to the day")
assert(deadlines.days("reply", "2023-01-31", 60).due == "2023-04-01", "days as they come")
assert(deadlines.right(term).lapses and term.lapses == nil, "a right is a deadline of its own")
assert(deadlines.lapsed({ action = "back", on = "2023-12-12" }, { back = { due = "2023-12-11" } }, "已过退回期限", "Too late").text.zh == "已过退回期限（2023年12月11日止）", "a right that has lapsed")
assert(deadlines.lapsed({ action = "back", on = "2023-12-11" }, { back = { due = "2023-12-11" } }, "", "") == nil, "its last day is in time")

same(recipients.missing({ "a", "b", "c" }, { "b" }), { "a", "c" }, "who has not answered")
local steps = stamps.steps({ { action = "sign", on = "2023-12-01", by = "li" }, { action = "note", on = "2023-12-02", by = "li" } }, { sign = "签收" })
same({ #steps, steps[1].title, steps[1].on }, { 1, "签收", "2023-12-01" }, "what is stamped")
assert(stamps.text("已答复", "2024-02-20") == "［已答复 2024年2月20日］", "a stamp as text")

local task = tasks.new("a", "修路", "east", "2023-05-31", { meeting = "7" })
same({ task.register, task.action, task.fields.unit, task.fields.meeting }, { "tasks", "assign", "east", "7" }, "a task")
local read = tasks.read("east: 修路（2023-05-31）\n\n  west：报告 ")
same({ #read, read[1].unit, read[1].title, read[1].due, read[2].unit, read[2].title }, { 2, "east", "修路", "2023-05-31", "west", "报告" }, "tasks as people write them")
local none, line = tasks.read("east: a\nnobody does this")
assert(none == nil and line == 2, "a line without a unit is named")
