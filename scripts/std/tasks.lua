-- Tasks that follow from something: further events for `action.effect`, in the register `tasks` (plugin `tasks`).

local M = {}

--- The event that begins a task: its key, what is to be done, by which unit, until when; `of` names the field and the
--- record that it comes of, `{ meeting = "2023-0001" }`.
function M.new(key, title, unit, due, of)
  local fields = { title = title, unit = unit, due = due }
  for name, value in of or {} do
    fields[name] = value
  end
  return { key = key, register = "tasks", action = "assign", fields = fields }
end

--- Tasks that are written a line each, `unit: what is to be done (2023-05-31)`: a list of `{ unit, title, due }`, or nil
--- and the number of the line that can't be read. The day may be left out.
function M.read(said)
  local list = {}
  for n, line in string.split(said or "", "\n") do
    line = string.match(line, "^%s*(.-)%s*$")
    if line ~= "" then
      line = string.gsub(string.gsub(string.gsub(line, "：", ":"), "（", "("), "）", ")")
      local unit, title = string.match(line, "^([^:%s]+)%s*:%s*(.+)$")
      if unit == nil then
        return nil, n
      end
      local rest, due = string.match(title, "^(.-)%s*%((%d%d%d%d%-%d%d%-%d%d)%)$")
      table.insert(list, { unit = unit, title = rest or title, due = due })
    end
  end
  return list
end

return M
