-- Decisions on major matters, and the policies that they and items of information carry out.

local settings = host.settings

local clerks, officers = settings.clerks, settings.officers

host.register("decisions", {
  title = { zh = "重大事项决定", en = "Decisions" },
  fields = {
    title = { type = "text", required = true, max = 100, search = true, order = 1, label = { zh = "事项", en = "Matter" } },
    text = { type = "longtext", required = true, search = true, order = 2, label = { zh = "议案内容", en = "Proposal" } },
    agenda = { type = "record", of = "agenda", order = 3, label = { zh = "议程", en = "Agenda item" } },
    policy = { type = "record", of = "policies", order = 4, label = { zh = "所落实的政策", en = "Policy" } },
    proposer = { type = "text", max = 100, order = 5, label = { zh = "提出", en = "Proposed by" } },
    unit = { type = "unit", order = 6, label = { zh = "落实单位", en = "Carried out by" } },
    opinion = { type = "longtext", asked = false, order = 7, label = { zh = "审议意见", en = "Opinion" } },
    resolution = { type = "longtext", asked = false, search = true, order = 8, label = { zh = "决议", en = "Resolution" } },
    resolved = { type = "date", asked = false, order = 9, label = { zh = "决议日期", en = "Resolved on" } },
    report = { type = "longtext", asked = false, order = 10, label = { zh = "最近的落实情况", en = "Last report" } },
  },
  stages = {
    { id = "draft", label = { zh = "草稿", en = "Draft" } },
    { id = "proposed", label = { zh = "已提出", en = "Proposed" } },
    { id = "deliberated", label = { zh = "已审议", en = "Deliberated" } },
    { id = "voting", label = { zh = "表决中", en = "Being voted on" } },
    { id = "resolved", label = { zh = "已决议", en = "Resolved" } },
    { id = "published", label = { zh = "已公布", en = "Published" } },
    { id = "done", label = { zh = "已落实", en = "Carried out" } },
    { id = "rejected", label = { zh = "未通过", en = "Rejected" } },
  },
  actions = {
    propose = { title = { zh = "提出", en = "Propose" }, from = { "draft" }, to = "proposed", by = clerks, submission = true },
    deliberate = {
      title = { zh = "审议", en = "Deliberate" }, from = { "proposed", "deliberated" }, to = "deliberated", by = clerks,
      form = { said = { type = "longtext", required = true, max = 20000, sets = "opinion", label = { zh = "审议意见", en = "Opinion" } } },
    },
    put_to_vote = { title = { zh = "交付表决", en = "Put to the vote" }, from = { "deliberated" }, to = "voting", by = clerks },
    resolve = {
      title = { zh = "作出决议", en = "Resolve" }, from = { "deliberated", "voting" }, to = "resolved", by = clerks,
      form = { said = { type = "longtext", required = true, max = 20000, sets = "resolution", label = { zh = "决议", en = "Resolution" } } },
    },
    reject = { title = { zh = "不予通过", en = "Reject" }, from = { "deliberated", "voting" }, to = "rejected", by = clerks },
    publish = {
      title = { zh = "公布", en = "Publish" }, from = { "resolved" }, to = "published", by = clerks,
      form = { carried_out_by = { type = "unit", sets = "unit", label = { zh = "落实单位", en = "Carried out by" } } },
    },
    follow_up = {
      title = { zh = "报告落实情况", en = "Report" }, from = { "published" }, by = officers,
      form = { said = { type = "longtext", required = true, max = 20000, sets = "report", label = { zh = "落实情况", en = "What was done" } } },
    },
    finish = { title = { zh = "落实完毕", en = "Carried out" }, from = { "published" }, to = "done", by = clerks },
  },
})

host.register("policies", {
  title = { zh = "政策", en = "Policies" },
  fields = {
    title = { type = "text", required = true, max = 200, search = true, order = 1, label = { zh = "政策", en = "Policy" } },
    issuer = { type = "text", max = 100, order = 2, label = { zh = "发布机关", en = "Issued by" } },
    from = { type = "date", order = 3, label = { zh = "施行日期", en = "In force from" } },
    text = { type = "longtext", search = true, order = 4, label = { zh = "要点", en = "What it asks for" } },
    items = { type = "record", of = "information", many = true, asked = false, order = 5, label = { zh = "有关信息", en = "Items" } },
  },
  stages = { { id = "draft", label = { zh = "草稿", en = "Draft" } }, { id = "in_force", label = { zh = "施行中", en = "In force" } }, { id = "ended", label = { zh = "已废止", en = "Ended" } } },
  actions = {
    enter = { title = { zh = "登记", en = "Enter" }, from = { "draft" }, to = "in_force", by = clerks, submission = true },
    amend = { title = { zh = "修改", en = "Amend" }, edits = true, from = { "in_force" }, by = clerks },
    link = {
      title = { zh = "关联信息", en = "Link items" }, from = { "in_force" }, by = clerks,
      form = { about = { type = "record", of = "information", many = true, required = true, sets = "items", label = { zh = "信息", en = "Items" } } },
    },
    finish = { title = { zh = "废止", en = "End" }, from = { "in_force" }, to = "ended", by = clerks },
  },
})

host.register("votes-on-decisions", {
  extends = "votes",
  fields = { decision = { type = "record", of = "decisions", asked = false, order = 30, label = { zh = "重大事项", en = "Decision" } } },
})
