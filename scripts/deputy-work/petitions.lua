-- Petitions: answered by an office in time, and what came of them told to deputy and citizen.

local blocks = require("std/blocks")
local deadlines = require("std/deadlines")
local names = require("std/names")
local reminders = require("std/reminders")
local roles = require("std/roles")
local settings = host.settings

host.on("deadline.compute", { register = "petitions", action = "transfer", match = { stage = "transferred" }, clause = "answer" }, function(event)
  return deadlines.days("answer", event.on, host.figures.answer_days, { zh = "群众意见答复", en = "petitions" })
end)

host.on("deadline.compute", { register = "petitions", action = "answer", match = { stage = "answered" }, clause = "tell" }, function(event)
  return deadlines.days("tell", event.on, host.figures.tell_days, { zh = "反馈代表和群众", en = "telling deputy and citizen" })
end)

host.on("reminder.plan", { register = "petitions", name = "answer" }, function(deadline, petition)
  return reminders.plan(deadline, petition.unit, settings, {
    reminder = { zh = `群众意见“{petition.title}”应于 {deadline.due} 前答复`, en = `The petition “{petition.title}” is to be answered by {deadline.due}.` },
    urging = { zh = `群众意见“{petition.title}”应于 {deadline.due} 前答复，现已超期`, en = `The petition “{petition.title}” was to be answered by {deadline.due}.` },
  })
end)

-- The deputy hears of the answer on the day it is there.
host.on("reminder.plan", { register = "petitions", name = "tell" }, function(deadline, petition)
  return {
    on = deadline.start or deadline.due, kind = "reminder", to = petition.deputy,
    text = { zh = `您反映的“{petition.title}”已答复`, en = `“{petition.title}”, which you passed on, was answered.` },
  }
end)

-- Deputies see what became of what they heard; clerks what is to be transferred and told.
host.on("panel.show", { place = "home" }, function(_, person)
  if roles.holds(person, table.unpack(settings.clerks)) then
    local new = host.records({ register = "petitions", stage = "received", limit = 1000 })
    local answered = host.records({ register = "petitions", stage = "answered", limit = 1000 })
    if #new + #answered == 0 then
      return nil
    end
    return {
      id = "petitions", kind = "list", link = "petitions", level = "notice", order = 22, title = { zh = "群众意见", en = "Petitions" },
      rows = { { zh = `待转办：{#new}`, en = `To be transferred: {#new}` }, { zh = `待反馈：{#answered}`, en = `To be told: {#answered}` } },
    }
  end
  if not roles.holds(person, settings.deputies) then
    return nil
  end
  local rows = {}
  for _, petition in host.records({ register = "petitions", match = { deputy = person.id }, limit = 1000 }) do
    table.insert(rows, { zh = `{petition.title}：{host.label("petitions", "stage", petition.stage).zh}`, en = `{petition.title}: {host.label("petitions", "stage", petition.stage).en}` })
  end
  if #rows == 0 then
    return nil
  end
  return { id = "petitions", kind = "list", link = "petitions", order = 22, title = { zh = "我反映的群众意见", en = "What I passed on" }, rows = rows }
end)

host.on("report.build", {
  name = "petition-answer", title = { zh = "群众意见反馈函", en = "What came of a petition" },
  form = { petition = { type = "record", of = "petitions", required = true, label = { zh = "群众意见", en = "Petition" } } },
}, function(_, parameters)
  local petition = if parameters.petition then host.records({ register = "petitions", id = parameters.petition })[1] else nil
  if petition == nil then
    error({ zh = "请指定意见，例如 petition=2023-0001", en = "Say which petition, such as petition=2023-0001." }, 0)
  end
  local answers = host.events({ register = "petitions", record = petition.id, action = "answer" })
  local last = answers[#answers]
  if last == nil or petition.answer == nil then
    error({ zh = `“{petition.title}”尚未答复`, en = `“{petition.title}” has not been answered.` }, 0)
  end
  local body = { blocks.paragraph(`您反映的“{petition.title}”，{names.unit(petition.unit, last.on)}答复如下：`) }
  for _, paragraph in blocks.paragraphs(petition.answer) do
    table.insert(body, paragraph)
  end
  local deputy = host.person(petition.deputy, last.on)
  return {
    kind = "letter", language = "zh", title = `关于“{petition.title}”的反馈`, addressees = { petition.citizen or "反映人" }, sections = { { blocks = body } },
    signature = { issuers = { settings.issuer }, date = last.on },
    imprint = { copies_to = { `{if deputy then deputy.name or petition.deputy else petition.deputy}代表` }, printed_by = settings.issuer, printed_on = last.on },
  }
end)

local petition = { id = "1", register = "petitions", stage = "answered", title = "路灯不亮", deputy = "hu", unit = "a", citizen = "张三", answer = "已修复。" }

local function due(title, action, stage, expect)
  host.example(title, {
    point = "deadline.compute", old = {}, event = { register = "petitions", action = action, on = "2023-05-01" }, record = { register = "petitions", stage = stage, title = "路灯不亮", unit = "a" },
    expect = expect,
  })
end

due("a petition is answered within thirty days", "transfer", "transferred", { { name = "answer", due = "2023-05-31" } })
due("and told within five", "answer", "answered", { { name = "tell", due = "2023-05-06" } })
due("then nothing is owed", "answer", "told", {})
host.example("the office is reminded", {
  point = "reminder.plan", deadline = { name = "answer", start = "2023-05-01", due = "2023-05-31" }, record = petition, calls = { ["date.add_working_days"] = "2023-05-26" },
  expect = { { kind = "reminder", to = "a" }, { kind = "urging", to = "a" } },
})
host.example("the deputy hears of the answer", {
  point = "reminder.plan", deadline = { name = "tell", start = "2023-05-20", due = "2023-05-25" }, record = petition, expect = { { on = "2023-05-20", to = "hu" } },
})
host.example("a deputy sees what became of it", {
  point = "panel.show", place = "home", person = { id = "hu", roles = { { role = settings.deputies } } }, calls = { records = { petition }, label = { zh = "待反馈", en = "Answered" } },
  expect = { { rows = { { zh = "路灯不亮：待反馈" } } } },
})
host.example("a clerk what is to be done", {
  point = "panel.show", place = "home", person = { id = "li", roles = { { role = settings.clerks[1] or "editor" } } }, calls = { records = { petition } },
  expect = { { rows = { { zh = "待转办：1" }, { zh = "待反馈：1" } } } },
})
host.example("it is told to the citizen, with a copy to the deputy", {
  point = "report.build", name = "petition-answer", parameters = { petition = "1" },
  calls = {
    records = { petition }, unit = { id = "a", title = { zh = "城管局" } }, person = { id = "hu", name = "胡明" },
    events = { { id = "e", seq = 1, register = "petitions", record = "1", action = "answer", on = "2023-05-20", by = "zhou", fields = {}, nth = 1 } },
  },
  expect = { addressees = { "张三" }, sections = { { blocks = { { text = "您反映的“路灯不亮”，城管局答复如下：" }, { text = "已修复。" } } } }, imprint = { copies_to = { "胡明代表" } } },
})
host.example("not before it is answered", {
  point = "report.build", name = "petition-answer", parameters = { petition = "1" }, calls = { records = { { id = "1", register = "petitions", stage = "transferred", title = "路灯不亮" } }, events = {} },
  fails = "尚未答复",
})
