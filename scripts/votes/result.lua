-- The result on paper: what was voted on, what each candidate has, who counted, and the seal of the log.

local blocks = require("std/blocks")
local kinds = require("lib/kinds")
local votes = require("lib/vote")
local settings = host.settings
local column = blocks.column

local function label(kind)
  for _, choice in kinds.choices do
    if choice.id == kind then
      return choice.label.zh
    end
  end
  return kind
end

local function person(id, on)
  local found = if id then host.person(id, on) else nil
  return if found then found.name or id else id or ""
end

host.on("report.build", {
  name = "vote-result", title = { zh = "表决结果报告单", en = "Result of a vote" },
  form = { vote = { type = "record", of = "votes", required = true, label = { zh = "投票", en = "Vote" } } },
}, function(_, parameters)
  local vote = if parameters.vote then host.records({ register = "votes", id = parameters.vote })[1] else nil
  if vote == nil then
    error({ zh = "请指定投票，例如 vote=2023-0001", en = "Say which vote, such as vote=2023-0001." }, 0)
  end
  if vote.stage ~= "closed" then
    error({ zh = `“{vote.title}”尚未公布结果`, en = `“{vote.title}” has not been declared.` }, 0)
  end
  local closed = host.events({ register = "votes", record = vote.id, action = "close" })
  local last = closed[#closed]
  local rows = {}
  for _, key in { "elected", "revote", "failed" } do
    for _, name in vote[key] or {} do
      local row = { #rows + 1, name }
      for _, mark in kinds.shown_of(vote.kind) do
        table.insert(row, vote.counts[name][mark] or 0)
      end
      table.insert(row, votes.result_label(vote.kind, key).zh)
      table.insert(rows, row)
    end
  end
  local columns = { column("序号", 1, "center"), column(if kinds.kinds[vote.kind].names then "姓名" else "事项", 4) }
  for _, mark in kinds.shown_of(vote.kind) do
    table.insert(columns, column(kinds.marks[mark].zh, 1.6, "right"))
  end
  table.insert(columns, column("结果", 2, "center"))
  local why = kinds.why(votes.of(vote, {}, last.on))
  local said = {
    `{blocks.day(last.on)}，就“{vote.title}”进行{label(vote.kind)}（{if vote.secret == false then "记名" else "无记名"}，第{vote.round or 1}轮）。{why.zh}。`,
    `发出选票{vote.issued}张，收回{vote.returned}张，其中废票{vote.void or 0}张、空白票{vote.blank or 0}张。`,
  }
  if (vote.again or 0) > 0 then
    table.insert(said, `得票相同，{vote.again}个名额在{#vote.revote}名候选中再次投票。`)
  end
  if (vote.vacant or 0) > 0 then
    table.insert(said, `{vote.vacant}个名额空缺。`)
  end
  local body = {}
  for n, sentence in said do
    body[n] = blocks.paragraph(sentence)
  end
  table.insert(body, { kind = "table", columns = columns, rows = rows })
  table.insert(body, blocks.paragraph(`计票人：{person(vote.first_by, last.on)}、{person(vote.second_by, last.on)}`))
  -- In a line of its own: it has no place at which to break.
  table.insert(body, blocks.paragraph("核验码："))
  table.insert(body, { kind = "paragraph", text = host.seal(last.id) or "", indent = false })
  return {
    kind = "table", language = "zh", number = vote.number, title = parameters.title or `{vote.title}表决结果报告单`,
    sections = { { blocks = body } }, signature = { issuers = { settings.issuer }, date = last.on },
  }
end)

local vote = {
  id = "1", register = "votes", stage = "closed", number = "表决〔2023〕1号", title = "关于预算的决议", kind = "motion", candidates = { "关于预算的决议" },
  members = 42, present = 42, issued = 42, returned = 42, elected = { "关于预算的决议" }, void = 0, blank = 2, first_by = "li", second_by = "wang",
  base = "members", majority = "half", counts = { ["关于预算的决议"] = { ["for"] = 31, against = 9, abstain = 2 } },
}
local calls = {
  records = { vote }, person = { id = "li", name = "李编辑" }, seal = "17:00ff",
  events = { { id = "e", seq = 17, register = "votes", record = "1", action = "close", on = "2023-04-20", by = "li", fields = {}, nth = 1 } },
}

host.example("a result on paper, with its seal", {
  point = "report.build", name = "vote-result", parameters = { vote = "1" }, calls = calls,
  expect = {
    title = "关于预算的决议表决结果报告单", number = "表决〔2023〕1号",
    sections = { { blocks = {
      { text = "2023年4月20日，就“关于预算的决议”进行事项表决（无记名，第1轮）。应到42人，实到42人，须得22票（全体组成人员的过半数）。" },
      { text = "发出选票42张，收回42张，其中废票0张、空白票2张。" },
      { rows = { { 1, "关于预算的决议", 31, 9, 2, "通过" } } },
      { text = "计票人：李编辑、李编辑" }, { text = "核验码：" }, { text = "17:00ff" },
    } } },
  },
})
host.example("there is none before it is declared", {
  point = "report.build", name = "vote-result", parameters = { vote = "1" },
  calls = { records = { { id = "1", register = "votes", stage = "open", title = "决议", kind = "motion" } } }, fails = "尚未公布结果",
})
host.example("nor of no vote", { point = "report.build", name = "vote-result", parameters = {}, fails = "请指定投票" })
