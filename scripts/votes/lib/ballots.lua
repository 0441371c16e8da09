-- Ballots as tellers write them: a line a ballot, or a line for several that are alike.
--
--   1+ 2- 3o      for the first, against the second, abstaining on the third; a number alone is for
--   31x +         31 ballots alike; of one candidate the number may be left out
--   2>1>3         ranked: the second candidate first
--   空 or blank    no mark; 废 or void: declared void by the tellers
--   li: 1+ 2-     of an open vote: whose ballot it is

local kinds = require("lib/kinds")
local text = require("std/text")

local M = {}

local words = { ["空"] = "blank", ["空白"] = "blank", blank = "blank", ["废"] = "void", ["废票"] = "void", void = "void" }

local function wrong(n, zh, en)
  return { zh = `第{n}行：{zh}`, en = `Line {n}: {en}` }
end

local function ranked(line, v)
  local marks, rank = {}, 0
  for number in string.gmatch(line, "%d+") do
    local name = v.candidates[tonumber(number)]
    if name == nil then
      return nil, { zh = `没有第{number}号`, en = `there is no candidate {number}` }
    end
    if marks[name] then
      return nil, { zh = `第{number}号排了两次，请按废票录入`, en = `candidate {number} is ranked twice; enter the ballot as void` }
    end
    rank += 1
    marks[name] = rank
  end
  return marks
end

local function marked(line, v, known)
  local marks = {}
  for token in string.gmatch(line, "%S+") do
    local number, sign = string.match(token, "^(%d*)([%+%-=o]?)$")
    if number == nil or token == "" then
      return nil, { zh = `看不懂“{token}”`, en = `“{token}” is no mark` }
    end
    if number == "" and #v.candidates > 1 then
      return nil, { zh = `“{token}”缺少候选序号`, en = `“{token}” does not say for which candidate` }
    end
    local name = v.candidates[if number == "" then 1 else tonumber(number)]
    if name == nil then
      return nil, { zh = `没有第{number}号`, en = `there is no candidate {number}` }
    end
    local mark = known[if sign == "" then "+" else sign]
    if mark == nil then
      return nil, { zh = `“{token}”不是这种投票的符号`, en = `“{token}” is no mark of this kind of vote` }
    end
    if marks[name] and marks[name] ~= mark then
      return nil, { zh = `第{number}号有两种意见，请按废票录入`, en = `candidate {number} has two marks; enter the ballot as void` }
    end
    marks[name] = mark
  end
  return marks
end

local function read(line, n, v)
  local ballot = {}
  for written, means in { ["×"] = "x", ["："] = ":", ["，"] = " ", ["、"] = " ", [","] = " ", ["＋"] = "+", ["－"] = "-", ["＝"] = "=" } do
    line = string.gsub(line, written, means)
  end
  local count, rest = string.match(line, "^(%d+)%s*x%s*(.*)$")
  ballot.count, line = tonumber(count or 1), rest or line
  local member, body = string.match(line, "^([^:]+):%s*(.*)$")
  if member then
    ballot.member, line = text.trim(member), body
  end
  local kind = kinds.kinds[v.kind]
  local word = words[text.trim(line)]
  ballot.marks = {}
  if word == "void" then
    ballot.void = true
  elseif word == nil then
    local marks, why = nil, nil
    if kind.ranks then
      if string.match(line, "^[%d%s>]+$") == nil then
        return nil, wrong(n, `看不懂“{line}”，排序写作 2>1>3`, `“{line}” is no ranking such as 2>1>3`)
      end
      marks, why = ranked(line, v)
    else
      marks, why = marked(line, v, kind.marks)
    end
    if marks == nil then
      return nil, wrong(n, why.zh, why.en)
    end
    ballot.marks = marks
  end
  if v.secret and ballot.member then
    return nil, wrong(n, "无记名投票不能写明投票人", "in a secret vote no ballot says whose it is")
  end
  if not v.secret and ballot.member == nil then
    return nil, wrong(n, "记名投票须写明投票人，例如 王芳: +", "in an open vote each ballot says whose it is, such as li: +")
  end
  if ballot.count < 1 then
    return nil, wrong(n, "份数至少为 1", "at least one ballot")
  end
  return ballot
end

--- The ballots that a text says; or nil, and all that is wrong with it.
function M.parse(said, v)
  local ballots, faults = {}, {}
  local n = 0
  for line in string.gmatch(said .. "\n", "([^\n]*)\n") do
    n += 1
    line = text.trim(line)
    if line ~= "" then
      local ballot, why = read(line, n, v)
      table.insert(if ballot then ballots else faults, ballot or why)
    end
  end
  if #ballots == 0 and #faults == 0 then
    table.insert(faults, { zh = "没有选票", en = "There is no ballot." })
  end
  if #faults > 0 then
    return nil, faults
  end
  return ballots
end

local function sign(kind, mark)
  for written, means in kind.marks do
    if means == mark then
      return written
    end
  end
  return "?"
end

local function body(ballot, v)
  local kind = kinds.kinds[v.kind]
  if ballot.void then
    return "void"
  end
  local tokens = {}
  if kind.ranks then
    local numbers, ranks = {}, {}
    for number, name in v.candidates do
      if ballot.marks[name] then
        table.insert(numbers, number)
        ranks[number] = ballot.marks[name]
      end
    end
    table.sort(numbers, function(a, b)
      return if ranks[a] ~= ranks[b] then ranks[a] < ranks[b] else a < b
    end)
    return if #numbers == 0 then "blank" else table.concat(numbers, ">")
  end
  for number, name in v.candidates do
    if ballot.marks[name] then
      table.insert(tokens, `{number}{sign(kind, ballot.marks[name])}`)
    end
  end
  return if #tokens == 0 then "blank" else table.concat(tokens, " ")
end

--- The same ballots as a text that is alike for equal ballots, in whatever order they were entered.
function M.format(ballots, v)
  local counts, lines = {}, {}
  for _, ballot in ballots do
    local line = (if ballot.member then `{ballot.member}: ` else "") .. body(ballot, v)
    if counts[line] == nil then
      table.insert(lines, line)
    end
    counts[line] = (counts[line] or 0) + (ballot.count or 1)
  end
  table.sort(lines)
  for n, line in lines do
    lines[n] = if v.secret or counts[line] > 1 then `{counts[line]}x {line}` else line
  end
  return table.concat(lines, "\n")
end

--- How many ballots there are.
function M.total(ballots)
  return host.sum(ballots, "count")
end

return M
