-- Counts ballots: which hold, what each candidate has, who is elected, and among whom another round decides.
-- Nothing here looks at the order of ballots or candidates.

local kinds = require("lib/kinds")

local M = {}

local function speaks_for(kind, mark)
  return table.find(kind.speaks, mark) ~= nil
end

--- Whether a ballot speaks for more candidates than there are places, where they compete.
function M.is_over_marked(ballot, v)
  local kind = kinds.kinds[v.kind]
  if kind.each or kind.ranks then
    return false
  end
  local n = 0
  for _, mark in ballot.marks do
    n += if speaks_for(kind, mark) then 1 else 0
  end
  return n > v.places
end

local function add(counts, mark, n)
  counts[mark] = (counts[mark] or 0) + n
end

-- What a ballot's marks come to, for each candidate. Who is not marked is abstained from, where that can be.
local function count(ballot, v, counts)
  local kind = kinds.kinds[v.kind]
  for _, name in v.candidates do
    local mark = ballot.marks[name]
    if kind.ranks then
      if mark then
        add(counts[name], "points", (#v.candidates - mark + 1) * ballot.count)
        add(counts[name], "ranked", ballot.count)
      end
    elseif mark then
      add(counts[name], mark, ballot.count)
    elseif v.kind ~= "appraisal" then
      add(counts[name], "abstain", ballot.count)
    end
  end
end

--- { counts by candidate and mark, void, blank }.
function M.count(v)
  local counts, void, blank = {}, 0, 0
  for _, name in v.candidates do
    counts[name] = {}
    for _, mark in kinds.shown_of(v.kind) do
      counts[name][mark] = 0
    end
  end
  for _, ballot in v.ballots do
    if ballot.void or M.is_over_marked(ballot, v) then
      void += ballot.count
    else
      blank += if next(ballot.marks) == nil then ballot.count else 0
      count(ballot, v, counts)
    end
  end
  return { counts = counts, void = void, blank = blank }
end

-- What a candidate is measured by, and how many ballots speak for them.
local function votes(kind, of)
  if kind.ranks then
    return of.points or 0, of.ranked or 0
  end
  local n = 0
  for _, mark in kind.speaks do
    n += of[mark] or 0
  end
  return n, n
end

-- Each candidate with what they have, the best first; of equal ones by their names, which decides nothing.
local function lines(v, counts)
  local kind, list = kinds.kinds[v.kind], {}
  for n, name in v.candidates do
    local has, support = votes(kind, counts[name])
    list[n] = { name = name, has = has, support = support }
  end
  table.sort(list, function(a, b)
    return if a.has ~= b.has then a.has > b.has else a.name < b.name
  end)
  return list
end

local function names(list)
  local out = {}
  for n, line in list do
    out[n] = line.name
  end
  return out
end

-- The best of those with the majority fill the places; where the last of them tie, another round decides among them.
local function cut(supported, places)
  if #supported <= places then
    return supported, {}
  end
  local last, elected, tied = supported[places].has, {}, {}
  if supported[places + 1].has < last then
    return table.move(supported, 1, places, 1, {}), {}
  end
  for _, line in supported do
    if line.has > last then
      table.insert(elected, line)
    elseif line.has == last then
      table.insert(tied, line)
    end
  end
  return elected, tied
end

--- What a vote comes to (contract: `tally`). Places for which nobody has the majority stay vacant, or are voted again
--- (`unfilled`).
function M.tally(v, unfilled)
  local kind, counted, needed = kinds.kinds[v.kind], M.count(v), kinds.needed(v)
  local all = lines(v, counted.counts)
  local supported = {}
  for _, line in all do
    if line.support >= needed then
      table.insert(supported, line)
    end
  end
  local elected, revote = supported, {}
  if not kind.each then
    elected, revote = cut(supported, v.places)
  end
  local again = if #revote > 0 then v.places - #elected else 0
  local out = {}
  for _, line in all do
    if not table.find(elected, line) and not table.find(revote, line) then
      table.insert(out, line)
    end
  end
  local left = v.places - #elected - again
  if left > 0 and again == 0 and #out > 0 and unfilled == "again" and not kind.each then
    revote, again, out = out, left, {}
  end
  for _, of in counted.counts do
    of.ranked = nil
  end
  return {
    elected = names(elected), revote = names(revote), again = again, failed = names(out),
    vacant = v.places - #elected - again, counts = counted.counts, void = counted.void, blank = counted.blank,
    needed = needed, why = kinds.why(v),
  }
end

return M
