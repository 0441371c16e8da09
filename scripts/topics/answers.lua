-- Topics that somebody else needs (党委、政府办公室、上级人大): the answer goes back to them. What is owed is shown to
-- editors, a topic is not closed without an answer, and the answer is a document that lists what was adopted on it.

local blocks = require("std/blocks")
local labels = require("information/lib/labels")
local names = require("std/names")
local roles = require("std/roles")
local settings = host.settings

-- More than an office has, so that none is left out.
local all = 10000

-- `市委办公室`, or what sort of asker it is.
local function asker_of(topic)
  if (topic.asked_by or "") ~= "" then
    return topic.asked_by
  end
  return labels.of({}, "topics", "asker", topic.asker).zh
end

host.on("record.check", { register = "topics", action = "answer" }, function(draft)
  if draft.asker == nil then
    return { level = "error", field = "asker", text = { zh = "没有需求来源，无须反馈", en = "Nobody asked for this topic: there is nobody to answer." } }
  end
end)

host.on("record.check", { register = "topics", action = "close" }, function(draft)
  if draft.asker and (draft.answer or "") == "" then
    return {
      level = "warning", field = "answer",
      text = { zh = `“{draft.title}”尚未向{asker_of(draft)}反馈`, en = `“{draft.title}” has not been answered.` },
    }
  end
end)

host.on("panel.show", { place = "home" }, function(_, person)
  if not roles.holds(person, "editor", "leader") then
    return nil
  end
  local rows = {}
  for _, stage in { "planned", "commissioned" } do
    for _, topic in host.records({ register = "topics", stage = stage, limit = all }) do
      if topic.asker then
        local due = if topic.due then `，{topic.due} 前` else ""
        table.insert(rows, { zh = `{asker_of(topic)}：{topic.title}{due}`, en = `{asker_of(topic)}: {topic.title}` })
      end
    end
  end
  if #rows == 0 then
    return nil
  end
  return {
    id = "topic-answers", title = { zh = "待反馈需求来源的选题", en = "Topics to be answered" }, kind = "list", rows = rows,
    link = "topics", level = "notice", order = 12,
  }
end)

host.on("report.build", {
  name = "topic-answer", title = { zh = "选题反馈函", en = "Answer on a topic" },
  form = {
    topic = { type = "record", of = "topics", required = true, order = 1, label = { zh = "选题", en = "Topic" } },
    date = { type = "date", order = 2, label = { zh = "成文日期", en = "Date" } },
  },
}, function(_, parameters)
  local topic = if parameters.topic then host.records({ register = "topics", id = parameters.topic })[1] else nil
  if topic == nil then
    error({ zh = "请指定选题，例如 topic=2023-0001", en = "Say which topic, such as topic=2023-0001." }, 0)
  end
  if topic.asker == nil then
    error({ zh = "没有需求来源，无须反馈", en = "Nobody asked for this topic." }, 0)
  end
  local date = parameters.date or host.now().on
  local items, units = {}, {}
  for _, item in host.records({ register = "information", match = { topic = topic.id }, limit = all }) do
    if host.count({ register = "information", action = "adopt", record = item.id }) > 0 then
      local unit = names.unit(item.unit, date)
      table.insert(items, `{item.title}（{unit}）`)
      units[unit] = true
    end
  end
  local body = { blocks.paragraph(`贵单位提出的“{topic.title}”信息需求，我们组织有关单位作了了解，现将情况反馈如下。`) }
  for _, paragraph in blocks.paragraphs(topic.answer or topic.text) do
    table.insert(body, paragraph)
  end
  table.insert(body, blocks.paragraph(if #items == 0 then "目前没有采用的信息。" else `有关信息{#items}篇：`))
  if #items > 0 then
    table.insert(body, { kind = "list", items = items })
  end
  return {
    kind = "letter", language = "zh", title = `关于“{topic.title}”信息需求的反馈函`,
    addressees = { asker_of(topic) }, sections = { { blocks = body } },
    signature = { issuers = { settings.issuer }, date = date, seal = true },
  }
end)

local topic = { id = "7", register = "topics", stage = "commissioned", title = "养老服务", asker = "party", asked_by = "市委办公室", due = "2023-05-31" }

local function checked(title, action, draft, expect)
  draft.register, draft.title = "topics", "养老服务"
  host.example(title, { point = "record.check", action = action, draft = draft, expect = expect })
end

checked("nobody is answered who did not ask", "answer", {}, { { level = "error", field = "asker" } })
checked("who asked is", "answer", { asker = "party" }, {})
checked("a topic that is closed without an answer is warned of", "close", { asker = "upper", asked_by = "省人大常委会研究室" }, { { level = "warning" } })
checked("once it was answered it is not", "close", { asker = "upper", answer = "已报送" }, {})

host.example("what is to be answered", {
  point = "panel.show", place = "home", person = { id = "li", roles = { { role = "editor" } } }, calls = { records = { topic }, events = {} },
  -- In an example the one topic is in each stage.
  expect = { { id = "topic-answers", rows = { { zh = "市委办公室：养老服务，2023-05-31 前" }, { zh = "市委办公室：养老服务，2023-05-31 前" } } } },
})

host.example("an answer goes to who asked, with what was adopted", {
  point = "report.build", name = "topic-answer", parameters = { topic = "7", date = "2023-06-01" },
  calls = {
    records = { { id = "7", register = "topics", stage = "adopted", title = "养老服务", asker = "party", asked_by = "市委办公室", unit = "a", answer = "各地助餐点覆盖八成村。" } },
    unit = { id = "a", title = { zh = "甲县" } }, count = 1,
  },
  expect = {
    title = "关于“养老服务”信息需求的反馈函", addressees = { "市委办公室" },
    sections = { { blocks = { { kind = "paragraph" }, { text = "各地助餐点覆盖八成村。" }, { text = "有关信息1篇：" }, { items = { "养老服务（甲县）" } } } } },
    signature = { date = "2023-06-01" },
  },
})
