-- What is entered, where it stands, and who may do what with it. Roles are what the directory gives people.

host.register("NAME", {
  title = { zh = "NAME", en = "NAME" },
  fields = {
    title = { type = "text", required = true, max = 60, search = true, order = 1, label = { zh = "标题", en = "Title" } },
    -- Who has a role in a unit sees the records of that unit.
    unit = { type = "unit", required = true, order = 2, label = { zh = "单位", en = "Unit" } },
    text = { type = "longtext", order = 3, label = { zh = "内容", en = "Text" } },
    -- Set by the form of an action, so the first form does not ask for it.
    result = { type = "text", max = 200, asked = false, order = 4, label = { zh = "结果", en = "Result" } },
  },
  stages = {
    { id = "draft", label = { zh = "草稿", en = "Draft" } },
    { id = "submitted", label = { zh = "办理中", en = "In hand" } },
    { id = "closed", label = { zh = "已办结", en = "Done" } },
  },
  actions = {
    submit = { title = { zh = "受理", en = "Take in" }, from = { "draft" }, to = "submitted", by = "clerk", submission = true },
    close = {
      title = { zh = "办结", en = "Done" }, from = { "submitted" }, to = "closed", by = { "clerk", "editor" },
      form = { said = { type = "text", required = true, max = 200, sets = "result", label = { zh = "结果", en = "Result" } } },
    },
  },
  measures = { done = { title = { zh = "办结", en = "Done" }, unit = { zh = "分", en = "points" } } },
})
