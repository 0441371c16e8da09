-- What editors and leaders see when they arrive: how many instructions stand where.

local roles = require("std/roles")
local stages = require("lib/stages")

-- An answered one waits for the editor; a closed one for nobody.
local shown = { "assigned", "signed", "answered" }
-- More than an office has of either, so that none is left out.
local all = 10000

-- The last day of such an event, by record.
local function last(action, more)
  local days = {}
  for _, event in host.events({ register = "instructions", action = action, match = more, limit = all }) do
    days[event.record] = event.on
  end
  return days
end

-- How many of these have missed their day, and were not sent back, with another day, since.
local function overdue(records)
  if #records == 0 then
    return 0
  end
  local missed, back = last("overdue", { deadline = "reply" }), last("back")
  local n = 0
  for _, record in records do
    local day = missed[record.id]
    if day and (back[record.id] == nil or back[record.id] <= day) then
      n += 1
    end
  end
  return n
end

host.on("panel.show", { place = "home" }, function(_, person)
  if not roles.holds(person, "editor", "leader") then
    return nil
  end
  local lines, owing = {}, {}
  for _, stage in shown do
    local there = host.records({ register = "instructions", stage = stage, limit = all })
    if #there > 0 then
      local label = stages.labels[stage]
      table.insert(lines, { zh = `{label.zh} {#there}`, en = `{label.en}: {#there}` })
    end
    if table.find(stages.owing, stage) then
      table.move(there, 1, #there, #owing + 1, owing)
    end
  end
  if #lines == 0 then
    return nil
  end
  local late = overdue(owing)
  if late > 0 then
    table.insert(lines, { zh = `其中超期 {late}`, en = `Overdue: {late}` })
  end
  return {
    id = "instructions", title = { zh = "批示办理", en = "Instructions" }, kind = "list", rows = lines,
    link = "instructions", level = if #owing > 0 then "warning" else "notice", order = 10,
  }
end)

local function home(title, role, records, events, expect)
  host.example(title, {
    point = "panel.show", place = "home", person = { id = "chen", roles = { { role = role } } },
    calls = { records = records, events = events },
    expect = expect,
  })
end

local one = { { id = "1" } }
local missed = { { record = "1", action = "overdue", on = "2023-05-19" } }
local lines = {
  { zh = "待签收 1", en = "To be signed for: 1" }, { zh = "办理中 1", en = "In hand: 1" }, { zh = "已反馈 1", en = "Answered: 1" },
}

home("a leader sees how many stand where", "leader", one, {}, { { kind = "list", rows = lines, level = "warning", link = "instructions" } })
-- In an example the one record is in each stage.
home("and how many are overdue", "editor", one, missed, { { rows = { lines[1], lines[2], lines[3], { zh = "其中超期 2", en = "Overdue: 2" } } } })
home("where nothing is to be done there is no panel", "editor", {}, {}, {})
home("nor is there one for others", "reporter", one, {}, {})
