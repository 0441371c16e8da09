-- Trainings, with who attended: the directory as a document counts them.

local stages = { { id = "draft", label = { zh = "草稿", en = "Draft" } }, { id = "held", label = { zh = "已举办", en = "Held" } } }

host.register("trainings", {
  title = { zh = "培训记录", en = "Trainings" },
  fields = {
    title = { type = "text", required = true, max = 80, search = true, order = 1, label = { zh = "培训名称", en = "Training" } },
    people = { type = "person", many = true, required = true, order = 2, label = { zh = "参加人员", en = "Who attended" } },
    place = { type = "text", max = 80, order = 3, label = { zh = "地点", en = "Place" } },
    note = { type = "longtext", order = 4, label = { zh = "内容", en = "What it was about" } },
  },
  stages = stages,
  actions = {
    hold = { title = { zh = "登记", en = "Enter" }, from = { "draft" }, to = "held", by = "editor", create = true, submission = true },
  },
})
