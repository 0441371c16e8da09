-- The register of appraisals: who is appraised, their report, a ballot or scores, the result as published, what was put right.

local settings = host.settings

local clerks, officers = settings.clerks, settings.officers

local function text(zh, en, sets)
  return { type = "longtext", required = true, max = 20000, sets = sets, label = { zh = zh, en = en } }
end

local grades = {
  { id = "excellent", label = { zh = "优秀", en = "Excellent" } },
  { id = "passed", label = { zh = "合格", en = "Passed" } },
  { id = "failed", label = { zh = "不合格", en = "Not passed" } },
}

host.register("appraisals", {
  title = { zh = "工作评议", en = "Appraisals" },
  fields = {
    title = { type = "text", required = true, max = 100, search = true, order = 1, label = { zh = "评议名称", en = "Appraisal" } },
    unit = { type = "unit", required = true, order = 2, label = { zh = "被评议单位", en = "Appraised" } },
    person = { type = "person", order = 3, label = { zh = "被评议人", en = "Person" } },
    way = {
      type = "choice", default = "ballot", order = 4, label = { zh = "评议方式", en = "How" },
      of = { { id = "ballot", label = { zh = "投票测评", en = "Ballot" } }, { id = "score", label = { zh = "评分", en = "Scores" } } },
    },
    report = { type = "longtext", asked = false, order = 5, label = { zh = "工作报告", en = "Report" } },
    scores = { type = "number", many = true, asked = false, order = 6, label = { zh = "各评议人评分", en = "Scores" } },
    good = { type = "integer", asked = false, order = 7, label = { zh = "满意票", en = "Satisfied" } },
    fair = { type = "integer", asked = false, order = 8, label = { zh = "基本满意票", en = "Fairly satisfied" } },
    poor = { type = "integer", asked = false, order = 9, label = { zh = "不满意票", en = "Not satisfied" } },
    average = { type = "amount", asked = false, order = 10, label = { zh = "平均分", en = "Average" } },
    grade = { type = "choice", of = grades, asked = false, order = 11, label = { zh = "评议结果", en = "Result" } },
    opinion = { type = "longtext", asked = false, order = 12, label = { zh = "评议意见", en = "Opinion" } },
    put_right = { type = "longtext", asked = false, order = 13, label = { zh = "整改情况", en = "What was put right" } },
  },
  stages = {
    { id = "draft", label = { zh = "草稿", en = "Draft" } },
    { id = "planned", label = { zh = "已列入计划", en = "Planned" } },
    { id = "reported", label = { zh = "已报告", en = "Reported" } },
    { id = "rating", label = { zh = "测评中", en = "Being appraised" } },
    { id = "published", label = { zh = "已公布", en = "Published" } },
    { id = "rectified", label = { zh = "已报整改", en = "Put right" } },
    { id = "closed", label = { zh = "已办结", en = "Closed" } },
  },
  actions = {
    plan = { title = { zh = "列入计划", en = "Plan" }, from = { "draft" }, to = "planned", by = clerks, submission = true },
    report = { title = { zh = "提交报告", en = "Report" }, from = { "planned", "reported" }, to = "reported", by = officers, form = { said = text("工作报告", "Report", "report") } },
    put_to_ballot = { title = { zh = "投票测评", en = "Put to the ballot" }, from = { "reported" }, to = "rating", by = clerks },
    score = {
      title = { zh = "录入评分", en = "Enter scores" }, from = { "reported", "rating" }, to = "rating", by = clerks,
      form = { given = { type = "number", many = true, required = true, min = 1, sets = "scores", label = { zh = "各评议人评分（0–100）", en = "Scores from 0 to 100" } } },
    },
    publish = {
      title = { zh = "公布结果", en = "Publish" }, from = { "rating" }, to = "published", by = clerks, form = { said = text("评议意见", "Opinion", "opinion") },
    },
    rectify = { title = { zh = "报告整改", en = "Report" }, from = { "published" }, to = "rectified", by = officers, form = { said = text("整改情况", "What was put right", "put_right") } },
    redo = { title = { zh = "退回整改", en = "Send back" }, from = { "rectified" }, to = "published", by = clerks, form = { why = text("理由", "Reason") } },
    close = { title = { zh = "办结", en = "Close" }, from = { "rectified" }, to = "closed", by = clerks },
  },
})

host.register("votes-on-appraisals", {
  extends = "votes",
  fields = { appraisal = { type = "record", of = "appraisals", asked = false, order = 32, label = { zh = "工作评议", en = "Appraisal" } } },
})
