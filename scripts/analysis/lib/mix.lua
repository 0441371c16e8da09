-- Kinds against each other: how many items of each, and what is too much of one or too little of another.

local counted = require("lib/counted")
local labels = require("information/lib/labels")

local M = {}

local function label_of(kind)
  return labels.of(labels.kinds, "information", "kind", kind)
end

-- `dynamic+routine/research`: the kinds of either side.
local function parts(pair)
  local many, few = string.match(pair, "^([^/]+)/([^/]+)$")
  if many == nil then
    error({ zh = `“{pair}”应写作 dynamic/research`, en = `“{pair}” is no pair; write it like dynamic/research.` }, 0)
  end
  return string.split(many, "+"), string.split(few, "+")
end

-- What the kinds of a side are called together, and how many items they have.
local function side(kinds, counts)
  local label, n = { zh = {}, en = {} }, 0
  for _, kind in kinds do
    local one = label_of(kind)
    table.insert(label.zh, one.zh)
    table.insert(label.en, one.en)
    n += counts[kind] or 0
  end
  return { zh = table.concat(label.zh, "、"), en = table.concat(label.en, " and ") }, n
end

-- The kinds that items have, and those that a pair names: one of which there is nothing is what is looked for.
local function kinds_of(counts)
  local kinds, seen = {}, {}
  local function add(kind)
    if not seen[kind] then
      seen[kind] = true
      table.insert(kinds, kind)
    end
  end
  for kind in counts do
    add(kind)
  end
  for _, pair in host.settings.pairs do
    for _, kinds in { parts(pair) } do
      for _, kind in kinds do
        add(kind)
      end
    end
  end
  table.sort(kinds, function(a, b)
    local n, m = counts[a] or 0, counts[b] or 0
    return if n ~= m then n > m else a < b
  end)
  return kinds
end

local function warnings_of(rows, counts, total)
  local settings, warnings = host.settings, {}
  if total < settings.mix_from then
    return warnings
  end
  for _, row in rows do
    if row.count * 100 >= total * settings.most then
      local shown = counted.shown(row.share)
      table.insert(warnings, {
        zh = `{row.label.zh}占{shown}，偏多（达到{settings.most}%提示）`,
        en = `{row.label.en}: {shown} of all items; {settings.most}% is too much`,
      })
    end
  end
  for _, pair in settings.pairs do
    local many, few = parts(pair)
    local much, n = side(many, counts)
    local little, m = side(few, counts)
    if n > 0 and n >= m * settings.times then
      table.insert(warnings, {
        zh = `{much.zh}多（{n}条）、{little.zh}少（{m}条）`,
        en = `{much.en} {n}, {little.en} {m}: much of one and little of the other`,
      })
    end
  end
  return warnings
end

--- { rows = { kind, label, count, share }, total, warnings }, of what was received in a period; `match` narrows it.
function M.of(period, match)
  local counts = host.counts(counted.of(counted.received, period, { by = "kind", match = match }))
  local rows, total = {}, 0
  for n, kind in kinds_of(counts) do
    rows[n] = { kind = kind, label = label_of(kind), count = counts[kind] or 0 }
    total += rows[n].count
  end
  for n, share in host.shares(rows, { key = "count", places = host.settings.places }) do
    rows[n].share = share
  end
  return { rows = rows, total = total, warnings = warnings_of(rows, counts, total) }
end

return M
