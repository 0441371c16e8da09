-- What people see of a vote: on its page, and large in the hall.

local kinds = require("lib/kinds")
local votes = require("lib/vote")

local columns = { { zh = "候选", en = "Candidate" }, { zh = "得票", en = "Votes" }, { zh = "结果", en = "Result" } }

-- The best first, once there is a result; else in the order of the ballot.
local function in_order(vote)
  if vote.stage ~= "closed" then
    return vote.candidates or {}
  end
  local list = {}
  for _, key in { "elected", "revote", "failed" } do
    for _, name in vote[key] or {} do
      table.insert(list, name)
    end
  end
  return list
end

local function rows(vote)
  local list = {}
  for n, name in in_order(vote) do
    local counts = (vote.counts or {})[name]
    if counts then
      list[n] = {
        name, { zh = votes.said(vote.kind, counts, "zh"), en = votes.said(vote.kind, counts, "en") },
        votes.result_label(vote.kind, votes.result(vote, name)),
      }
    else
      list[n] = { name, "", "" }
    end
  end
  return list
end

local function present(vote)
  return {
    zh = `应到 {vote.members or "—"}，实到 {vote.present or "—"}，发出选票 {vote.issued or "—"}，收回 {vote.returned or "—"}`,
    en = `{vote.members or "—"} members, {vote.present or "—"} present, {vote.issued or "—"} ballots issued, {vote.returned or "—"} returned`,
  }
end

local function panels(vote)
  local list = {
    { id = "vote-present", title = vote.title, kind = "text", value = present(vote), order = 1 },
    { id = "vote-result", title = { zh = if vote.stage == "closed" then "表决结果" else "候选", en = if vote.stage == "closed" then "Result" else "Candidates" }, kind = "table", columns = columns, rows = rows(vote), order = 2 },
  }
  if vote.stage == "closed" then
    local said = {
      zh = `须得 {vote.needed} 票；废票 {vote.void or 0}，空白票 {vote.blank or 0}`, en = `{vote.needed} votes were needed; {vote.void or 0} void, {vote.blank or 0} blank`,
    }
    if (vote.again or 0) > 0 then
      said = { zh = said.zh .. `；{vote.again} 个名额再次投票`, en = said.en .. `; {vote.again} to be voted again` }
    end
    if (vote.vacant or 0) > 0 then
      said = { zh = said.zh .. `；{vote.vacant} 个名额空缺`, en = said.en .. `; {vote.vacant} vacant` }
    end
    table.insert(list, { id = "vote-rule", title = { zh = "计票", en = "Counting" }, kind = "text", value = said, order = 3 })
  end
  return list
end

host.on("panel.show", { place = { "record", "screen" } }, function(_, _, record)
  if record == nil or record.register ~= "votes" or kinds.kinds[record.kind] == nil then
    return nil
  end
  return panels(record)
end)

local vote = {
  id = "2023-0001", register = "votes", stage = "closed", title = "关于预算的决议", kind = "motion", candidates = { "关于预算的决议" }, members = 42, present = 42,
  issued = 42, returned = 42, elected = { "关于预算的决议" }, needed = 22, void = 0, blank = 2, counts = { ["关于预算的决议"] = { ["for"] = 31, against = 9, abstain = 2 } },
}

host.example("the result in the hall", {
  point = "panel.show", place = "screen", person = { id = "li" }, record = vote,
  expect = {
    { title = "关于预算的决议", value = { zh = "应到 42，实到 42，发出选票 42，收回 42" } },
    { rows = { { "关于预算的决议", { zh = "赞成 31，反对 9，弃权 2", en = "for 31, against 9, abstain 2" }, { zh = "通过" } } } },
    { value = { zh = "须得 22 票；废票 0，空白票 2" } },
  },
})
host.example("before it is declared nothing of it is shown", {
  point = "panel.show", place = "screen", person = { id = "li" },
  record = { id = "1", register = "votes", stage = "counted", title = "决议", kind = "motion", candidates = { "决议" }, members = 42, present = 41, ballots = "41x 1+" },
  expect = { { value = { zh = "应到 42，实到 41，发出选票 —，收回 —" } }, { rows = { { "决议", "", "" } } } },
})
host.example("other records have no result", { point = "panel.show", place = "record", person = { id = "li" }, record = { id = "1", register = "information" }, expect = {} })
