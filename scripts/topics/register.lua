-- The register of topics: what is to be reported on in a period, by which units, until when. An item
-- that is written on a topic names it.

-- Who may ask for a topic besides the office itself.
local askers = {
  { id = "party", label = { zh = "党委", en = "Party committee" } },
  { id = "government", label = { zh = "政府办公室", en = "Government office" } },
  { id = "upper", label = { zh = "上级人大", en = "Upper congress" } },
}

local topic = { type = "record", of = "topics", label = { zh = "选题", en = "Topic" } }

host.register("topics", {
  title = { zh = "选题", en = "Topics" },
  fields = {
    title = { type = "text", required = true, max = 60, search = true, order = 1, label = { zh = "选题", en = "Topic" } },
    text = { type = "longtext", search = true, order = 2, label = { zh = "报送要点", en = "What is asked for" } },
    period = {
      type = "text", required = true, order = 3, label = { zh = "时段", en = "Period" },
      help = { zh = "如 2023-05、2023-Q2", en = "Such as 2023-05 or 2023-Q2" },
    },
    units = { type = "unit", many = true, order = 4, label = { zh = "约稿单位", en = "Units" } },
    asker = { type = "choice", of = askers, order = 5, label = { zh = "需求来源", en = "Whose need it is" } },
    asked_by = { type = "text", max = 60, order = 6, label = { zh = "来源单位", en = "Who asked" } },
    answer = { type = "longtext", asked = false, order = 8, label = { zh = "反馈情况", en = "What was answered" } },
    due = { type = "date", order = 7, label = { zh = "报送期限", en = "Due" } },
  },
  stages = {
    { id = "draft", label = { zh = "草稿", en = "Draft" } },
    { id = "planned", label = { zh = "已列入计划", en = "Planned" } },
    { id = "commissioned", label = { zh = "已约稿", en = "Commissioned" } },
    { id = "answered", label = { zh = "已反馈", en = "Answered" } },
    { id = "closed", label = { zh = "已结束", en = "Closed" } },
  },
  actions = {
    plan = {
      title = { zh = "列入计划", en = "Plan" },
      from = { "draft", "planned" }, to = "planned", by = { "editor", "leader" }, create = true, submission = true,
    },
    commission = {
      title = { zh = "向各单位约稿", en = "Commission from its units" },
      from = { "planned" }, to = "commissioned", by = "editor",
    },
    answer = {
      title = { zh = "反馈来源单位", en = "Answer who asked" },
      from = { "planned", "commissioned", "answered" }, to = "answered", by = "editor",
      form = {
        said = { type = "longtext", required = true, sets = "answer", label = { zh = "反馈内容", en = "Answer" } },
        answer_files = { type = "file", many = true, max = 10, label = { zh = "附件", en = "Files" } },
      },
    },
    close = {
      title = { zh = "结束", en = "Close" },
      from = { "planned", "commissioned", "answered" }, to = "closed", by = "editor",
    },
  },
})

-- Units don't open topics: what is asked of them stands on the item.
host.register("topics-of-items", {
  extends = "information",
  fields = {
    topic = { type = "record", of = "topics", asked = false, order = 10, label = topic.label },
    request = { type = "longtext", asked = false, order = 11, label = { zh = "约稿要求", en = "What is asked for" } },
  },
  actions = {
    relate = {
      title = { zh = "归入选题", en = "Put under a topic" },
      from = { "submitted", "returned", "adopted", "merged", "closed" }, by = "editor",
      form = { of_topic = { type = "record", of = "topics", required = true, sets = "topic", label = topic.label } },
    },
  },
})
