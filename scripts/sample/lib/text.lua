-- Titles and texts of items, from the stock of phrases and topics: as the dice fall, and never twice alike.

local office = require("lib/office")
local phrases = require("lib/phrases")
local places = require("lib/places")
local topics = require("lib/topics")
local year = require("lib/year")

local M = {}

-- Characters of a text.
local fewest, most = { research = 310, opinion = 110, other = 90 }, 395

-- What each committee has to do with, by the departments that it looks after.
local of_committee = {}
for _, committee in places.committees do
  local of = {}
  for _, topic in topics do
    for _, n in committee[4] do
      if table.find(topic.departments, n) then
        table.insert(of, topic)
        break
      end
    end
  end
  of_committee[committee[1]] = of
end

function M.topic(rolls, unit)
  return rolls:pick(of_committee[unit.id] or topics)
end

local function organ(unit)
  if unit.class == "county" or unit.class == "district" then
    return `{unit.name}人大常委会`
  elseif unit.class == "direct" then
    return unit.name .. if string.find(unit.name, "街道", 1, true) then "人大工委" else "人大主席团"
  end
  return unit.name
end

-- Drawn even where it is not asked for, so that another unit's telling of a text draws the same of the rest.
local function town_of(unit, rolls)
  local town = rolls:pick(office.towns[unit.id] or places.towns_of_all)
  return if unit.class == "direct" then unit.name else town
end

-- The next of a list that was shuffled, so that a text does not say the same twice.
local function dealer(rolls, list)
  local left = {}
  return function()
    if #left == 0 then
      left = rolls:some(list, #list)
    end
    return table.remove(left)
  end
end

local function written(day)
  local _, month, of_month = string.match(year.date(year.worked_by(day)), "^(%d+)%-0?(%d+)%-0?(%d+)$")
  return `{month}月{of_month}日`
end

-- What is the same throughout a text.
local function fixed_of(rolls, unit, topic)
  return {
    who = organ(unit), unit = unit.name, topic = topic.name, town = town_of(unit, rolls), speaker = office.person_name(rolls),
    area = if unit.class == "committee" then "全市" else unit.name,
  }
end

-- What stands in braces, for a unit that writes of a topic on a day.
local function slots(rolls, unit, topic, day, fixed)
  fixed = fixed or fixed_of(rolls, unit, topic)
  local drawn = {
    site = dealer(rolls, topic.sites), problem = dealer(rolls, topic.problems), measure = dealer(rolls, topic.measures),
    fact = dealer(rolls, topic.facts),
    village = function()
      return rolls:pick(places.first) .. rolls:pick(places.second)
    end,
    deputy = function()
      return office.person_name(rolls)
    end,
    dept = function()
      local n = rolls:whole(1, #topic.departments)
      local other = places.departments[topic.departments[n]][1]
      return if other ~= unit.name then other else places.departments[topic.departments[1 + n % #topic.departments]][1]
    end,
    date = function()
      return written(day - rolls:whole(1, 9))
    end,
  }
  return function(name)
    return fixed[name] or drawn[name]()
  end
end

-- Twice, for what is filled in may hold figures itself.
function M.filled(phrase, rolls, slot)
  local said = string.gsub(phrase, "{(%l+)}", slot or {})
  return (string.gsub(said, "{(%d+)~(%d+)}", function(from, to)
    return string.format("%d", rolls:whole(tonumber(from), tonumber(to)))
  end))
end

-- { title, body } of an item: by its kind, told by its unit. What differs between classes of units has dice
-- of its own, so that the rest of a text is the same whoever tells it.
function M.item(rolls, unit, topic, kind, day)
  local parts, fixed = phrases.kinds[kind], fixed_of(rolls, unit, topic)
  local function apart(list)
    local own = rolls:apart()
    return M.filled(own:pick(list), own, slots(own, unit, topic, day, fixed))
  end
  local title = apart(unit.class == "committee" and phrases.titles_of_committee[kind] or phrases.titles[kind])
  local opening = apart(if unit.class == "committee" then phrases.openings.committee else phrases.openings.other)
  local slot = slots(rolls, unit, topic, day, fixed)
  local body = if parts.open then M.filled(rolls:pick(parts.open), rolls, slot) else opening
  local length = utf8.len(body)
  local function add(sentence)
    local more = utf8.len(sentence)
    if length + more <= most then
      body ..= sentence
      length += more
    end
  end
  for _, part in ipairs(parts) do
    add(M.filled(rolls:pick(part), rolls, slot))
  end
  local wanted = fewest[kind] or fewest.other
  for _ = 1, 8 do
    if length >= wanted then
      break
    end
    add(M.filled(rolls:pick(rolls:pick(phrases.more)), rolls, slot))
  end
  return { title = title, body = body }
end

-- One more sentence, for a text that is sent again or was taken from another.
function M.addition(rolls, unit, topic, day)
  return M.filled(rolls:pick(rolls:pick(phrases.more)), rolls, slots(rolls, unit, topic, day))
end

-- Without its last sentence.
function M.shortened(body)
  local kept = string.match(body, "^(.+。).-。$")
  return if kept and utf8.len(kept) >= fewest.other then kept else body
end

-- A piece of several items: a sentence for each, of its unit and its topic.
function M.merged(rolls, parts, day)
  local slot = slots(rolls, parts[1].unit, parts[1].topic, day)
  local title = M.filled(M.filled(rolls:pick(phrases.merged_titles), rolls, { count = `{#parts}` }), rolls, slot)
  local body = `近期，各地各部门围绕人大监督议题推进工作，现将{#parts}家单位的情况综合如下。`
  for _, part in parts do
    body ..= M.filled(rolls:pick(phrases.merged), rolls, slots(rolls, part.unit, part.topic, day))
  end
  return { title = title, body = body }
end

return M
