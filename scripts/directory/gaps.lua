-- Units in which nobody has the role that somebody is to have: shown from the day on which the last one left.

local roles = require("std/roles")
local settings = host.settings

-- The units for which somebody has the role on a day.
local function held(on)
  local units = {}
  for _, person in host.people({ on = on, role = settings.role }) do
    for _, held in person.roles or {} do
      if held.role == settings.role then
        -- Who has it for all units is of one of them.
        local unit = if held.unit == nil or held.unit == "*" then person.unit else held.unit
        if unit then
          units[unit] = true
        end
      end
    end
  end
  return units
end

local function looked_at(unit)
  return #settings.classes == 0 or table.find(settings.classes, unit.class) ~= nil
end

host.on("panel.show", { place = { "directory", "home" } }, function(place, person)
  -- There only to those who can do something about it.
  if place == "home" and not roles.holds(person, "editor", "admin") then
    return nil
  end
  local on = host.now().on
  local units, gaps = held(on), {}
  for _, unit in host.units({ on = on }) do
    if looked_at(unit) and not units[unit.id] then
      table.insert(gaps, unit.title or unit.id)
    end
  end
  if #gaps == 0 then
    return nil
  end
  return { id = "gaps", title = settings.title, kind = "list", rows = gaps, level = "warning", order = 20 }
end)

local class = settings.classes[1]
local two = {
  { id = "a", class = class, title = { zh = "甲县", en = "County A" } },
  { id = "b", class = class, title = "乙站" },
}

local function officer(id, unit, of)
  return { id = id, name = id, unit = unit, roles = { { role = settings.role, unit = of } } }
end

local function looks(title, place, role, people, expect)
  host.example(title, {
    point = "panel.show", place = place, person = { id = "li", roles = { { role = role } } },
    calls = { now = { on = "2023-05-05", at = "2023-05-05T09:00:00+08:00" }, units = two, people = people },
    expect = expect,
  })
end

local left = { officer("wang", "a") }
local flagged = { { kind = "list", rows = { "乙站" }, level = "warning" } }

looks("somebody is there", "directory", "reporter", { officer("wang", "a"), officer("sun", "b") }, {})
looks("the last officer leaves, and the unit is flagged the same day", "directory", "reporter", left, flagged)
looks("so it is where nobody was", "home", "editor", {}, { { rows = { { zh = "甲县", en = "County A" }, "乙站" } } })
looks("on the home page it is for those who look after it", "home", "admin", left, flagged)
looks("and for nobody else", "home", "reporter", left, {})
looks("one may have the role for another's unit", "directory", "editor", { officer("wang", "a"), officer("wang", "a", "b") }, {})
looks("for all units is for one's own", "directory", "editor", { officer("wang", "a", "*") }, flagged)
