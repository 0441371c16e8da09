-- Special inquiries: questions of deputies, answers, and promises, each of which becomes a task.

local tasks = require("std/tasks")
local settings = host.settings

local clerks = settings.clerks
-- Answers are entered in the room, or sent by whoever was asked.
local either = table.clone(clerks)
for _, role in settings.officers do
  table.insert(either, role)
end

host.register("inquiries", {
  title = { zh = "专题询问", en = "Inquiries" },
  fields = {
    title = { type = "text", required = true, max = 100, search = true, order = 1, label = { zh = "询问主题", en = "Inquiry" } },
    day = { type = "date", order = 2, label = { zh = "日期", en = "Day" } },
    agenda = { type = "record", of = "agenda", order = 3, label = { zh = "议程", en = "Agenda item" } },
    note = { type = "longtext", order = 4, label = { zh = "说明", en = "Note" } },
  },
  stages = {
    { id = "draft", label = { zh = "草稿", en = "Draft" } }, { id = "planned", label = { zh = "已列入计划", en = "Planned" } }, { id = "held", label = { zh = "已开展", en = "Held" } },
    { id = "closed", label = { zh = "已结束", en = "Closed" } },
  },
  actions = {
    plan = { title = { zh = "列入计划", en = "Plan" }, from = { "draft" }, to = "planned", by = clerks, submission = true },
    hold = { title = { zh = "开展", en = "Held" }, from = { "planned" }, to = "held", by = clerks },
    close = { title = { zh = "结束", en = "Close" }, from = { "held" }, to = "closed", by = clerks },
  },
})

host.register("questions", {
  title = { zh = "询问问题", en = "Questions" },
  fields = {
    title = { type = "text", required = true, max = 200, search = true, order = 1, label = { zh = "问题", en = "Question" } },
    inquiry = { type = "record", of = "inquiries", required = true, order = 2, label = { zh = "专题询问", en = "Inquiry" } },
    asked_by = { type = "person", order = 3, label = { zh = "询问人", en = "Asked by" } },
    unit = { type = "unit", required = true, order = 4, label = { zh = "应询单位", en = "Answered by" } },
    answer = { type = "longtext", asked = false, search = true, order = 5, label = { zh = "答复", en = "Answer" } },
    promise = { type = "text", max = 200, asked = false, order = 6, label = { zh = "承诺", en = "Promise" } },
    promised_by = { type = "date", asked = false, order = 7, label = { zh = "承诺期限", en = "Promised by" } },
  },
  stages = { { id = "draft", label = { zh = "草稿", en = "Draft" } }, { id = "asked", label = { zh = "待答复", en = "Asked" } }, { id = "answered", label = { zh = "已答复", en = "Answered" } } },
  actions = {
    ask = { title = { zh = "提出", en = "Ask" }, from = { "draft" }, to = "asked", by = clerks, submission = true },
    answer = {
      title = { zh = "答复", en = "Answer" }, from = { "asked" }, to = "answered", by = either,
      form = {
        said = { type = "longtext", required = true, max = 20000, sets = "answer", order = 1, label = { zh = "答复", en = "Answer" } },
        promises = { type = "text", max = 200, sets = "promise", order = 2, label = { zh = "承诺", en = "Promise" } },
        by = { type = "date", sets = "promised_by", order = 3, label = { zh = "承诺期限", en = "Promised by" } },
      },
    },
  },
})

host.register("tasks-of-supervision", {
  extends = "tasks",
  fields = { question = { type = "record", of = "questions", asked = false, order = 22, label = { zh = "询问问题", en = "Question" } } },
})

host.on("record.check", { register = "questions", action = "answer" }, function(draft)
  if draft.promised_by and (draft.promise or "") == "" then
    return { level = "error", field = "promises", text = { zh = "请填写承诺事项", en = "Say what is promised." } }
  end
end)

host.on("action.effect", { register = "questions", action = "answer" }, function(_, question)
  if (question.promise or "") == "" then
    return nil
  end
  return tasks.new("promise", question.promise, question.unit, question.promised_by, { question = question.id })
end)

host.example("a promise becomes a task", {
  point = "action.effect", event = { register = "questions", action = "answer", on = "2023-06-01" },
  record = { id = "1", title = "何时通车", unit = "a", promise = "年底通车", promised_by = "2023-12-31" },
  expect = { { key = "promise", register = "tasks", action = "assign", fields = { title = "年底通车", unit = "a", due = "2023-12-31", question = "1" } } },
})
host.example("an answer alone does not", { point = "action.effect", event = { register = "questions", action = "answer", on = "2023-06-01" }, record = { id = "1", unit = "a" }, expect = {} })
host.example("a day is that of a promise", {
  point = "record.check", action = "answer", draft = { register = "questions", promised_by = "2023-12-31" }, expect = { { level = "error", field = "promises" } },
})
host.example("a promise may have none", { point = "record.check", action = "answer", draft = { register = "questions", promise = "年底通车" }, expect = {} })
