-- The rules by which a vote holds and is counted. An office that counts otherwise puts a handler of its own at
-- `vote.check` or `vote.tally` for its kind, before this one.

local kinds = require("lib/kinds")
local tally = require("lib/tally")
local settings = host.settings

local known = {}
for _, choice in kinds.choices do
  table.insert(known, choice.id)
end

local function refusal(field, zh, en)
  return { field = field, text = { zh = zh, en = en } }
end

local function has_quorum(v)
  if settings.quorum == "two-thirds" then
    return v.present * 3 >= v.members * 2
  end
  return v.present * 2 > v.members
end

-- How many ballots are there, however many are alike.
local function entered(v)
  return host.sum(v.ballots, "count")
end

host.on("vote.check", { kind = known }, function(v)
  local found = {}
  local function refuse(is_wrong, field, zh, en)
    if is_wrong then
      table.insert(found, refusal(field, zh, en))
    end
  end
  refuse(v.present > v.members, "present", `实到{v.present}人多于应到{v.members}人`, `{v.present} present are more than the {v.members} members.`)
  refuse(not has_quorum(v), "present", `实到{v.present}人，未达法定人数（应到{v.members}人）`, `{v.present} of {v.members} present are no quorum.`)
  refuse(v.issued > v.present, "issued", `发出{v.issued}张选票，多于实到{v.present}人`, `{v.issued} ballots issued are more than the {v.present} present.`)
  refuse(v.returned > v.issued, "returned", `收回{v.returned}张选票，多于发出的{v.issued}张，投票无效`, `{v.returned} ballots returned are more than the {v.issued} issued: the vote does not hold.`)
  local n = entered(v)
  refuse(n ~= v.returned, "ballots", `收回{v.returned}张选票，录入{n}张`, `{v.returned} ballots returned, {n} entered.`)
  local kind = kinds.kinds[v.kind]
  local all = #v.candidates
  refuse(all == 0, "candidates", "没有候选", "There is no candidate.")
  refuse(kind.each and v.places ~= all, "places", `逐项表决的名额应为{all}`, `Where each stands alone there are as many places as candidates: {all}.`)
  refuse(not kind.each and v.places > all, "places", `名额{v.places}多于候选{all}`, `{v.places} places are more than {all} candidates.`)
  refuse(v.places < 1, "places", "名额至少为 1", "There is at least one place.")
  if settings.over_marked == "refuse" then
    for _, ballot in v.ballots do
      refuse(tally.is_over_marked(ballot, v), "ballots", `有选票所选超过{v.places}名，投票无效`, `A ballot marks more than {v.places}: the vote does not hold.`)
    end
  end
  local members = {}
  for _, ballot in v.ballots do
    refuse(ballot.member and members[ballot.member], "ballots", `“{ballot.member}”有两张选票`, `{ballot.member} has two ballots.`)
    members[ballot.member or ""] = ballot.member ~= nil
  end
  return found
end)

host.on("vote.tally", { kind = known }, function(v)
  return tally.tally(v, settings.unfilled)
end)

local function vote(more)
  local v = {
    kind = "motion", members = 42, present = 42, issued = 42, returned = 42, places = 1, round = 1, on = "2023-04-20", secret = true,
    base = "members", majority = "half", candidates = { "决议草案" },
    ballots = { { marks = { ["决议草案"] = "for" }, count = 31 }, { marks = { ["决议草案"] = "against" }, count = 9 }, { marks = {}, count = 2 } },
  }
  for key, value in more do
    v[key] = value
  end
  return v
end

local function checked(title, more, fields)
  local expect = {}
  for n, field in fields do
    expect[n] = { field = field, level = "refusal" }
  end
  host.example(title, { point = "vote.check", v = vote(more), expect = expect })
end

checked("a vote that holds", {}, {})
checked("more ballots returned than issued: it does not hold", { issued = 41, returned = 42 }, { "returned" })
checked("half of the members are no quorum", { members = 84, issued = 42 }, { "present" })
checked("what is entered is what was returned", { returned = 41 }, { "ballots" })
checked("who has a place of their own stands alone", { places = 2 }, { "places" })
checked("a member has one ballot", {
  secret = false, returned = 2, issued = 2, ballots = { { marks = {}, member = "li", count = 1 }, { marks = {}, void = true, member = "li", count = 1 } },
}, { "ballots" })

local function counted(title, more, expect)
  host.example(title, { point = "vote.tally", v = vote(more), expect = expect })
end

counted("31 for, 9 against, 2 blank", {}, {
  elected = { "决议草案" }, counts = { ["决议草案"] = { ["for"] = 31, against = 9, abstain = 2 } }, void = 0, blank = 2, needed = 22, vacant = 0,
})
counted("half is not more than half", { ballots = { { marks = { ["决议草案"] = "for" }, count = 21 }, { marks = {}, count = 21 } } }, {
  elected = {}, failed = { "决议草案" }, vacant = 1,
})
counted("two thirds of 42 are 28", { majority = "two-thirds" }, { elected = { "决议草案" }, needed = 28 })
counted("31 satisfied, 9 fairly, 2 not", {
  kind = "appraisal", base = "present", candidates = { "水务局" },
  ballots = {
    { marks = { ["水务局"] = "good" }, count = 31 }, { marks = { ["水务局"] = "fair" }, count = 9 }, { marks = { ["水务局"] = "poor" }, count = 2 },
  },
}, { elected = { "水务局" }, counts = { ["水务局"] = { good = 31, fair = 9, poor = 2 } } })

local three = { "甲", "乙", "丙" }
local function of(a, b, c, d)
  return {
    { marks = { ["甲"] = "for", ["乙"] = "for" }, count = a }, { marks = { ["甲"] = "for", ["丙"] = "for" }, count = b },
    { marks = { ["乙"] = "for", ["丙"] = "for" }, count = c }, { marks = { ["甲"] = "for", ["乙"] = "for", ["丙"] = "for" }, count = d },
  }
end

counted("the best fill the places; a ballot with too many marks is void", {
  kind = "choice", candidates = three, places = 2, ballots = of(20, 10, 8, 4),
}, { elected = { "甲", "乙" }, failed = { "丙" }, void = 4, vacant = 0, again = 0 })
counted("who ties for the last place is voted again, as both have the majority", {
  kind = "choice", candidates = three, places = 2, members = 30, present = 42, ballots = of(16, 16, 10, 0),
}, { elected = { "甲" }, revote = { "丙", "乙" }, again = 1, failed = {} })
counted("a tie without the majority leaves the place vacant", {
  kind = "choice", candidates = three, places = 2, members = 56, ballots = of(16, 16, 10, 0),
}, { elected = { "甲" }, revote = {}, again = 0, failed = { "丙", "乙" }, vacant = 1 })
counted("ranks give points, the first of three three", {
  kind = "ranking", base = "present", candidates = three, places = 1,
  ballots = { { marks = { ["甲"] = 1, ["乙"] = 2, ["丙"] = 3 }, count = 22 }, { marks = { ["乙"] = 1, ["丙"] = 2, ["甲"] = 3 }, count = 20 } },
}, { elected = { "乙" }, counts = { ["甲"] = { points = 86 }, ["乙"] = { points = 104 }, ["丙"] = { points = 62 } } })
