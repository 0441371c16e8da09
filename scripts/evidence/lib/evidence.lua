-- The events that a unit's figure rests on, each with the item's number and the carrier.

local labels = require("information/lib/labels")

local M = {}

local actions = { submit = "报送", adopt = "采用", instruct = "批示", forward = "上报" }

-- More than a city has of one action in a year; a table beyond that is not whole, and nobody would see it.
local most = 15000
-- Records come with their whole text: so many at once.
local page = 200

local function events_of(register, period)
  local all = {}
  for _, action in host.settings.actions do
    local events = host.events({
      register = register, action = action, period = period, first = action == "submit", limit = most,
    })
    if #events >= most then
      error({ zh = "时段内事项过多，请选较短时段", en = `More than {most - 1} events of {action}: choose a shorter period.` }, 0)
    end
    table.move(events, 1, #events, #all + 1, all)
  end
  table.sort(all, function(a, b)
    if a.on ~= b.on then
      return a.on < b.on
    end
    return a.seq < b.seq
  end)
  return all
end

local function items_of(register, events)
  local ids, items, seen = {}, {}, {}
  for _, event in events do
    if not seen[event.record] then
      seen[event.record] = true
      table.insert(ids, event.record)
    end
  end
  for from = 1, #ids, page do
    local some = table.move(ids, from, math.min(from + page - 1, #ids), 1, {})
    for _, item in host.records({ register = register, id = some, limit = page }) do
      items[item.id] = { number = item.number or item.id, title = item.title, unit = item.unit, joint = item.joint }
    end
  end
  return items
end

local function label(of, register, field, word)
  return if word == nil then "" else labels.of(of, register, field, word).zh
end

--- By unit, oldest first: { number, title, action, on, carrier, issue, level }. An item of several units is evidence for each.
function M.by_unit(register, period)
  local events = events_of(register, period)
  local items, found = items_of(register, events), {}
  for _, event in events do
    local item = items[event.record]
    if item then
      local said = event.fields
      local piece = {
        number = item.number, title = item.title, action = actions[event.action] or event.action, on = event.on,
        carrier = label(labels.carriers, register, `{event.action}.carrier`, said.carrier), issue = said.issue,
        level = label(labels.levels, register, `{event.action}.level`, said.level),
      }
      local seen = {}
      for _, unit in { item.unit, table.unpack(item.joint or {}) } do
        if not seen[unit] then
          seen[unit] = true
          found[unit] = found[unit] or {}
          table.insert(found[unit], piece)
        end
      end
    end
  end
  return found
end

return M
