-- Notes events of the sister registers, each with an id by its record and place; and the deputies that they name.

local dice = require("lib/dice")
local office = require("lib/office")
local year = require("lib/year")

local M = {}

-- What the dice of these registers are for; others are in the office and in items.
local REGISTERS = 9

local History = {}
History.__index = History

--- Deputies, by id; those of the standing committee come first.
M.deputies = {}
for n, name in {
  "白景行", "常思远", "戴书瑶", "范明哲", "耿志平", "韩雪松", "江一鸣", "孔令仪", "梁云帆", "孟秋实", "潘若兰", "秦书恒",
} do
  M.deputies[n] = { id = string.format("deputy-%02d", n), name = name, unit = office.units[1 + (n - 1) % 12].id }
end

function M.new(seed)
  local told = setmetatable({ all = {}, places = {}, rolls = dice.new(seed, REGISTERS, 1) }, History)
  for _, deputy in M.deputies do
    told:add("$directory", deputy.id, "person", `{year.year - 1}-01-01`, "operator", {
      name = deputy.name, unit = deputy.unit, roles = { { role = "deputy" } },
    })
  end
  told:add("$directory", "teller-1", "person", `{year.year - 1}-01-01`, "operator", { name = "温知秋", roles = { { role = "teller", unit = "*" } } })
  return told
end

--- Notes what happened to a record on a day, a date or the number of one in the year. Nothing of days that the year has not.
function History.add(self, register, record, action, on, by, fields)
  local date = if type(on) == "number" then year.date(on) else on
  if date == nil then
    return
  end
  local key = `{register}/{record}`
  local place = (self.places[key] or 0) + 1
  self.places[key] = place
  table.insert(self.all, {
    place = #self.all,
    event = { id = `sample-{register}-{record}-{place}`, register = register, record = record, action = action, on = date, by = by, fields = fields },
  })
end

--- A new record of an editor's.
function History.edited(self, register, record, action, on, fields)
  self:add(register, record, action, on, "editor-1", fields)
end

--- Who reports for a unit.
function M.reporter(unit)
  return `{unit}-1`
end

function History.in_order(self)
  table.sort(self.all, function(a, b)
    return if a.event.on ~= b.event.on then a.event.on < b.event.on else a.place < b.place
  end)
  local events = {}
  for n, noted in self.all do
    events[n] = noted.event
  end
  return events
end

return M
