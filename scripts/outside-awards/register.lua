-- The register of awards that others gave: to an item, to its authors, or to people alone.

local labels = require("information/lib/labels")

host.register("honours", {
  title = { zh = "外部获奖", en = "Outside awards" },
  fields = {
    title = { type = "text", required = true, max = 100, search = true, order = 1, label = { zh = "奖项", en = "Award" } },
    giver = { type = "text", required = true, max = 100, search = true, order = 2, label = { zh = "授予单位", en = "Given by" } },
    level = { type = "choice", of = labels.all(labels.levels, host.settings.levels), order = 3, label = { zh = "级别", en = "Level" } },
    date = { type = "date", required = true, order = 4, label = { zh = "授予日期", en = "Given on" } },
    item = { type = "record", of = "information", order = 5, label = { zh = "获奖信息", en = "Item" } },
    authors = { type = "person", many = true, order = 6, label = { zh = "获奖人", en = "People" } },
    unit = { type = "unit", order = 7, label = { zh = "单位", en = "Unit" } },
    certificate = { type = "file", many = true, max = 5, order = 8, label = { zh = "证书", en = "Certificate" } },
  },
  stages = {
    { id = "draft", label = { zh = "草稿", en = "Draft" } },
    { id = "proposed", label = { zh = "待核定", en = "To be confirmed" } },
    { id = "granted", label = { zh = "已记录", en = "Recorded" } },
    { id = "withdrawn", label = { zh = "已撤回", en = "Withdrawn" } },
  },
  actions = {
    propose = {
      title = { zh = "申报", en = "Report" },
      from = { "draft" }, to = "proposed", by = "reporter", create = true, submission = true,
    },
    grant = {
      title = { zh = "核定记录", en = "Record" },
      from = { "draft", "proposed" }, to = "granted", by = "editor", create = true,
    },
    withdraw = {
      title = { zh = "撤回", en = "Withdraw" },
      from = { "proposed", "granted" }, to = "withdrawn", by = "editor",
      form = { reason = { type = "text", required = true, max = 200, label = { zh = "撤回原因", en = "Reason" } } },
    },
  },
})

-- Shown on the item; the event that sets it comes with the award, and nobody takes it by hand.
host.register("honoured-items", {
  extends = "information",
  fields = {
    honours = { type = "record", of = "honours", many = true, asked = false, order = 10, label = { zh = "获奖", en = "Awards" } },
  },
  actions = {
    honoured = {
      title = { zh = "获奖", en = "Awarded" },
      form = { now = { type = "record", of = "honours", many = true, sets = "honours", label = { zh = "获奖", en = "Awards" } } },
    },
  },
})
