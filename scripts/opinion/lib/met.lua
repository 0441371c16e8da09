-- How much of what was owed a unit has met, from the measure `fulfilment`.

local M = {}

--- In how many periods of how many, from a row's totals by tag; nil where nothing was owed.
function M.counts(tags)
  local met, missed = tags and tags.met or 0, tags and tags.missed or 0
  local all = met - missed
  if all == 0 then
    return nil
  end
  return met, all
end

--- `11/12`, or empty.
function M.said(tags)
  local met, all = M.counts(tags)
  return if met then `{met}/{all}` else ""
end

--- Whether enough was met to be commended. Who owes nothing has nothing to meet.
function M.enough(tags)
  local met, all = M.counts(tags)
  return met == nil or met * 100 >= all * host.settings.fulfilment
end

return M
