-- The events of one item, in the order of their days; each has an id by its item and place.

local year = require("lib/year")

local M = {}

local Lines = {}
Lines.__index = Lines

-- The id of an item: its number, too.
function M.id(n)
  return string.format("%d-%06d", year.year, n)
end

function M.new(n)
  return setmetatable({ n = n, all = {} }, Lines)
end

-- Notes an event; nothing if its day is not in the year. Its id, so that another can name it.
function Lines.add(self, register, record, action, day, by, fields, id)
  if day == nil or day > year.days then
    return nil
  end
  local place = #self.all + 1
  local event = {
    id = id or `sample-{M.id(self.n)}-{place}`, register = register, record = record, action = action,
    on = year.date(day), by = by, fields = fields,
  }
  self.all[place] = { day = day, place = place, event = event }
  return event.id
end

-- All that happened to the item first, then what it set going elsewhere; each by its day.
function Lines.in_order(self)
  table.sort(self.all, function(a, b)
    local of_item, of_other = a.event.register == "information", b.event.register == "information"
    if of_item ~= of_other then
      return of_item
    elseif not of_item and a.event.record ~= b.event.record then
      return a.event.record < b.event.record
    elseif a.day ~= b.day then
      return a.day < b.day
    end
    return a.place < b.place
  end)
  local events = {}
  for n, noted in self.all do
    events[n] = noted.event
  end
  return events
end

return M
