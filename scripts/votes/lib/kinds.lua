-- Kinds of vote: what may be marked on a ballot, and whether candidates are looked at each by itself or compete.

local M = {}

--- Votes on which each candidate stands or falls alone (`each`), or the best of them fill the places; whose
--- candidates are people (`names`); what is ranked (`ranks`); which marks speak for a candidate.
M.kinds = {
  motion = { each = true, marks = { ["+"] = "for", ["-"] = "against", o = "abstain" }, speaks = { "for" }, base = "members" },
  appointment = { each = true, names = true, marks = { ["+"] = "for", ["-"] = "against", o = "abstain" }, speaks = { "for" }, base = "members" },
  election = { names = true, marks = { ["+"] = "for", ["-"] = "against", o = "abstain" }, speaks = { "for" }, base = "members" },
  choice = { marks = { ["+"] = "for", ["-"] = "against", o = "abstain" }, speaks = { "for" }, base = "members" },
  ranking = { ranks = true, marks = {}, speaks = {}, base = "present" },
  appraisal = { each = true, marks = { ["+"] = "good", ["="] = "fair", ["-"] = "poor" }, speaks = { "good", "fair" }, base = "present" },
}

--- The kinds as a register's choices, in order.
M.choices = {
  { id = "motion", label = { zh = "事项表决", en = "Motion" } },
  { id = "appointment", label = { zh = "人事任免表决", en = "Appointment or removal" } },
  { id = "election", label = { zh = "差额选举", en = "Election with more candidates than places" } },
  { id = "choice", label = { zh = "项目票决", en = "Choice among projects" } },
  { id = "ranking", label = { zh = "排序表决", en = "Ranked vote" } },
  { id = "appraisal", label = { zh = "满意度测评", en = "Satisfaction" } },
}

--- What marks are called.
M.marks = {
  ["for"] = { zh = "赞成", en = "for" },
  against = { zh = "反对", en = "against" },
  abstain = { zh = "弃权", en = "abstain" },
  good = { zh = "满意", en = "satisfied" },
  fair = { zh = "基本满意", en = "fairly satisfied" },
  poor = { zh = "不满意", en = "not satisfied" },
  points = { zh = "得分", en = "points" },
}

--- The marks of a kind in the order in which they are shown.
M.shown = {
  appraisal = { "good", "fair", "poor" },
  ranking = { "points" },
}

function M.shown_of(kind)
  return M.shown[kind] or { "for", "against", "abstain" }
end

--- How many votes a majority takes: of all members or of those present, more than half or two thirds.
function M.needed(v)
  local of = if v.base == "present" then v.present else v.members
  if v.majority == "two-thirds" then
    return math.ceil(of * 2 / 3)
  end
  return of // 2 + 1
end

local bases = { members = { zh = "全体组成人员", en = "all members" }, present = { zh = "到会人员", en = "those present" } }
local majorities = { half = { zh = "过半数", en = "more than half" }, ["two-thirds"] = { zh = "三分之二以上", en = "two thirds" } }

--- The rule in words.
function M.why(v)
  local base = bases[v.base or "members"] or bases.members
  local majority = majorities[v.majority or "half"] or majorities.half
  local needed = M.needed(v)
  return {
    zh = `应到{v.members}人，实到{v.present}人，须得{needed}票（{base.zh}的{majority.zh}）`,
    en = `{v.members} members, {v.present} present: {needed} votes are needed ({majority.en} of {base.en})`,
  }
end

return M
