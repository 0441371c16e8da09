-- Three registers: meetings, the items of their agendas, and who was invited and came. An agenda item is a record of its own,
-- so that what is decided on it can name it.

local kinds = require("lib/kinds")
local settings = host.settings

local clerks, officers = settings.clerks, settings.officers

local classes = {}
for class, title in settings.classes do
  table.insert(classes, { id = class, label = title })
end
table.sort(classes, function(a, b)
  return a.id < b.id
end)

host.register("meetings", {
  title = { zh = "会议", en = "Meetings" },
  readers = officers,
  fields = {
    title = { type = "text", required = true, max = 100, search = true, order = 1, label = { zh = "会议名称", en = "Meeting" } },
    kind = { type = "choice", of = kinds.choices, required = true, default = "work", order = 2, label = { zh = "类别", en = "Kind" } },
    day = { type = "date", required = true, order = 3, label = { zh = "会议日期", en = "Day" } },
    time = { type = "text", max = 20, order = 4, label = { zh = "时间", en = "Time" } },
    place = { type = "text", max = 100, order = 5, label = { zh = "地点", en = "Place" } },
    subject = { type = "longtext", search = true, order = 6, label = { zh = "会议内容", en = "Subject" } },
    papers = { type = "file", many = true, order = 7, label = { zh = "会议材料", en = "Papers" } },
    invited = { type = "unit", many = true, asked = false, order = 8, label = { zh = "参会单位", en = "Invited" } },
    present = { type = "unit", many = true, asked = false, order = 9, label = { zh = "到会单位", en = "Present" } },
    minutes = { type = "longtext", asked = false, search = true, order = 10, label = { zh = "纪要", en = "Minutes" } },
  },
  stages = {
    { id = "draft", label = { zh = "草稿", en = "Draft" } },
    { id = "planned", label = { zh = "已列入计划", en = "Planned" } },
    { id = "notified", label = { zh = "已通知", en = "Notified" } },
    { id = "held", label = { zh = "已召开", en = "Held" } },
    { id = "minuted", label = { zh = "已有纪要", en = "Minuted" } },
    { id = "closed", label = { zh = "已结束", en = "Closed" } },
    { id = "cancelled", label = { zh = "已取消", en = "Cancelled" } },
  },
  actions = {
    plan = { title = { zh = "列入计划", en = "Plan" }, from = { "draft" }, to = "planned", by = clerks, submission = true },
    amend = { title = { zh = "修改", en = "Amend" }, edits = true, from = { "planned", "notified" }, by = clerks },
    notify = {
      title = { zh = "通知", en = "Notify" }, from = { "planned", "notified" }, to = "notified", by = clerks,
      form = {
        units = { type = "unit", many = true, order = 1, label = { zh = "参会单位", en = "Units" } },
        classes = { type = "choice", of = classes, many = true, order = 2, label = { zh = "参会单位类别", en = "Classes of units" } },
        confirm_by = { type = "date", order = 3, label = { zh = "签收期限", en = "To be confirmed by" } },
      },
    },
    hold = {
      title = { zh = "召开（登记到会）", en = "Held" }, from = { "planned", "notified" }, to = "held", by = clerks,
      form = { came = { type = "unit", many = true, sets = "present", label = { zh = "到会单位", en = "Present" } } },
    },
    minute = {
      title = { zh = "纪要", en = "Minutes" }, from = { "held", "minuted" }, to = "minuted", by = clerks,
      form = {
        said = { type = "longtext", required = true, max = 50000, sets = "minutes", order = 1, label = { zh = "纪要", en = "Minutes" } },
        tasks = {
          type = "longtext", max = 10000, order = 2, label = { zh = "议定任务", en = "Tasks" },
          help = { zh = "每行一项：单位代码: 任务（2023-05-31）", en = "A line a task: unit: what is to be done (2023-05-31)" },
        },
      },
    },
    close = { title = { zh = "结束", en = "Close" }, from = { "minuted" }, to = "closed", by = clerks },
    cancel = {
      title = { zh = "取消", en = "Cancel" }, from = { "planned", "notified" }, to = "cancelled", by = clerks,
      form = { why = { type = "text", required = true, max = 200, label = { zh = "原因", en = "Reason" } } },
    },
  },
})

