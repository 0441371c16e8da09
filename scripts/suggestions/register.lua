-- The register of deputies' suggestions: registered, joined or assigned to a main and other offices, answered with a result
-- class, rated by the deputy, handled a second time where that is asked for, closed.

local labels = require("lib/labels")
local settings = host.settings

local clerks, officers = settings.clerks, settings.officers

local function text(zh, en, sets)
  return { type = "longtext", required = true, max = 5000, sets = sets, label = { zh = zh, en = en } }
end

host.register("suggestions", {
  title = { zh = "代表建议", en = "Suggestions" },
  fields = {
    title = { type = "text", required = true, max = 100, search = true, order = 1, label = { zh = "标题", en = "Title" } },
    text = { type = "longtext", required = true, search = true, order = 2, label = { zh = "建议内容", en = "Text" } },
    deputy = { type = "person", required = true, sees = settings.deputies, order = 3, label = { zh = "领衔代表", en = "Deputy" } },
    joint = { type = "person", many = true, sees = settings.deputies, order = 4, label = { zh = "附议代表", en = "Seconded by" } },
    received = { type = "date", order = 5, label = { zh = "收到日期", en = "Received" }, help = { zh = "不填为登记之日", en = "The day of registration if left out" } },
    unit = { type = "unit", asked = false, order = 6, label = { zh = "主办单位", en = "Main office" } },
    others = { type = "unit", many = true, asked = false, order = 7, label = { zh = "协办单位", en = "Other offices" } },
    joined_to = { type = "record", of = "suggestions", asked = false, order = 8, label = { zh = "并入", en = "Joined to" } },
    extended = { type = "bool", asked = false, order = 9, label = { zh = "已延期", en = "Extended" } },
    reply = { type = "longtext", asked = false, order = 10, label = { zh = "答复", en = "Answer" } },
    class = { type = "choice", of = labels.classes, asked = false, order = 11, label = { zh = "办理结果", en = "Result" } },
    satisfaction = { type = "choice", of = labels.satisfactions, asked = false, order = 12, label = { zh = "代表评价", en = "Rating" } },
    round = { type = "integer", default = 1, asked = false, order = 13, label = { zh = "办理轮次", en = "Round" } },
  },
  stages = {
    { id = "draft", label = { zh = "草稿", en = "Draft" } },
    { id = "registered", label = { zh = "待交办", en = "To be assigned" } },
    { id = "assigned", label = { zh = "待签收", en = "To be signed for" } },
    { id = "handling", label = { zh = "办理中", en = "In hand" } },
    { id = "answered", label = { zh = "已答复", en = "Answered" } },
    { id = "rated", label = { zh = "已评价", en = "Rated" } },
    { id = "closed", label = { zh = "已办结", en = "Closed" } },
    { id = "joined", label = { zh = "已并案", en = "Joined" } },
  },
  actions = {
    submit = { title = { zh = "登记", en = "Register" }, from = { "draft" }, to = "registered", by = clerks, submission = true },
    join = {
      title = { zh = "并案", en = "Join" }, from = { "registered" }, to = "joined", by = clerks,
      form = { into = { type = "record", of = "suggestions", required = true, sets = "joined_to", label = { zh = "并入", en = "Joined to" } } },
    },
    assign = {
      title = { zh = "交办", en = "Assign" }, from = { "registered" }, to = "assigned", by = clerks,
      form = {
        main = { type = "unit", required = true, sets = "unit", order = 1, label = { zh = "主办单位", en = "Main office" } },
        with_others = { type = "unit", many = true, sets = "others", order = 2, label = { zh = "协办单位", en = "Other offices" } },
      },
    },
    sign = { title = { zh = "签收", en = "Sign" }, from = { "assigned" }, to = "handling", by = officers },
    hand_back = {
      title = { zh = "退回（不属本单位）", en = "Hand back" }, from = { "assigned", "handling" }, to = "registered", by = officers,
      form = { why = text("理由", "Why it is another's") },
    },
    extend = { title = { zh = "延期", en = "Extend" }, from = { "assigned", "handling" }, by = clerks, form = { why = text("理由", "Reason") } },
    answer = {
      title = { zh = "答复", en = "Answer" }, from = { "assigned", "handling" }, to = "answered", by = officers,
      form = {
        said = { type = "longtext", required = true, max = 20000, sets = "reply", order = 1, label = { zh = "答复内容", en = "Answer" } },
        came_to = { type = "choice", of = labels.classes, required = true, sets = "class", order = 2, label = { zh = "办理结果", en = "Result" } },
      },
    },
    rate = {
      title = { zh = "代表评价", en = "Rate" }, from = { "answered" }, to = "rated", by = clerks,
      form = {
        rating = { type = "choice", of = labels.satisfactions, required = true, sets = "satisfaction", order = 1, label = { zh = "评价", en = "Rating" } },
        remark = { type = "text", max = 500, order = 2, label = { zh = "意见", en = "Remark" } },
      },
    },
    handle_again = { title = { zh = "再次办理", en = "Handle again" }, from = { "rated" }, to = "handling", by = clerks, form = { why = text("要求", "What is asked for") } },
    close = { title = { zh = "办结", en = "Close" }, from = { "rated" }, to = "closed", by = clerks },
  },
  measures = {
    handled = { title = { zh = "按期答复", en = "Answered in time" }, unit = { zh = "件", en = "suggestions" }, account = "unit" },
    overdue = { title = { zh = "超期", en = "Overdue" }, unit = { zh = "件", en = "suggestions" }, account = "unit" },
  },
})

-- Other offices have a task of their own, on which they report to the main one.
host.register("tasks-of-suggestions", {
  extends = "tasks",
  fields = { suggestion = { type = "record", of = "suggestions", asked = false, order = 20, label = { zh = "代表建议", en = "Suggestion" } } },
})
