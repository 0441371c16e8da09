-- The conditions, and which of them a unit meets.

local M = {}

M.all = host.settings.conditions

--- How many there are, and the labels of those that are missing, in order.
function M.of(met)
  local n, missing = 0, {}
  for _, condition in M.all do
    if table.find(met or {}, condition.id) then
      n += 1
    else
      table.insert(missing, condition.label)
    end
  end
  return n, missing
end

--- The units that are checked as of a day, each with its record, if there is one; as far as the caller sees them.
function M.by_unit(on)
  local records, lines = {}, {}
  for _, record in host.records({ register = "checklist" }) do
    records[record.unit] = record
  end
  for _, unit in host.units({ on = on }) do
    if table.find(host.settings.classes, unit.class) then
      local record = records[unit.id]
      if record and record.stage == "draft" then
        record = nil
      end
      table.insert(lines, { unit = unit, record = record })
    end
  end
  return lines
end

return M
