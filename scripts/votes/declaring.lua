-- The result is reckoned when it is declared, by the rules of that day, and stays as it was declared.

local ballots = require("lib/ballots")
local votes = require("lib/vote")

local function of(draft)
  local v = votes.of(draft, {}, draft.on)
  local entry, faults = ballots.parse(draft.ballots or "", v)
  if entry == nil then
    return nil, faults
  end
  v.ballots = entry
  return host.vote(v)
end

host.on("record.normalize", { register = "votes", action = "close" }, function(draft)
  local voted = of(draft)
  if voted == nil or voted.tally == nil then
    return nil
  end
  local vote, tally = table.clone(draft), voted.tally
  for _, name in { "elected", "revote", "failed" } do
    vote[name] = if #(tally[name] or {}) > 0 then tally[name] else host.null
  end
  for _, name in { "again", "vacant", "void", "blank", "needed" } do
    vote[name] = tally[name]
  end
  vote.counts = tally.counts
  return vote
end)

host.on("record.check", { register = "votes", action = "close" }, function(draft)
  local voted, faults = of(draft)
  local found = {}
  for _, why in if voted then voted.refusals else faults do
    table.insert(found, {
      level = if why.level == "warning" then "warning" else "error", field = why.field, text = why.text or why,
    })
  end
  return found
end)

-- What a vote is on, as lines of work say it in fields of their own.
local function on_what(vote)
  local own = {
    "id", "register", "stage", "number", "title", "kind", "secret", "candidates", "places", "majority", "base", "round", "previous", "members", "present",
    "issued", "returned", "first_by", "second_by", "ballots", "needed", "elected", "revote", "failed", "again", "vacant", "void", "blank", "first", "counts",
  }
  local fields = {}
  for name, value in vote do
    if not table.find(own, name) then
      fields[name] = value
    end
  end
  return fields
end

-- Another round among those who tied, for the places that are left.
host.on("action.effect", { register = "votes", action = "revote" }, function(event, vote)
  local round, fields = (vote.round or 1) + 1, on_what(vote)
  for name, value in {
    title = vote.title, kind = vote.kind, secret = vote.secret, candidates = vote.revote, places = vote.again, majority = vote.majority, base = vote.base,
    round = round, previous = vote.id,
  } do
    fields[name] = value
  end
  return { key = `round-{round}`, action = "draft", fields = fields }
end)

host.on("action.guard", { register = "votes", action = "revote" }, function(event, vote)
  if (vote.again or 0) == 0 then
    return { zh = "没有需要再次投票的名额", en = "No place is to be voted again." }
  end
  if event.nth > 1 then
    return { zh = "已经发起再次投票", en = "Another round has begun already." }
  end
end)

local draft = {
  register = "votes", id = "2023-0001", action = "close", on = "2023-04-20", kind = "motion", candidates = { "决议" }, places = 1, secret = true,
  members = 3, present = 3, issued = 3, returned = 3, ballots = "2x 1+\n1x 1-",
}
local tally = { elected = { "决议" }, again = 0, vacant = 0, void = 0, blank = 0, needed = 2, counts = { ["决议"] = { ["for"] = 2, against = 1, abstain = 0 } } }

host.example("a result is what the rules make of the ballots", {
  point = "record.normalize", draft = draft, calls = { vote = { refusals = {}, tally = tally, ballots = {} } },
  expect = { elected = { "决议" }, needed = 2, vacant = 0, counts = { ["决议"] = { ["for"] = 2 } } },
})
host.example("a vote that holds is declared", {
  point = "record.check", action = "close", draft = draft, calls = { vote = { refusals = {}, tally = tally, ballots = {} } }, expect = {},
})
host.example("one that does not is not", {
  point = "record.check", action = "close", draft = draft,
  calls = { vote = { refusals = { { level = "refusal", field = "present", text = "没有法定人数" } }, ballots = {} } },
  expect = { { level = "error", field = "present", text = "没有法定人数" } },
})

local tied = { project_call = "9", id = "2023-0001", register = "votes", stage = "closed", title = "民生项目", kind = "choice", secret = true, again = 1, revote = { "甲", "乙" }, round = 1, majority = "half", base = "members" }

host.example("who tied is voted again, for what is left", {
  point = "action.effect", event = { register = "votes", action = "revote", on = "2023-04-20" }, record = tied,
  expect = { { key = "round-2", action = "draft", fields = { candidates = { "甲", "乙" }, places = 1, round = 2, previous = "2023-0001", project_call = "9" } } },
})
host.example("where nobody tied there is no other round", {
  point = "action.guard", event = { register = "votes", action = "revote", nth = 1 }, record = { again = 0 }, ctx = { deadlines = {}, totals = {} },
  expect = { { text = { zh = "没有需要再次投票的名额" } } },
})
