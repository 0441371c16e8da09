-- The register of instructions: what a leader wrote, with each unit that has to act on it.

local labels = require("information/lib/labels")
local stages = require("lib/stages")
local levels = labels.all(labels.levels, host.settings.levels)

host.register("instructions", {
  title = { zh = "批示办理", en = "Instructions" },
  fields = {
    title = { type = "text", required = true, search = true, order = 1, label = { zh = "标题", en = "Title" } },
    item = { type = "record", of = "information", order = 2, label = { zh = "信息", en = "Item" } },
    leader = { type = "text", max = 40, order = 3, label = { zh = "批示领导", en = "Leader" } },
    level = { type = "choice", of = levels, order = 4, label = { zh = "批示层级", en = "Level" } },
    text = { type = "longtext", search = true, order = 5, label = { zh = "批示内容", en = "Instruction" } },
    unit = { type = "unit", required = true, order = 6, label = { zh = "承办单位", en = "Unit" } },
    answer = { type = "longtext", search = true, asked = false, order = 7, label = { zh = "办理情况", en = "What was done" } },
  },
  stages = labels.all(stages.labels, stages.order),
  actions = {
    assign = {
      title = { zh = "交办", en = "Assign" },
      from = { "draft" }, to = "assigned", by = "editor", create = true, submission = true,
    },
    sign = {
      title = { zh = "签收", en = "Sign" },
      from = { "assigned" }, to = "signed", by = "reporter",
    },
    -- Form fields have names of their own: one that is called like a field of the record begins with what that says.
    urge = {
      title = { zh = "催办", en = "Urge" },
      from = stages.owing, by = { "editor", "leader" },
      form = { urging = { type = "longtext", label = { zh = "催办意见", en = "Urging" } } },
    },
    reply = {
      title = { zh = "反馈", en = "Answer" },
      from = stages.owing, to = "answered", by = "reporter",
      form = { reply = { type = "longtext", required = true, sets = "answer", label = { zh = "办理情况", en = "What was done" } } },
    },
    back = {
      title = { zh = "退回重办", en = "Send back" },
      from = { "answered" }, to = "signed", by = "editor",
      form = { reason = { type = "longtext", required = true, label = { zh = "退回原因", en = "Reason" } } },
    },
    close = {
      title = { zh = "办结", en = "Close" },
      from = { "answered" }, to = "closed", by = "editor",
    },
  },
})
