-- Minutes: due some days after the meeting, with the tasks that were agreed, each a record of its own.

local deadlines = require("std/deadlines")
local tasks = require("std/tasks")
local settings = host.settings

host.on("deadline.compute", { register = "meetings", action = "hold", match = { stage = "held" } }, function(event)
  return deadlines.days("minute", event.on, settings.minutes_days, { zh = "会后形成纪要", en = "minutes" })
end)

host.on("record.check", { register = "meetings", action = "minute" }, function(draft)
  local list, line = tasks.read(draft.form.tasks)
  if list == nil then
    return { level = "error", field = "tasks", text = { zh = `第{line}行应写作“单位代码: 任务”`, en = `Line {line} is written “unit: what is to be done”.` } }
  end
  local found = {}
  for _, task in list do
    if host.unit(task.unit, draft.on) == nil then
      table.insert(found, { level = "error", field = "tasks", text = { zh = `没有单位“{task.unit}”`, en = `There is no unit “{task.unit}”.` } })
    end
  end
  return found
end)

host.on("action.effect", { register = "meetings", action = "minute" }, function(event, meeting)
  local list = {}
  for n, task in tasks.read(event.fields.tasks) or {} do
    list[n] = tasks.new(`task-{n}`, task.title, task.unit, task.due, { meeting = meeting.id })
  end
  return list
end)

host.example("minutes are due some days after the meeting", {
  point = "deadline.compute", old = {}, event = { register = "meetings", action = "hold", on = "2023-05-20" }, record = { register = "meetings", stage = "held", title = "例会" },
  expect = { { name = "minute", start = "2023-05-20", due = host.date.add_days("2023-05-20", settings.minutes_days) } },
})

local function checked(title, said, calls, expect)
  host.example(title, {
    point = "record.check", action = "minute", draft = { register = "meetings", on = "2023-05-22", form = { tasks = said } }, calls = calls, expect = expect,
  })
end

checked("tasks that can be read", "a: 修路", { unit = { id = "a" } }, {})
checked("a line that can't", "修路", {}, { { level = "error", field = "tasks", text = { zh = "第1行应写作“单位代码: 任务”" } } })
checked("a unit that is not there", "x: 修路", { unit = host.null }, { { level = "error", field = "tasks", text = { zh = "没有单位“x”" } } })

host.example("each line is a task", {
  point = "action.effect", event = { register = "meetings", action = "minute", on = "2023-05-22", fields = { tasks = "a: 修路（2023-06-30）\nb: 报告" } },
  record = { id = "1", title = "例会" },
  expect = {
    { key = "task-1", register = "tasks", fields = { title = "修路", unit = "a", due = "2023-06-30", meeting = "1" } }, { key = "task-2", fields = { title = "报告", unit = "b" } },
  },
})
