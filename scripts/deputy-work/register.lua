-- What deputies did, contact stations with their duties, and petitions of citizens.

local settings = host.settings

local clerks, officers = settings.clerks, settings.officers

local kinds = {
  { id = "meeting", label = { zh = "会议", en = "Meeting" } },
  { id = "inspection", label = { zh = "视察调研", en = "Inspection" } },
  { id = "contact", label = { zh = "接待群众", en = "Hearing citizens" } },
  { id = "training", label = { zh = "培训", en = "Training" } },
}

host.register("activities", {
  title = { zh = "代表活动", en = "Deputies' activities" },
  fields = {
    title = { type = "text", required = true, max = 100, search = true, order = 1, label = { zh = "活动", en = "Activity" } },
    kind = { type = "choice", of = kinds, required = true, order = 2, label = { zh = "类别", en = "Kind" } },
    deputies = { type = "person", many = true, required = true, sees = settings.deputies, order = 3, label = { zh = "参加代表", en = "Who took part" } },
    note = { type = "longtext", order = 4, label = { zh = "情况", en = "Note" } },
  },
  stages = { { id = "draft", label = { zh = "草稿", en = "Draft" } }, { id = "held", label = { zh = "已登记", en = "Entered" } } },
  actions = { hold = { title = { zh = "登记", en = "Enter" }, from = { "draft" }, to = "held", by = clerks, create = true, submission = true } },
  measures = { performance = { title = { zh = "履职", en = "Performance" }, unit = { zh = "分", en = "points" }, account = "person" } },
})

host.register("stations", {
  title = { zh = "联络站", en = "Contact stations" },
  fields = {
    title = { type = "text", required = true, max = 100, search = true, order = 1, label = { zh = "联络站", en = "Station" } },
    unit = { type = "unit", order = 2, label = { zh = "所属单位", en = "Unit" } },
    address = { type = "text", max = 200, order = 3, label = { zh = "地址", en = "Address" } },
    deputies = { type = "person", many = true, order = 4, label = { zh = "进站代表", en = "Deputies" } },
  },
  stages = { { id = "draft", label = { zh = "草稿", en = "Draft" } }, { id = "open", label = { zh = "开放", en = "Open" } }, { id = "closed", label = { zh = "已撤销", en = "Closed" } } },
  actions = {
    open = { title = { zh = "设立", en = "Open" }, from = { "draft" }, to = "open", by = clerks, submission = true },
    amend = { title = { zh = "修改", en = "Amend" }, edits = true, from = { "open" }, by = clerks },
    close = { title = { zh = "撤销", en = "Close" }, from = { "open" }, to = "closed", by = clerks },
  },
})

host.register("duties", {
  title = { zh = "联络站值班", en = "Duties" },
  fields = {
    title = { type = "text", required = true, max = 100, order = 1, label = { zh = "值班", en = "Duty" } },
    station = { type = "record", of = "stations", required = true, order = 2, label = { zh = "联络站", en = "Station" } },
    deputy = { type = "person", required = true, sees = settings.deputies, order = 3, label = { zh = "值班代表", en = "Deputy" } },
    day = { type = "date", required = true, order = 4, label = { zh = "日期", en = "Day" } },
    heard = { type = "integer", min = 0, asked = false, order = 5, label = { zh = "接待人次", en = "Citizens heard" } },
  },
  stages = {
    { id = "draft", label = { zh = "草稿", en = "Draft" } }, { id = "planned", label = { zh = "已安排", en = "Planned" } }, { id = "done", label = { zh = "已值班", en = "Done" } },
    { id = "missed", label = { zh = "未值班", en = "Missed" } },
  },
  actions = {
    plan = { title = { zh = "安排", en = "Plan" }, from = { "draft" }, to = "planned", by = clerks, submission = true },
    complete = {
      title = { zh = "已值班", en = "Done" }, from = { "planned" }, to = "done", by = clerks,
      form = { were_heard = { type = "integer", min = 0, sets = "heard", label = { zh = "接待人次", en = "Citizens heard" } } },
    },
    miss = { title = { zh = "未值班", en = "Missed" }, from = { "planned" }, to = "missed", by = clerks },
  },
})

host.register("petitions", {
  title = { zh = "群众意见", en = "Petitions" },
  fields = {
    title = { type = "text", required = true, max = 100, search = true, order = 1, label = { zh = "事由", en = "About" } },
    text = { type = "longtext", required = true, search = true, order = 2, label = { zh = "内容", en = "Text" } },
    citizen = { type = "text", max = 50, personal = true, order = 3, label = { zh = "反映人", en = "Citizen" } },
    contact = { type = "text", max = 50, personal = true, order = 4, label = { zh = "联系方式", en = "How to reach them" } },
    deputy = { type = "person", required = true, sees = settings.deputies, order = 5, label = { zh = "接待代表", en = "Heard by" } },
    station = { type = "record", of = "stations", order = 6, label = { zh = "联络站", en = "Station" } },
    suggestion = { type = "record", of = "suggestions", asked = false, order = 7, label = { zh = "形成的建议", en = "Became the suggestion" } },
    unit = { type = "unit", asked = false, order = 8, label = { zh = "办理单位", en = "Office" } },
    answer = { type = "longtext", asked = false, order = 9, label = { zh = "答复", en = "Answer" } },
    told_by = { type = "text", max = 100, asked = false, order = 10, label = { zh = "反馈方式", en = "Told by" } },
  },
  stages = {
    { id = "draft", label = { zh = "草稿", en = "Draft" } },
    { id = "received", label = { zh = "待转办", en = "Received" } },
    { id = "transferred", label = { zh = "办理中", en = "Transferred" } },
    { id = "answered", label = { zh = "待反馈", en = "Answered" } },
    { id = "told", label = { zh = "已反馈", en = "Told" } },
  },
  actions = {
    receive = { title = { zh = "受理", en = "Take in" }, from = { "draft" }, to = "received", by = clerks, submission = true },
    transfer = {
      title = { zh = "转办", en = "Transfer" }, from = { "received" }, to = "transferred", by = clerks,
      form = { to = { type = "unit", required = true, sets = "unit", label = { zh = "办理单位", en = "Office" } } },
    },
    answer = {
      title = { zh = "答复", en = "Answer" }, from = { "transferred" }, to = "answered", by = officers,
      form = { said = { type = "longtext", required = true, max = 20000, sets = "answer", label = { zh = "答复", en = "Answer" } } },
    },
    tell = {
      title = { zh = "反馈代表和群众", en = "Tell deputy and citizen" }, from = { "answered" }, to = "told", by = clerks,
      form = { by_way = { type = "text", required = true, max = 100, sets = "told_by", label = { zh = "反馈方式", en = "How" } } },
    },
    raise = {
      title = { zh = "转为代表建议", en = "Make it a suggestion" }, from = { "received", "answered" }, by = clerks,
      form = { as = { type = "record", of = "suggestions", required = true, sets = "suggestion", label = { zh = "代表建议", en = "Suggestion" } } },
    },
  },
})
