-- A record of the register as the vote that is checked and counted.

local kinds = require("lib/kinds")

local M = {}

--- What is counted (contract: `vote`), with these ballots on this day.
function M.of(record, ballots, on)
  return {
    kind = record.kind, members = record.members or 0, present = record.present or 0, issued = record.issued or 0,
    returned = record.returned or 0, ballots = ballots, candidates = record.candidates or {}, places = record.places or 0,
    round = record.round or 1, on = on, secret = record.secret ~= false, base = record.base or kinds.kinds[record.kind].base,
    majority = record.majority or "half",
  }
end

--- Names a candidate's marks in a language: `赞成 31，反对 9，弃权 2`.
function M.said(kind, counts, lang)
  local parts = {}
  for _, mark in kinds.shown_of(kind) do
    table.insert(parts, `{kinds.marks[mark][lang]} {counts[mark] or 0}`)
  end
  return table.concat(parts, if lang == "zh" then "，" else ", ")
end

--- How a candidate came out: `elected`, `revote` or `failed`.
function M.result(record, name)
  for _, key in { "elected", "revote", "failed" } do
    if table.find(record[key] or {}, name) then
      return key
    end
  end
  return "failed"
end

--- What results are called, by kind: a motion is carried, people are elected.
function M.result_label(kind, key)
  if key == "revote" then
    return { zh = "再次投票", en = "to be voted again" }
  end
  if kind == "motion" or kind == "appraisal" or kind == "appointment" then
    return if key == "elected" then { zh = "通过", en = "carried" } else { zh = "未通过", en = "not carried" }
  end
  return if key == "elected" then { zh = "当选", en = "elected" } else { zh = "未当选", en = "not elected" }
end

return M
