-- The result: from the ballots of a vote, or the average of scores; its grade by the figures of the day; what follows.

local blocks = require("std/blocks")
local deadlines = require("std/deadlines")
local names = require("std/names")
local reminders = require("std/reminders")
local settings = host.settings

host.on("action.effect", { register = "appraisals", action = "put_to_ballot" }, function(event, appraisal)
  return {
    key = `vote-{event.nth}`, register = "votes", action = "draft",
    fields = { title = `{appraisal.title}测评`, kind = "appraisal", candidates = { appraisal.title }, places = 1, appraisal = appraisal.id },
  }
end)

host.on("record.check", { register = "appraisals", action = "score" }, function(draft)
  for _, score in draft.scores or {} do
    if score < 0 or score > 100 then
      return { level = "error", field = "given", text = { zh = `评分{score}不在 0 到 100 之间`, en = `{score} is not between 0 and 100.` } }
    end
  end
end)

-- The last vote on it that was declared, as counts of its marks.
local function ballots_on(appraisal)
  local votes = host.records({ register = "votes", match = { appraisal = appraisal.id }, stage = "closed", limit = 100 })
  local vote = votes[#votes]
  return if vote then (vote.counts or {})[vote.candidates[1]] else nil
end

local function grade_of(counts, average, on)
  if average then
    local pass, good = host.figure("pass_score", on), host.figure("good_score", on)
    return if average >= good then "excellent" elseif average >= pass then "passed" else "failed"
  end
  local all = counts.good + counts.fair + counts.poor
  if all == 0 or (counts.good + counts.fair) * 100 < host.figure("pass_percent", on) * all then
    return "failed"
  end
  return if counts.good * 100 >= host.figure("good_percent", on) * all then "excellent" else "passed"
end

host.on("record.normalize", { register = "appraisals", action = "publish" }, function(draft)
  local published = table.clone(draft)
  if #(draft.scores or {}) > 0 then
    published.average = host.round(host.sum(draft.scores) / #draft.scores, 2)
    published.grade = grade_of(nil, published.average, draft.on)
    return published
  end
  local counts = ballots_on(draft)
  if counts == nil then
    return nil
  end
  published.good, published.fair, published.poor = counts.good, counts.fair, counts.poor
  published.grade = grade_of(counts, nil, draft.on)
  return published
end)

host.on("action.guard", { register = "appraisals", action = "publish" }, function(_, appraisal)
  if appraisal.grade == nil then
    return { zh = "既没有测评结果，也没有评分", en = "There is neither a ballot nor a score." }
  end
end)

host.on("deadline.compute", { register = "appraisals", action = { "publish", "redo" }, match = { stage = "published" }, clause = "rectify" }, function(event)
  return deadlines.days("rectify", event.on, host.figures.rectify_days, { zh = "评议整改", en = "appraisal" })
end)

host.on("reminder.plan", { register = "appraisals", name = "rectify" }, function(deadline, appraisal)
  return reminders.plan(deadline, appraisal.unit, settings, {
    reminder = { zh = `“{appraisal.title}”的整改情况应于 {deadline.due} 前报告`, en = `What was put right after “{appraisal.title}” is to be reported by {deadline.due}.` },
    urging = { zh = `“{appraisal.title}”的整改情况应于 {deadline.due} 前报告，现已超期`, en = `What was put right after “{appraisal.title}” was to be reported by {deadline.due}.` },
  })
end)

host.on("report.build", {
  name = "appraisal-result", title = { zh = "工作评议结果通报", en = "Result of an appraisal" },
  form = { appraisal = { type = "record", of = "appraisals", required = true, label = { zh = "工作评议", en = "Appraisal" } } },
}, function(_, parameters)
  local record = if parameters.appraisal then host.records({ register = "appraisals", id = parameters.appraisal })[1] else nil
  if record == nil then
    error({ zh = "请指定评议，例如 appraisal=2023-0001", en = "Say which appraisal, such as appraisal=2023-0001." }, 0)
  end
  local published = host.events({ register = "appraisals", record = record.id, action = "publish" })
  local last = published[#published]
  if last == nil or record.grade == nil then
    error({ zh = `“{record.title}”尚未公布结果`, en = `“{record.title}” has not been published.` }, 0)
  end
  local unit = names.unit(record.unit, last.on)
  local said = if record.average
    then `{unit}“{record.title}”平均{record.average}分，`
    else `{unit}“{record.title}”满意{record.good}票、基本满意{record.fair}票、不满意{record.poor}票，`
  local body = { blocks.paragraph(said .. `评议结果为{host.label("appraisals", "grade", record.grade).zh}。`) }
  for _, paragraph in blocks.paragraphs(record.opinion) do
    table.insert(body, paragraph)
  end
  local due = host.date.add_days(last.on, host.figure("rectify_days", last.on))
  table.insert(body, blocks.paragraph(`请于{blocks.day(due)}前报告整改情况。`))
  return {
    kind = "letter", language = "zh", title = `关于“{record.title}”评议结果的通报`, addressees = { unit }, sections = { { blocks = body } },
    signature = { issuers = { settings.issuer }, date = last.on, seal = true },
  }
end)

local function published(title, draft, votes, expect)
  draft.register, draft.id, draft.action, draft.on = "appraisals", "1", "publish", "2023-10-20"
  host.example(title, { point = "record.normalize", draft = draft, calls = { records = votes }, expect = expect })
end

local function vote(good, fair, poor)
  return { { id = "v", register = "votes", stage = "closed", candidates = { "评议" }, counts = { ["评议"] = { good = good, fair = fair, poor = poor } } } }
end

published("31 satisfied, 9 fairly, 2 not: passed", {}, vote(31, 9, 2), { good = 31, fair = 9, poor = 2, grade = "passed" })
published("34 of 42 satisfied are more than four in five", {}, vote(34, 6, 2), { grade = "excellent" })
published("less than three in five is not enough", {}, vote(15, 10, 17), { grade = "failed" })
published("scores are averaged", { scores = { 90, 85, 86 } }, {}, { average = 87, grade = "excellent" })

local function guarded(title, record, expect)
  host.example(title, {
    point = "action.guard", event = { register = "appraisals", action = "publish", nth = 1 }, record = record, ctx = { deadlines = {}, totals = {} }, expect = expect,
  })
end

guarded("without ballot or score there is no result", {}, { { text = { zh = "既没有测评结果，也没有评分" } } })
guarded("with one there is", { grade = "passed" }, {})

host.example("it is put to the ballot by a vote", {
  point = "action.effect", event = { register = "appraisals", action = "put_to_ballot", nth = 1, on = "2023-10-20" }, record = { id = "1", title = "评议" },
  expect = { { key = "vote-1", register = "votes", fields = { kind = "appraisal", candidates = { "评议" }, appraisal = "1" } } },
})
host.example("a score is between 0 and 100", {
  point = "record.check", action = "score", draft = { register = "appraisals", scores = { 90, 120 } }, expect = { { level = "error", field = "given" } },
})
host.example("what was found is put right within ninety days", {
  point = "deadline.compute", old = {}, event = { register = "appraisals", action = "publish", on = "2023-10-20" }, record = { register = "appraisals", stage = "published", unit = "a", title = "评议" },
  expect = { { name = "rectify", due = "2024-01-18" } },
})
host.example("a reminder before, and an urging after", {
  point = "reminder.plan", deadline = { name = "rectify", start = "2023-10-20", due = "2024-01-18" }, record = { register = "appraisals", unit = "a", title = "评议" },
  calls = { ["date.add_working_days"] = "2024-01-11" }, expect = { { kind = "reminder", to = "a" }, { kind = "urging", to = "a" } },
})
host.example("the result on paper", {
  point = "report.build", name = "appraisal-result", parameters = { appraisal = "1" },
  calls = {
    records = { { id = "1", register = "appraisals", stage = "published", title = "评议", unit = "a", good = 31, fair = 9, poor = 2, grade = "passed", opinion = "补短板。" } },
    events = { { id = "e", seq = 1, register = "appraisals", record = "1", action = "publish", on = "2023-10-20", by = "li", fields = {}, nth = 1 } },
    unit = { id = "a", title = { zh = "水务局" } }, label = { zh = "合格" },
  },
  expect = { addressees = { "水务局" }, sections = { { blocks = { { text = "水务局“评议”满意31票、基本满意9票、不满意2票，评议结果为合格。" }, { text = "补短板。" }, { text = "请于2024年1月18日前报告整改情况。" } } } } },
})
host.example("none before it is published", {
  point = "report.build", name = "appraisal-result", parameters = { appraisal = "1" },
  calls = { records = { { id = "1", register = "appraisals", stage = "rating", title = "评议", unit = "a" } }, events = {} }, fails = "尚未公布结果",
})
