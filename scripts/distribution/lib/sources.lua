-- What can be distributed: an item, or an instruction. A copy says in a field of its own which it is of.

local M = {}

M.registers = { "information", "instructions" }

--- By register: the copy's field.
M.fields = { information = "item", instructions = "instruction" }

M.labels = {
  item = { zh = "信息", en = "Item" },
  instruction = { zh = "批示", en = "Instruction" },
}

-- More copies than an office makes of one document.
local all = 10000

--- The register and the id of what a copy is of, or of what a report is asked for; nil if of nothing.
function M.of(copy)
  for _, register in M.registers do
    local id = copy[M.fields[register]]
    if (id or "") ~= "" then
      return register, id
    end
  end
  return nil
end

--- The copies of a record, in the order in which they were made.
function M.copies(register, id)
  return host.records({ register = "distribution", match = { [M.fields[register]] = id }, limit = all })
end

--- What happened to the copies of a record: by action, the last day for each copy.
function M.days(register, id)
  local days = { send = {}, receive = {}, take_back = {} }
  for _, event in host.events({ register = "distribution", match = { [M.fields[register]] = id }, limit = all }) do
    if days[event.action] then
      days[event.action][event.record] = event.on
    end
  end
  return days
end

return M
