-- The register of votes: drafted, amended, opened, counted by two people, declared or cancelled; each is in the log.
-- A line of work that holds votes adds a field of its own, which says what a vote is on:
-- host.register("votes-on-…", { extends = "votes", fields = { … = { type = "record", of = "…" } } }).

local kinds = require("lib/kinds")
local settings = host.settings

local clerks, tellers = settings.clerks, settings.tellers

local function number(zh, en, sets)
  return { type = "integer", min = 0, required = true, sets = sets, label = { zh = zh, en = en } }
end

local function result(kind, order, zh, en, many)
  return { type = kind, many = many, asked = false, order = order, label = { zh = zh, en = en } }
end

local written = {
  zh = "每行一张，或相同的几张：31x +；多个候选写序号：1+ 2- 3o（＋赞成，－反对，o弃权；满意度：＋满意，＝基本满意，－不满意）；排序：2>1>3；空白票：空；废票：废；记名：王芳: +",
  en = "A line a ballot, or several alike: 31x +; of several candidates by their numbers: 1+ 2- 3o (+ for, - against, o abstaining; satisfaction: + satisfied, = fairly, - not); ranked: 2>1>3; blank; void; in an open vote: li: +",
}
local ballots = { type = "longtext", required = true, order = 2, label = { zh = "选票", en = "Ballots" }, help = written }

host.register("votes", {
  title = { zh = "投票表决", en = "Votes" },
  fields = {
    title = { type = "text", required = true, max = 100, search = true, order = 1, label = { zh = "表决事项", en = "What is voted on" } },
    kind = { type = "choice", of = kinds.choices, required = true, default = "motion", order = 2, label = { zh = "投票种类", en = "Kind" } },
    secret = { type = "bool", default = true, order = 3, label = { zh = "无记名", en = "Secret" } },
    candidates = {
      type = "text", many = true, order = 4, label = { zh = "候选", en = "Candidates" },
      help = { zh = "每行一个；人选按姓氏笔画排列；事项表决可以不填", en = "One a line; people are put in the order of their surnames' strokes; a motion needs none" },
    },
    places = { type = "integer", min = 1, order = 5, label = { zh = "名额", en = "Places" }, help = { zh = "逐项表决不填", en = "Leave out where each stands alone" } },
    majority = {
      type = "choice", default = "half", order = 6, label = { zh = "通过票数", en = "Majority" },
      of = { { id = "half", label = { zh = "过半数", en = "More than half" } }, { id = "two-thirds", label = { zh = "三分之二以上", en = "Two thirds" } } },
    },
    base = {
      type = "choice", order = 7, label = { zh = "计算基数", en = "Of whom" },
      of = { { id = "members", label = { zh = "全体组成人员", en = "All members" } }, { id = "present", label = { zh = "到会人员", en = "Those present" } } },
    },
    round = { type = "integer", default = 1, asked = false, order = 8, label = { zh = "轮次", en = "Round" } },
    previous = { type = "record", of = "votes", asked = false, order = 9, label = { zh = "上一轮", en = "The round before" } },
    members = result("integer", 10, "应到", "Members"),
    present = result("integer", 11, "实到", "Present"),
    issued = result("integer", 12, "发出选票", "Ballots issued"),
    returned = result("integer", 13, "收回选票", "Ballots returned"),
    first_by = result("person", 14, "第一计票人", "Counted first by"),
    second_by = result("person", 15, "第二计票人", "Counted again by"),
    ballots = result("longtext", 16, "选票", "Ballots"),
    needed = result("integer", 17, "须得票数", "Votes needed"),
    elected = result("text", 18, "通过（当选）", "Carried, elected", true),
    revote = result("text", 19, "再次投票", "To be voted again", true),
    failed = result("text", 20, "未通过（未当选）", "Not carried, not elected", true),
    again = result("integer", 21, "再次投票名额", "Places to be voted again"),
    vacant = result("integer", 22, "空缺名额", "Vacant places"),
    void = result("integer", 23, "废票", "Void ballots"),
    blank = result("integer", 24, "空白票", "Blank ballots"),
    -- The first entry's fingerprints, and what each candidate has: read by this plugin's pages and papers.
    first = { type = "map", asked = false },
    counts = { type = "map", asked = false },
  },
  stages = {
    { id = "draft", label = { zh = "草案", en = "Draft" } },
    { id = "open", label = { zh = "投票中", en = "Open" } },
    { id = "counting", label = { zh = "已计一次", en = "Counted once" } },
    { id = "counted", label = { zh = "已复核", en = "Counted twice" } },
    { id = "closed", label = { zh = "已公布", en = "Declared" } },
    { id = "cancelled", label = { zh = "已取消", en = "Cancelled" } },
  },
  actions = {
    draft = { title = { zh = "起草", en = "Draft" }, from = { "draft" }, to = "draft", by = clerks, submission = true },
    amend = {
      title = { zh = "修改", en = "Amend" }, edits = true, from = { "draft" }, by = clerks,
      form = { why = { type = "text", max = 200, label = { zh = "修改原因", en = "Why" } } },
    },
    open = {
      title = { zh = "开始投票", en = "Open" }, from = { "draft" }, to = "open", by = clerks,
      form = { of_members = number("应到人数", "Members", "members"), are_present = number("实到人数", "Present", "present"), are_issued = number("发出选票", "Ballots issued", "issued") },
    },
    count_first = {
      title = { zh = "计票（第一人）", en = "Count" }, from = { "open" }, to = "counting", by = tellers,
      form = { were_returned = { type = "integer", min = 0, required = true, order = 1, sets = "returned", label = { zh = "收回选票", en = "Ballots returned" } }, entry = ballots },
    },
    count_second = {
      title = { zh = "计票（第二人）", en = "Count again" }, from = { "counting" }, to = "counted", by = tellers, form = { entry = ballots },
    },
    recount = {
      title = { zh = "重新计票", en = "Count anew" }, from = { "counting", "counted" }, to = "open", by = clerks,
      form = { why = { type = "text", required = true, max = 200, label = { zh = "原因", en = "Why" } } },
    },
    close = { title = { zh = "公布结果", en = "Declare" }, from = { "counted" }, to = "closed", by = clerks },
    revote = { title = { zh = "再次投票", en = "Vote again" }, from = { "closed" }, by = clerks },
    cancel = {
      title = { zh = "取消", en = "Cancel" }, from = { "draft", "open", "counting", "counted" }, to = "cancelled", by = clerks,
      form = { why = { type = "text", required = true, max = 200, label = { zh = "原因", en = "Why" } } },
    },
  },
})
