-- The letter by which a unit is urged (催办函): what was instructed, when an answer was due, how late it is.

local blocks = require("std/blocks")
local course = require("lib/course")
local labels = require("information/lib/labels")
local names = require("std/names")
local settings = host.settings

local function wrong(why)
  error(why, 0)
end

local function found(id)
  local record = if id then host.records({ register = "instructions", id = id })[1] else nil
  if record == nil then
    wrong({ zh = "请指定批示，例如 record=2023-0001", en = "Say which instruction, such as record=2023-0001." })
  end
  return record
end

-- Whose instruction it is, in a sentence.
local function leader_of(record)
  if (record.leader or "") ~= "" then
    return record.leader
  end
  return if record.level then `{labels.of(labels.levels, "instructions", "level", record.level).zh}领导` else "领导"
end

host.on("report.build", {
  name = "urging-letter", title = { zh = "催办函", en = "Urging letter" },
  form = {
    record = { type = "record", of = "instructions", required = true, order = 1, label = { zh = "批示", en = "Instruction" } },
    number = { type = "text", order = 2, label = { zh = "发文字号", en = "Number" } },
    date = { type = "date", order = 3, label = { zh = "成文日期", en = "Date" } },
  },
}, function(_, parameters)
  local record = found(parameters.record)
  local date = parameters.date or host.now().on
  local its = course.of(nil, record.id)[record.id]
  if its == nil or its.answered then
    wrong({ zh = "该批示没有待反馈事项", en = "Nothing is owed on this instruction." })
  end
  local late = course.late(its, date)
  if late == 0 then
    wrong({ zh = `尚未超期，最迟应于 {its.due} 反馈`, en = `It is not late: the answer is due by {its.due}.` })
  end
  local body = {
    blocks.paragraph(`{leader_of(record)}对《{record.title}》的批示，已于{blocks.day(its.assigned)}交办你单位，应于{blocks.day(its.due)}前反馈办理情况。`),
  }
  if (record.text or "") ~= "" then
    table.insert(body, { kind = "paragraph", runs = { { text = "批示内容：" }, { text = record.text, style = "kaiti" } } })
  end
  table.insert(body, blocks.paragraph(`截至{blocks.day(date)}，已超期{late}个工作日，尚未收到反馈。请抓紧办理，并尽快报送办理情况。`))
  return {
    kind = "letter", language = "zh",
    masthead = settings.issuer, number = parameters.number,
    title = parameters.title or `关于办理《{record.title}》批示的催办函`,
    addressees = { names.unit(record.unit, date) },
    sections = { { blocks = body } },
    signature = { issuers = { settings.issuer }, date = date, seal = true },
  }
end)

local instruction = {
  id = "1", register = "instructions", stage = "signed", title = "照明", unit = "a", leader = "陈主任", text = "请研究落实",
}

local function letter(title, record, events, late, more)
  host.example(title, {
    point = "report.build", name = "urging-letter", parameters = { record = "1", date = "2023-05-22" },
    calls = {
      records = record, events = events, unit = { id = "a", title = { zh = "甲县" } },
      ["date.add_working_days"] = "2023-05-19", ["date.working_days_between"] = late,
    },
    expect = more.expect, fails = more.fails,
  })
end

local function event(action)
  return { id = action, seq = 1, register = "instructions", record = "1", action = action, on = "2023-05-05", by = "li", fields = {}, nth = 1 }
end

letter("a letter says what was instructed, when it was due and how late it is", { instruction }, { event("assign") }, 1, { expect = {
  kind = "letter", title = "关于办理《照明》批示的催办函", addressees = { "甲县" },
  sections = { { blocks = {
    { text = "陈主任对《照明》的批示，已于2023年5月5日交办你单位，应于2023年5月19日前反馈办理情况。" },
    { runs = { { text = "批示内容：" }, { text = "请研究落实", style = "kaiti" } } },
    { text = "截至2023年5月22日，已超期1个工作日，尚未收到反馈。请抓紧办理，并尽快报送办理情况。" },
  } } },
  signature = { date = "2023-05-22" },
} })
letter("before it is late there is none", { instruction }, { event("assign") }, 0, { fails = "due by 2023-05-19" })
letter("nor of one that owes nothing", { instruction }, {}, 1, { fails = "Nothing is owed" })
letter("nor of one that is not there", {}, {}, 1, { fails = "Say which instruction" })