host.register("agenda", {
  title = { zh = "议程", en = "Agenda" },
  readers = officers,
  fields = {
    title = { type = "text", required = true, max = 200, search = true, order = 1, label = { zh = "议题", en = "Item" } },
    meeting = { type = "record", of = "meetings", required = true, order = 2, label = { zh = "会议", en = "Meeting" } },
    place = { type = "integer", min = 1, order = 3, label = { zh = "次序", en = "Place" } },
    speaker = { type = "text", max = 50, order = 4, label = { zh = "汇报人", en = "Speaker" } },
    paper = { type = "file", many = true, order = 5, label = { zh = "材料", en = "Paper" } },
  },
  stages = { { id = "draft", label = { zh = "草稿", en = "Draft" } }, { id = "listed", label = { zh = "已列入", en = "Listed" } }, { id = "dropped", label = { zh = "已撤下", en = "Dropped" } } },
  actions = {
    list = { title = { zh = "列入议程", en = "List" }, from = { "draft" }, to = "listed", by = clerks, submission = true },
    amend = { title = { zh = "修改", en = "Amend" }, edits = true, from = { "listed" }, by = clerks },
    drop = { title = { zh = "撤下", en = "Drop" }, from = { "listed" }, to = "dropped", by = clerks },
  },
})

host.register("attendance", {
  title = { zh = "参会", en = "Attendance" },
  fields = {
    title = { type = "text", required = true, order = 1, label = { zh = "会议名称", en = "Meeting" } },
    meeting = { type = "record", of = "meetings", required = true, order = 2, label = { zh = "会议", en = "Meeting" } },
    unit = { type = "unit", required = true, order = 3, label = { zh = "单位", en = "Unit" } },
    due = { type = "date", asked = false, order = 4, label = { zh = "签收期限", en = "To be confirmed by" } },
    names = { type = "text", max = 200, asked = false, order = 5, label = { zh = "参会人员", en = "Who comes" } },
    reason = { type = "text", max = 200, asked = false, order = 6, label = { zh = "请假事由", en = "Reason for leave" } },
  },
  stages = {
    { id = "draft", label = { zh = "草稿", en = "Draft" } },
    { id = "invited", label = { zh = "待签收", en = "To be confirmed" } },
    { id = "confirmed", label = { zh = "已签收", en = "Confirmed" } },
    { id = "asked", label = { zh = "请假待批", en = "Leave asked" } },
    { id = "excused", label = { zh = "准假", en = "Excused" } },
    { id = "present", label = { zh = "到会", en = "Present" } },
    { id = "absent", label = { zh = "缺席", en = "Absent" } },
  },
  actions = {
    -- From a meeting's notice and from its attendance: by hand nobody enters them.
    invite = { title = { zh = "通知", en = "Invite" }, from = { "draft" }, to = "invited", create = true, submission = true },
    attend = { title = { zh = "到会", en = "Present" }, from = { "draft", "invited", "confirmed", "asked", "excused" }, to = "present", create = true },
    miss = { title = { zh = "缺席", en = "Absent" }, from = { "invited", "confirmed", "asked" }, to = "absent" },
    confirm = {
      title = { zh = "签收", en = "Confirm" }, from = { "invited" }, to = "confirmed", by = officers,
      form = { who = { type = "text", max = 200, sets = "names", label = { zh = "参会人员", en = "Who comes" } } },
    },
    ask_leave = {
      title = { zh = "请假", en = "Ask for leave" }, from = { "invited", "confirmed" }, to = "asked", by = officers,
      form = { why = { type = "text", required = true, max = 200, sets = "reason", label = { zh = "事由", en = "Reason" } } },
    },
    grant = { title = { zh = "准假", en = "Grant leave" }, from = { "asked" }, to = "excused", by = clerks },
    refuse = { title = { zh = "不准假", en = "Refuse leave" }, from = { "asked" }, to = "confirmed", by = clerks },
  },
  measures = { present = { title = { zh = "到会", en = "Attended" }, unit = { zh = "次", en = "times" } }, absent = { title = { zh = "缺席", en = "Missed" }, unit = { zh = "次", en = "times" } } },
})

host.register("tasks-of-meetings", {
  extends = "tasks",
  fields = { meeting = { type = "record", of = "meetings", asked = false, order = 21, label = { zh = "会议", en = "Meeting" } } },
})
