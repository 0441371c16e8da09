-- To whom an item's points go: its unit, and the units it was written or merged with; and which of several count.

local M = {}

-- The item's unit first, then the joint ones, each once.
function M.units(record)
  local seen, units = {}, {}
  for _, unit in { record.unit, table.unpack(record.joint or {}) } do
    if not seen[unit] then
      seen[unit] = true
      table.insert(units, unit)
    end
  end
  return units
end

-- The whole amount to each of them; no posting where there is no amount, as before a figure's first day.
function M.each(record, amount)
  if amount == nil then
    return nil
  end
  local postings = {}
  for _, unit in M.units(record) do
    table.insert(postings, { account = unit, amount = amount })
  end
  return postings
end

-- Parts that add up to the amount: equal ones, or by weights (the last weight counts for all that follow). Each has two
-- decimals, or as many as the amount has; what is left over by that goes to the largest remainder, then to the first.
-- No posting where there is no amount.
function M.split(record, amount, weights)
  if amount == nil then
    return nil
  end
  local units = M.units(record)
  local by = #units
  if weights then
    by = {}
    for i = 1, #units do
      by[i] = weights[math.min(i, #weights)]
    end
  end
  local postings = {}
  for i, part in host.split(amount, by) do
    postings[i] = { account = units[i], amount = part }
  end
  return postings
end

-- The postings of the event that earned most. They come in the order of their events: of equals the earliest stays.
function M.highest(postings)
  local best
  for _, posting in postings do
    if best == nil or posting.amount > best.amount then
      best = posting
    end
  end
  local kept = {}
  for _, posting in postings do
    if posting.event == best.event then
      table.insert(kept, posting)
    end
  end
  return kept
end

return M
