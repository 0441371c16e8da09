-- The sheet by which a period's fees are paid, of whatever parts they have: a line a person, and room to sign for it.

local blocks = require("std/blocks")
local names = require("std/names")
local periods = require("std/periods")
local column = blocks.column

local M = {}

-- Whoever may have fees: the people of the first day and of the last, who may have come or left
-- between, and the authors of the period's items, whatever the directory says of them.
local function candidates(period, register)
  local found = {}
  for _, on in { period.first, period.last } do
    for _, person in host.people({ on = on }) do
      found[person.id] = { id = person.id, name = person.name or person.id, unit = person.unit and names.unit(person.unit, on) or "" }
    end
  end
  for author in host.counts({ register = register, period = period.id, by = "author" }) do
    found[author] = found[author] or { id = author, name = author, unit = "" }
  end
  return found
end

-- By the sound of their names; namesakes by their ids.
local function in_order(rows)
  local called, place = {}, {}
  for n, row in rows do
    called[n] = row.name
  end
  for n, name in host.sort(called, "names") do
    place[name] = n
  end
  table.sort(rows, function(a, b)
    if place[a.name] ~= place[b.name] then
      return place[a.name] < place[b.name]
    end
    return a.id < b.id
  end)
  return rows
end

local function rows_of(period, register, parts)
  local rows = {}
  for id, row in candidates(period, register) do
    local of = { register = register, period = period.id, measure = "fee", account = id }
    row.total = host.total(of)
    if row.total ~= 0 then
      row.parts, row.other = {}, row.total
      for i, part in parts do
        of.tag = part.tag
        row.parts[i] = host.total(of)
        row.other = host.sum({ row.other, -row.parts[i] })
      end
      table.insert(rows, row)
    end
  end
  return in_order(rows)
end

-- A rule of the office's own may have a tag of its own: the parts add up all the same.
local function has_other(rows)
  for _, row in rows do
    if row.other ~= 0 then
      return true
    end
  end
  return false
end

local function table_of(rows, parts)
  local other = has_other(rows)
  local columns = { column("序号", 1.2, "center"), column("姓名", 1.9), column("单位", 2.8) }
  for _, part in parts do
    table.insert(columns, column(part.title, 2.4, "right", 2))
  end
  if other then
    table.insert(columns, column("其他", 1.6, "right", 2))
  end
  table.insert(columns, column("合计（元）", 2.9, "right", 2))
  table.insert(columns, column("签领", 2, "center"))

  local function cells(first, row)
    local line = table.clone(first)
    table.move(row.parts, 1, #parts, #line + 1, line)
    if other then
      table.insert(line, row.other)
    end
    table.insert(line, row.total)
    table.insert(line, "")
    return line
  end

  local lines, sum = {}, { parts = {}, other = host.sum(rows, "other"), total = host.sum(rows, "total") }
  for n, row in rows do
    table.insert(lines, cells({ n, row.name, row.unit }, row))
  end
  for i in parts do
    local amounts = {}
    for n, row in rows do
      amounts[n] = row.parts[i]
    end
    sum.parts[i] = host.sum(amounts)
  end
  table.insert(lines, cells({ "", "合计", "" }, sum))
  return { kind = "table", columns = columns, rows = lines }
end

--- The sheet of a period. `parts` are `{ tag, title }`, a column each; what has another tag is under 其他.
function M.build(parameters, parts, issuer)
  local period = periods.read(parameters.period)
  local rows = rows_of(period, parameters.register or "information", parts)
  local date = parameters.date or host.now().on
  return {
    kind = "table", language = "zh",
    title = parameters.title or `{period.name}信息稿酬发放表`,
    sections = { { blocks = { table_of(rows, parts) } } },
    note = `制表：{issuer}，{blocks.day(date)}`,
  }
end

return M
