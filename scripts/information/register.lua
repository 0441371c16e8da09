-- The information register: what an item is, and what can be done to it.

local settings = host.settings
local labels = require("lib/labels")
local levels = labels.all(labels.levels, settings.levels)
local kinds = labels.all(labels.kinds, settings.kinds)
local carriers = require("lib/carriers").all(settings.carriers)
local level = { type = "choice", of = levels, label = { zh = "层级", en = "Level" } }
local carrier = { type = "choice", of = carriers, label = { zh = "载体", en = "Carrier" } }

host.register("information", {
  title = { zh = "信息", en = "Information" },
  fields = {
    title = { type = "text", required = true, max = settings.title_max, search = true, order = 1, label = { zh = "标题", en = "Title" } },
    kind = { type = "choice", of = kinds, default = "dynamic", order = 2, label = { zh = "类别", en = "Kind" } },
    unit = { type = "unit", required = true, order = 3, label = { zh = "报送单位", en = "Unit" } },
    joint = { type = "unit", many = true, order = 4, label = { zh = "联合报送单位", en = "Joint units" } },
    author = { type = "person", many = true, order = 5, label = { zh = "撰稿人", en = "Authors" } },
    body = { type = "longtext", search = true, order = 6, label = { zh = "正文", en = "Text" } },
    urgent = { type = "bool", order = 7, label = { zh = "紧急信息", en = "Urgent" } },
    commissioned = { type = "bool", asked = false, order = 8, label = { zh = "约稿", en = "Commissioned" } },
    due = { type = "date", order = 8, label = { zh = "报送期限", en = "Due" } },
    files = { type = "file", many = true, max = 10, order = 7, label = { zh = "附件", en = "Attachments" } },
    parts = { type = "record", of = "information", many = true, order = 9, label = { zh = "合并的信息", en = "Merged items" } },
  },
  stages = labels.all(labels.stages, { "draft", "commissioned", "submitted", "returned", "adopted", "merged", "closed" }),
  actions = {
    submit = {
      title = { zh = "报送", en = "Submit" },
      from = { "draft", "commissioned", "returned" }, to = "submitted", by = "reporter",
      create = true, submission = true,
    },
    ["return"] = {
      title = { zh = "退回", en = "Return" },
      from = { "submitted" }, to = "returned", by = "editor",
      form = { reason = { type = "text", required = true, max = 200, label = { zh = "退回原因", en = "Reason" } } },
    },
    adopt = {
      title = { zh = "采用", en = "Adopt" },
      from = { "submitted", "adopted" }, to = "adopted", by = "editor",
      form = {
        carrier = carrier,
        level = level,
        issue = { type = "integer", min = 1, label = { zh = "期号", en = "Issue" } },
        words = { type = "integer", min = 1, label = { zh = "刊用字数", en = "Characters published" } },
      },
    },
    forward = {
      title = { zh = "上报", en = "Forward" },
      from = { "submitted", "adopted" }, by = "editor",
      form = { forwarded_to = { type = "choice", of = levels, required = true, label = { zh = "上报层级", en = "To which level" } } },
    },
    instruct = {
      title = { zh = "批示", en = "Instruction" },
      from = { "submitted", "adopted" }, by = { "editor", "leader" },
      form = {
        level = { type = "choice", of = levels, required = true, label = { zh = "批示层级", en = "Level" } },
        carrier = carrier,
        leader = { type = "text", max = 40, label = { zh = "批示领导", en = "Leader" } },
        text = { type = "longtext", label = { zh = "批示内容", en = "Text" } },
        targets = { type = "unit", many = true, label = { zh = "交办单位", en = "Targets" } },
      },
    },
    commission = {
      title = { zh = "约稿", en = "Commission" },
      from = { "draft" }, to = "commissioned", by = "editor", create = true,
    },
    rekind = {
      title = { zh = "改类", en = "Change kind" },
      by = "editor",
      form = { new_kind = { type = "choice", of = kinds, required = true, sets = "kind", label = { zh = "新类别", en = "New kind" } } },
    },
    merge = {
      title = { zh = "合并编发", en = "Merge" },
      from = { "draft" }, to = "submitted", by = "editor", create = true, gathers = "parts",
    },
    merged = {
      title = { zh = "被合并", en = "Merged into another" },
      from = { "submitted", "adopted" }, to = "merged",
      form = { piece = { type = "record", of = "information", label = { zh = "合并稿", en = "Piece" } } },
    },
    close = {
      title = { zh = "办结", en = "Close" },
      from = { "submitted", "returned", "adopted", "commissioned" }, to = "closed", by = "editor",
    },
  },
  measures = {
    points = { places = 2, title = { zh = "得分", en = "Points" }, unit = { zh = "分", en = "points" } },
  },
  pools = {
    units = { title = { zh = "报送单位", en = "Units" }, classes = settings.unit_classes },
    direct = { title = { zh = "信息直报点", en = "Direct-reporting points" }, classes = settings.direct_classes },
  },
})
