-- Two people count, each by themselves. Of the first entry only fingerprints are kept, so that the second is made
-- without it, and nobody reads a result before it is declared. Where the two differ nothing is taken.

local ballots = require("lib/ballots")
local kinds = require("lib/kinds")
local tally = require("lib/tally")
local votes = require("lib/vote")

local sealed = "已封存 · sealed "

-- What two entries must agree on: how many, which are void or blank, and what each candidate has.
local function fingerprints(record, parsed)
  local v = votes.of(record, parsed, nil)
  local counted = tally.count(v)
  local key = record.id or ""
  local prints = {
    all = host.digest(`{key}/{ballots.format(parsed, v)}`),
    ballots = host.digest(`{key}/ballots/{ballots.total(parsed)}`),
    void = host.digest(`{key}/void/{counted.void}/{counted.blank}`),
  }
  for number, name in v.candidates do
    prints[`c{number}`] = host.digest(`{key}/{number}/{votes.said(v.kind, counted.counts[name], "en")}`)
  end
  return prints
end

-- Who counts, if the directory knows them: whoever runs the program is nobody there.
local function person(draft)
  return if draft.by and draft.on and host.person(draft.by, draft.on) then draft.by else nil
end

local function parsed(draft)
  return ballots.parse(draft.form.entry or "", votes.of(draft, {}, draft.on))
end

host.on("record.normalize", { register = "votes", action = "count_first" }, function(draft)
  local entry = parsed(draft)
  if entry == nil then
    return nil
  end
  local vote = table.clone(draft)
  vote.first = fingerprints(draft, entry)
  vote.first.by = draft.by
  vote.first_by = person(draft)
  vote.form = table.clone(draft.form)
  vote.form.entry = sealed .. string.sub(vote.first.all, 1, 16)
  return vote
end)

host.on("record.normalize", { register = "votes", action = "count_second" }, function(draft)
  local entry = parsed(draft)
  if entry == nil then
    return nil
  end
  local vote = table.clone(draft)
  -- In an order that tells nothing, before it is written anywhere.
  vote.ballots = ballots.format(entry, votes.of(draft, {}, draft.on))
  vote.second_by = person(draft)
  vote.form = table.clone(draft.form)
  vote.form.entry = vote.ballots
  return vote
end)

local function errors(faults)
  local found = {}
  for n, text in faults do
    found[n] = { level = "error", field = "entry", text = text }
  end
  return found
end

host.on("record.check", { register = "votes", action = "count_first" }, function(draft)
  if draft.first and draft.form.entry == sealed .. string.sub(draft.first.all, 1, 16) then
    return nil
  end
  local _, faults = parsed(draft)
  return errors(faults or { { zh = "请录入选票", en = "Enter the ballots." } })
end)

-- Where two entries differ, without saying what either has.
local function differences(record, entry)
  local mine, list = fingerprints(record, entry), {}
  if mine.all == record.first.all then
    return list
  end
  if mine.ballots ~= record.first.ballots then
    table.insert(list, { zh = "选票总数", en = "how many ballots there are" })
  end
  if mine.void ~= record.first.void then
    table.insert(list, { zh = "废票或空白票", en = "void or blank ballots" })
  end
  for number, name in record.candidates do
    if mine[`c{number}`] ~= record.first[`c{number}`] then
      table.insert(list, { zh = name, en = name })
    end
  end
  if #list == 0 then
    table.insert(list, { zh = "同一张选票上的组合", en = "what stands together on a ballot" })
  end
  return list
end

host.on("record.check", { register = "votes", action = "count_second" }, function(draft)
  local entry, faults = parsed(draft)
  if entry == nil then
    return errors(faults)
  end
  if draft.by == draft.first.by then
    return { level = "error", text = { zh = "两次录入须由两人完成", en = "The second count is somebody else's." } }
  end
  local found = {}
  for n, at in differences(draft, entry) do
    found[n] = {
      level = "error", field = "entry",
      text = { zh = `与第一次录入不一致：{at.zh}；请核对，或重新计票`, en = `It differs from the first entry: {at.en}. Look again, or count anew.` },
    }
  end
  return found
end)

-- A new count begins without what was counted before.
host.on("record.normalize", { register = "votes", action = "recount" }, function(draft)
  local vote = table.clone(draft)
  for _, name in { "first", "first_by", "second_by", "ballots", "returned" } do
    vote[name] = host.null
  end
  return vote
end)

local base = {
  register = "votes", id = "2023-0001", on = "2023-04-20", kind = "motion", candidates = { "决议" }, places = 1, secret = true, members = 3, present = 3, issued = 3, returned = 3,
}

local function example(title, point, action, more, rest)
  local draft = table.clone(base)
  draft.action = action
  for key, value in more do
    draft[key] = value
  end
  rest.point, rest.draft, rest.action = point, draft, if point == "record.check" then action else nil
  host.example(title, rest)
end

local digest = { digest = "00112233445566778899", person = { id = "li", name = "李" } }
local seal = sealed .. "0011223344556677"
local prints = { by = "li", all = "00112233445566778899", ballots = "00112233445566778899", void = "00112233445566778899", c1 = "00112233445566778899" }

example("of the first entry fingerprints are kept", "record.normalize", "count_first", { by = "li", form = { entry = "2x +\n-" } }, {
  calls = digest, expect = { first_by = "li", first = { all = "00112233445566778899" }, form = { entry = seal } },
})
example("an entry that can't be read is shown with its line", "record.check", "count_first", { form = { entry = "2x +\nnein" } }, {
  expect = { { level = "error", field = "entry", text = { zh = "第2行：看不懂“nein”" } } },
})
example("an entry that was sealed is taken", "record.check", "count_first", { first = prints, form = { entry = seal } }, { expect = {} })
example("the second entry is kept in an order of its own", "record.normalize", "count_second", { by = "wang", form = { entry = "空\n-\n1+" } }, {
  calls = digest, expect = { second_by = "wang", ballots = "1x 1+\n1x 1-\n1x blank", form = { entry = "1x 1+\n1x 1-\n1x blank" } },
})
example("nobody counts twice", "record.check", "count_second", { by = "li", first_by = "li", first = prints, form = { entry = "3x +" } }, {
  calls = digest, expect = { { level = "error", text = { zh = "两次录入须由两人完成" } } },
})
example("two that agree", "record.check", "count_second", { by = "wang", first_by = "li", first = prints, form = { entry = "3x +" } }, { calls = digest, expect = {} })
example("two that do not", "record.check", "count_second", {
  by = "wang", form = { entry = "3x +" }, first = { by = "li", all = "x", ballots = "00112233445566778899", void = "00112233445566778899", c1 = "x" },
}, { calls = digest, expect = { { level = "error", field = "entry", text = { zh = "与第一次录入不一致：决议；请核对，或重新计票" } } } })
example("a new count forgets the old one", "record.normalize", "recount", { first_by = "li", ballots = "3x 1+" }, {
  expect = { first_by = host.null, ballots = host.null },
})
