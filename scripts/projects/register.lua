-- Calls for proposals, and projects: proposed, shortlisted, chosen by vote, carried out by a plan, evaluated.

local plan = require("lib/plan")
local settings = host.settings

local clerks, officers = settings.clerks, settings.officers

local either = table.clone(clerks)
for _, role in officers do
  table.insert(either, role)
end

host.register("project-calls", {
  title = { zh = "项目征集", en = "Calls for projects" },
  -- Who proposes a project names the call.
  readers = officers,
  fields = {
    title = { type = "text", required = true, max = 100, search = true, order = 1, label = { zh = "征集名称", en = "Call" } },
    places = { type = "integer", required = true, min = 1, order = 2, label = { zh = "拟定项目数", en = "Projects to be chosen" } },
    until_day = { type = "date", order = 3, label = { zh = "征集截止", en = "Proposals until" } },
    note = { type = "longtext", order = 4, label = { zh = "说明", en = "Note" } },
  },
  stages = {
    { id = "draft", label = { zh = "草稿", en = "Draft" } },
    { id = "open", label = { zh = "征集中", en = "Open" } },
    { id = "voting", label = { zh = "票决中", en = "Being voted on" } },
    { id = "settled", label = { zh = "已确定", en = "Settled" } },
    { id = "closed", label = { zh = "已结束", en = "Closed" } },
  },
  actions = {
    open = { title = { zh = "开始征集", en = "Open" }, from = { "draft" }, to = "open", by = clerks, submission = true },
    put_to_vote = { title = { zh = "交付票决", en = "Put to the vote" }, from = { "open" }, to = "voting", by = clerks },
    settle = { title = { zh = "确定项目", en = "Settle" }, from = { "voting" }, to = "settled", by = clerks },
    close = { title = { zh = "结束", en = "Close" }, from = { "settled" }, to = "closed", by = clerks },
  },
})

host.register("projects", {
  title = { zh = "民生实事项目", en = "Projects" },
  fields = {
    title = { type = "text", required = true, max = 100, search = true, order = 1, label = { zh = "项目", en = "Project" } },
    call = { type = "record", of = "project-calls", required = true, order = 2, label = { zh = "项目征集", en = "Call" } },
    unit = { type = "unit", required = true, order = 3, label = { zh = "实施单位", en = "Carried out by" } },
    text = { type = "longtext", search = true, order = 4, label = { zh = "项目内容", en = "What it is" } },
    budget = { type = "amount", min = 0, order = 5, label = { zh = "投资（万元）", en = "Budget (10,000 yuan)" } },
    begins = { type = "date", order = 6, label = { zh = "开工", en = "Begins" } },
    ends = { type = "date", order = 7, label = { zh = "完工", en = "Ends" } },
    milestones = {
      type = "longtext", order = 8, label = { zh = "进度节点", en = "Milestones" },
      help = { zh = "每行一个：2024-03-31 30 招标完成；不填按天数均匀推进", en = "A line each: 2024-03-31 30 tender; in step with the days if left out" },
    },
    percent = { type = "integer", min = 0, max = 100, asked = false, order = 9, label = { zh = "完成（%）", en = "Done (%)" } },
    spent = { type = "amount", min = 0, asked = false, order = 10, label = { zh = "已支出（万元）", en = "Spent (10,000 yuan)" } },
    light = { type = "choice", of = plan.lights, asked = false, order = 11, label = { zh = "进度灯", en = "Light" } },
    note = { type = "longtext", asked = false, order = 12, label = { zh = "最近进度", en = "Last report" } },
    rating = { type = "text", max = 200, asked = false, order = 13, label = { zh = "评估", en = "Evaluation" } },
  },
  stages = {
    { id = "draft", label = { zh = "草稿", en = "Draft" } },
    { id = "proposed", label = { zh = "已提出", en = "Proposed" } },
    { id = "candidate", label = { zh = "候选", en = "Candidate" } },
    { id = "chosen", label = { zh = "已确定", en = "Chosen" } },
    { id = "under_way", label = { zh = "实施中", en = "Under way" } },
    { id = "finished", label = { zh = "已完工", en = "Finished" } },
    { id = "evaluated", label = { zh = "已评估", en = "Evaluated" } },
    { id = "declined", label = { zh = "未入选", en = "Not chosen" } },
  },
  actions = {
    propose = { title = { zh = "提出", en = "Propose" }, from = { "draft" }, to = "proposed", by = either, submission = true },
    shortlist = { title = { zh = "列为候选", en = "Shortlist" }, from = { "proposed" }, to = "candidate", by = clerks },
    -- By settling a call: nobody chooses one by hand.
    choose = { title = { zh = "确定", en = "Choose" }, from = { "candidate" }, to = "chosen" },
    decline = { title = { zh = "未入选", en = "Decline" }, from = { "proposed", "candidate" }, to = "declined" },
    start = {
      title = { zh = "开工", en = "Start" }, from = { "chosen" }, to = "under_way", by = either,
      form = {
        from = { type = "date", sets = "begins", order = 1, label = { zh = "开工", en = "Begins" } }, to = { type = "date", sets = "ends", order = 2, label = { zh = "完工", en = "Ends" } },
        steps = { type = "longtext", sets = "milestones", order = 3, label = { zh = "进度节点", en = "Milestones" } },
      },
    },
    progress = {
      title = { zh = "报告进度", en = "Report progress" }, from = { "under_way" }, by = officers,
      form = {
        done = { type = "integer", min = 0, max = 100, required = true, sets = "percent", order = 1, label = { zh = "完成（%）", en = "Done (%)" } },
        paid = { type = "amount", min = 0, sets = "spent", order = 2, label = { zh = "已支出（万元）", en = "Spent (10,000 yuan)" } },
        said = { type = "longtext", max = 5000, sets = "note", order = 3, label = { zh = "进度", en = "Progress" } },
      },
    },
    finish = { title = { zh = "完工", en = "Finish" }, from = { "under_way" }, to = "finished", by = officers },
    evaluate = {
      title = { zh = "评估", en = "Evaluate" }, from = { "finished" }, to = "evaluated", by = clerks,
      form = { said = { type = "text", required = true, max = 200, sets = "rating", label = { zh = "评估", en = "Evaluation" } } },
    },
  },
})

host.register("votes-on-projects", {
  extends = "votes",
  fields = { project_call = { type = "record", of = "project-calls", asked = false, order = 34, label = { zh = "项目征集", en = "Call for projects" } } },
})
