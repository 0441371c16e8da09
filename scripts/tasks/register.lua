-- Tasks of any line of work. One that gives tasks adds a field that says what they come of:
-- host.register("tasks-of-…", { extends = "tasks", fields = { … = { type = "record", of = "…" } } }),
-- and begins them from `action.effect` with `require("std/tasks").new(…)`.

local settings = host.settings

local function text(zh, en, required)
  return { type = "longtext", required = required, max = 5000, label = { zh = zh, en = en } }
end

host.register("tasks", {
  title = { zh = "任务", en = "Tasks" },
  fields = {
    title = { type = "text", required = true, max = 200, search = true, order = 1, label = { zh = "任务", en = "Task" } },
    unit = { type = "unit", required = true, order = 2, label = { zh = "承办单位", en = "Unit" } },
    person = { type = "person", order = 3, label = { zh = "承办人", en = "Person" } },
    due = { type = "date", order = 4, label = { zh = "完成期限", en = "Due" } },
    report = { type = "longtext", asked = false, order = 90, label = { zh = "完成情况", en = "What was done" } },
  },
  stages = {
    { id = "draft", label = { zh = "草稿", en = "Draft" } },
    { id = "assigned", label = { zh = "办理中", en = "In hand" } },
    { id = "done", label = { zh = "已完成", en = "Done" } },
    { id = "closed", label = { zh = "已办结", en = "Closed" } },
    { id = "dropped", label = { zh = "已撤销", en = "Dropped" } },
  },
  actions = {
    assign = { title = { zh = "交办", en = "Assign" }, from = { "draft" }, to = "assigned", by = settings.clerks, create = true, submission = true },
    extend = {
      title = { zh = "延期", en = "Extend" }, from = { "assigned" }, by = settings.clerks,
      form = { new_due = { type = "date", required = true, sets = "due", label = { zh = "新的期限", en = "New day" } }, why = text("原因", "Reason", true) },
    },
    complete = {
      title = { zh = "报告完成", en = "Report" }, from = { "assigned" }, to = "done", by = settings.officers,
      form = { said = { type = "longtext", required = true, sets = "report", max = 5000, label = { zh = "完成情况", en = "What was done" } } },
    },
    redo = { title = { zh = "退回重办", en = "Send back" }, from = { "done" }, to = "assigned", by = settings.clerks, form = { why = text("原因", "Reason", true) } },
    close = { title = { zh = "办结", en = "Close" }, from = { "done" }, to = "closed", by = settings.clerks },
    drop = { title = { zh = "撤销", en = "Drop" }, from = { "assigned" }, to = "dropped", by = settings.clerks, form = { why = text("原因", "Reason", true) } },
  },
})
