-- Six meetings of the standing committee with a decision each and the vote on it, a working meeting with tasks, a training.

local history = require("lib/history")
local office = require("lib/office")
local year = require("lib/year")

local M = {}

local matters = {
  { "02-22", "批准2022年市级决算", 38, 2 }, { "04-26", "城乡供水一体化规划", 35, 4 }, { "06-28", "调整2023年市级预算", 36, 3 }, { "08-30", "历史文化街区保护", 33, 5 },
  { "10-25", "养老服务设施建设", 39, 1 }, { "12-20", "2024年国民经济计划草案的初步审查", 34, 6 },
}

-- How many members there are, and how many of them come.
local members, present = 45, 42

--- A vote on one thing, from its draft to the result; ballots as tellers write them.
function M.vote(told, id, day, vote, ballots, result)
  local fields = table.clone(vote)
  fields.secret, fields.majority, fields.round = true, "half", vote.round or 1
  fields.base = if vote.kind == "appraisal" then "present" else "members"
  told:edited("votes", id, "draft", day, fields)
  told:edited("votes", id, "open", day, { of_members = members, are_present = present, are_issued = present })
  told:add("votes", id, "count_first", day, "teller-1", { were_returned = present, entry = "已封存 · sealed", first_by = "teller-1" })
  told:edited("votes", id, "count_second", day, { entry = ballots, ballots = ballots, second_by = "editor-1" })
  told:edited("votes", id, "close", day, result)
end

local function decided(told, n, day, agenda)
  local matter, id = matters[n], string.format("2023-d%02d", n)
  local title, yes, no = matter[2], matter[3], matter[4]
  told:edited("decisions", id, "propose", day - 14, {
    title = title, text = `关于{title}的议案。`, agenda = agenda, unit = office.units[14 + n].id, proposer = "主任会议", policy = if n % 2 == 0 then "2023-p1" else nil,
  })
  told:edited("decisions", id, "deliberate", day, { said = "会议审议了议案，同意提请表决。" })
  told:edited("decisions", id, "put_to_vote", day)
  local vote = { number = `表决〔2023〕{n}号`, title = title, kind = "motion", candidates = { title }, places = 1, decision = id }
  M.vote(told, string.format("2023-v%02d", n), day, vote, `{present - yes - no}x 1o\n{yes}x 1+\n{no}x 1-`, {
    elected = { title }, needed = members // 2 + 1, vacant = 0, again = 0, void = 0, blank = 0,
    counts = { [title] = { ["for"] = yes, against = no, abstain = present - yes - no } },
  })
  told:edited("decisions", id, "resolve", day, { said = `会议决定，批准{title}。`, resolved = year.date(day), number = `决议〔2023〕{n}号` })
  told:edited("decisions", id, "publish", day + 5)
end

-- Who was invited and came, or did not: the third county asks for leave, the seventh stays away.
local function attended(told, id, title, day)
  local invited, came = {}, {}
  for n = 1, 12 do
    local unit = office.units[n].id
    invited[n] = unit
    if n % 7 ~= 0 and n ~= 3 then
      table.insert(came, unit)
    end
  end
  told:edited("meetings", id, "notify", day - 10, { units = invited, invited = invited, confirm_by = year.date(day - 4) })
  for n, unit in invited do
    local line = `{id}-{unit}`
    told:edited("attendance", line, "invite", day - 10, { title = title, meeting = id, unit = unit, due = year.date(day - 4) })
    if n == 3 then
      told:add("attendance", line, "ask_leave", day - 6, history.reporter(unit), { why = "防汛值班" })
      told:edited("attendance", line, "grant", day - 5)
    elseif n % 7 ~= 0 then
      told:add("attendance", line, "confirm", day - 7, history.reporter(unit), { who = "分管领导" })
      told:edited("attendance", line, "attend", day)
    else
      told:edited("attendance", line, "miss", day)
    end
  end
  told:edited("meetings", id, "hold", day, { came = came })
end

local function worked(told, id, kind, title, date, tasks)
  local day = year.day(date)
  told:edited("meetings", id, "plan", day - 30, { title = title, kind = kind, day = year.date(day), place = "市人大常委会二楼会议室", number = `会〔2023〕{string.sub(id, -1)}号` })
  attended(told, id, title, day)
  told:edited("meetings", id, "minute", day + 6, { said = `{title}听取了情况汇报，研究了下一步工作。`, tasks = "" })
  for n, task in tasks do
    local unit = office.units[n].id
    told:edited("tasks", `{id}-t{n}`, "assign", day + 6, { title = task, unit = unit, due = year.date(day + 40), meeting = id })
    if n ~= #tasks then
      told:add("tasks", `{id}-t{n}`, "complete", day + 30, history.reporter(unit), { said = "已完成。" })
    end
  end
end

--- Notes all of them.
function M.tell(told)
  told:edited("policies", "2023-p1", "enter", year.day("01-10"), { title = "关于加强人大预算审查监督的意见", issuer = "省委办公厅", from = "2023-01-01" })
  told:edited("policies", "2023-p2", "enter", year.day("03-15"), { title = "关于推进基层立法联系点建设的意见", issuer = "省人大常委会", from = "2023-03-01" })
  for n, matter in matters do
    local day, id = year.day(matter[1]), string.format("2023-m%02d", n)
    told:edited("meetings", id, "plan", year.day("01-09"), { title = `第{n}次常委会会议`, kind = "plenary", day = year.date(day), place = "市人大常委会会议厅", number = `会〔2023〕{n}号` })
    told:edited("agenda", `{id}-a1`, "list", day - 20, { title = matter[2], meeting = id, place = 1 })
    decided(told, n, day, `{id}-a1`)
    told:edited("meetings", id, "hold", day, { came = {} })
    told:edited("meetings", id, "minute", day + 8, { said = `会议审议并表决通过了关于{matter[2]}的决议。`, tasks = "" })
    told:edited("meetings", id, "close", day + 9)
  end
  worked(told, "2023-m07", "work", "全市人大信息工作会议", "03-10", { "完善信息员制度", "补报一季度信息", "整理直报点经验", "报告信息化需求" })
  worked(told, "2023-m08", "training", "信息员业务培训", "05-18", {})
end

return M
