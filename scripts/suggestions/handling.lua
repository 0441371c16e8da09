-- Joint handling, joining, ratings: what hangs together with what.

local tasks = require("std/tasks")

host.on("record.check", { register = "suggestions", action = "assign" }, function(draft)
  if draft.unit and table.find(draft.others or {}, draft.unit) then
    return { level = "error", field = "with_others", text = { zh = "主办单位不能同时协办", en = "The main office is not one of the others." } }
  end
end)

host.on("record.check", { register = "suggestions", action = "join" }, function(draft)
  if draft.joined_to == draft.id then
    return { level = "error", field = "into", text = { zh = "不能并入自身", en = "A suggestion is not joined to itself." } }
  end
  local into = host.records({ register = "suggestions", id = draft.joined_to })[1]
  if into and into.stage == "joined" then
    return { level = "error", field = "into", text = { zh = "该建议已并入其他建议", en = "That one is joined to another itself." } }
  end
end)

-- Each of the other offices has a task, due ten days before the answer would be if nothing were extended.
host.on("action.effect", { register = "suggestions", action = "assign" }, function(event, record)
  local list = {}
  for _, unit in record.others or {} do
    local due = host.date.add_days(host.date.add_months(event.on, host.figures.answer_months), -10)
    table.insert(list, tasks.new(`joint-{event.nth}-{unit}`, `协办：{record.title}`, unit, due, { suggestion = record.id }))
  end
  return list
end)

host.on("action.guard", { register = "suggestions", action = "close" }, function(_, record)
  if record.satisfaction == "dissatisfied" and (record.round or 1) == 1 then
    return { zh = "代表不满意，应再次办理", en = "The deputy is not satisfied: it is handled again first." }
  end
end)

host.on("action.guard", { register = "suggestions", action = "handle_again" }, function(_, record)
  if (record.round or 1) > 2 then
    return { zh = "已经再次办理", en = "It was handled again already." }
  end
end)

local function checked(title, action, draft, calls, expect)
  draft.register = "suggestions"
  host.example(title, { point = "record.check", action = action, draft = draft, calls = calls, expect = expect })
end

checked("a main office and another", "assign", { unit = "a", others = { "b" } }, nil, {})
checked("nobody is both", "assign", { unit = "a", others = { "b", "a" } }, nil, { { level = "error", field = "with_others" } })
checked("a suggestion is joined to another", "join", { id = "2", joined_to = "1" }, { records = { { id = "1", register = "suggestions", stage = "assigned" } } }, {})
checked("not to itself", "join", { id = "2", joined_to = "2" }, { records = {} }, { { level = "error", field = "into" } })
checked("nor to one that is joined", "join", { id = "2", joined_to = "1" }, { records = { { id = "1", register = "suggestions", stage = "joined" } } }, { { level = "error", field = "into" } })

host.example("the other offices have a task each", {
  point = "action.effect", event = { register = "suggestions", action = "assign", on = "2023-11-30", nth = 1 },
  record = { id = "7", title = "校门口交通", unit = "a", others = { "b" } },
  expect = { { key = "joint-1-b", register = "tasks", action = "assign", fields = { title = "协办：校门口交通", unit = "b", due = "2024-02-19", suggestion = "7" } } },
})

local function guarded(title, action, record, expect)
  host.example(title, {
    point = "action.guard", event = { register = "suggestions", action = action, nth = 1, on = "2024-03-01" }, record = record, ctx = { deadlines = {}, totals = {} }, expect = expect,
  })
end

guarded("who is not satisfied is heard again first", "close", { satisfaction = "dissatisfied", round = 1 }, { { text = { zh = "代表不满意，应再次办理" } } })
guarded("after a second handling it is closed", "close", { satisfaction = "dissatisfied", round = 2 }, {})
guarded("who is satisfied is done with", "close", { satisfaction = "satisfied", round = 1 }, {})
guarded("there is a second handling, and no third", "handle_again", { round = 3 }, { { text = { zh = "已经再次办理" } } })
