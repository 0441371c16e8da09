-- One list of what is due or overdue over all registers, by unit and person: on the home page in numbers, as a page on paper.

local blocks = require("std/blocks")
local names = require("std/names")
local roles = require("std/roles")
local settings = host.settings
local column = blocks.column

-- Lines of the panel; the report has all.
local most = 8

local function person_of(record)
  return record.person or record.deputy
end

-- What is overdue on a day, and what is due within a few.
local function owed(on)
  local late, soon = {}, {}
  local last = host.date.add_days(on, settings.soon)
  for _, line in host.deadlines() do
    if line.deadline.due < on then
      table.insert(late, line)
    elseif line.deadline.due <= last then
      table.insert(soon, line)
    end
  end
  return late, soon
end

local function called(line)
  local title = line.record.title
  return `{line.record.number or line.record.id}{if title then ` {title}` else ""}`
end

host.on("panel.show", { place = "home" }, function(_, person)
  local late, soon = owed(host.now().on)
  if #late + #soon == 0 then
    return nil
  end
  local rows = {}
  for _, line in late do
    if #rows < most then
      table.insert(rows, { zh = `超期 {line.deadline.due} {called(line)}`, en = `overdue {line.deadline.due} {called(line)}` })
    end
  end
  for _, line in soon do
    if #rows < most then
      table.insert(rows, { zh = `到期 {line.deadline.due} {called(line)}`, en = `due {line.deadline.due} {called(line)}` })
    end
  end
  local all = roles.holds(person, table.unpack(settings.readers))
  return {
    id = "overview", kind = "list", rows = rows, order = 1, level = if #late > 0 then "warning" else "notice",
    title = {
      zh = `{if all then "" else "我的"}超期 {#late}，{settings.soon} 日内到期 {#soon}`, en = `{if all then "" else "Mine: "}{#late} overdue, {#soon} due within {settings.soon} days`,
    },
  }
end)

-- How many working days a day is past; the calendar of an example knows weekends alone.
local function late_by(line, on)
  return math.max(0, host.date.working_days_between(line.deadline.due, on))
end

local function by_unit(lines, on)
  local groups, order = {}, {}
  for _, line in lines do
    local unit = line.record.unit or ""
    if groups[unit] == nil then
      groups[unit] = {}
      table.insert(order, unit)
    end
    table.insert(groups[unit], line)
  end
  local rows = {}
  for _, unit in host.sort(order, "official") do
    for _, line in groups[unit] do
      local person = person_of(line.record)
      local known = if person then host.person(person, on) else nil
      table.insert(rows, {
        if unit == "" then "—" else names.unit(unit, on), if known then known.name or person else person or "", called(line), line.deadline.due,
        if line.deadline.due < on then late_by(line, on) else "",
      })
    end
  end
  return rows
end

host.on("report.build", {
  name = "overview", title = { zh = "到期与超期一览", en = "What is due and overdue" },
  form = { date = { type = "date", label = { zh = "截至日期", en = "As of" }, help = { zh = "不填为今天", en = "Today if left out" } } },
}, function(_, parameters)
  local on = parameters.date or host.now().on
  local late, soon = owed(on)
  local columns = { column("单位", 2.2), column("承办人", 1.6), column("事项", 4.6), column("期限", 2.8, "center"), column("超期（工作日）", 1.6, "right") }
  local body = { blocks.paragraph(`截至{blocks.day(on)}，各台账超期{#late}件，{settings.soon}日内到期{#soon}件。`) }
  local function part(title, lines)
    if #lines > 0 then
      table.insert(body, { kind = "table", caption = title, rows = by_unit(lines, on), columns = columns })
    end
  end
  part("超期未办", late)
  part("即将到期", soon)
  return {
    kind = "table", language = "zh", title = parameters.title or "到期与超期一览", sections = { { blocks = body } }, signature = { issuers = { settings.issuer }, date = on },
  }
end)

local function line(register, id, due, more)
  local record = { id = id, register = register, stage = "x", title = id }
  for key, value in more or {} do
    record[key] = value
  end
  return { register = register, record = record, deadline = { name = "reply", start = "2023-01-01", due = due, state = "open" } }
end

local calls = {
  deadlines = { line("suggestions", "校门口交通", "2023-05-05", { unit = "a", deputy = "hu" }), line("tasks", "修路", "2023-05-12", { unit = "a" }), line("tasks", "远期", "2023-12-31") },
  now = { on = "2023-05-08", at = "2023-05-08T09:00:00+08:00" }, unit = { id = "a", title = { zh = "甲县" } }, person = { id = "hu", name = "胡明" }, sort = { "a" },
  ["date.working_days_between"] = 1,
}

host.example("what is overdue and soon due, in all registers", {
  point = "panel.show", place = "home", person = { id = "li", roles = { { role = settings.readers[1] or "editor" } } }, calls = calls,
  expect = { { title = { zh = `超期 1，{settings.soon} 日内到期 1` }, rows = { { zh = "超期 2023-05-05 校门口交通 校门口交通" }, { zh = "到期 2023-05-12 修路 修路" } }, level = "warning" } },
})
host.example("where nothing presses there is no panel", {
  point = "panel.show", place = "home", person = { id = "li", roles = {} }, calls = { deadlines = {}, now = { on = "2023-05-08", at = "2023-05-08T09:00:00+08:00" } }, expect = {},
})
host.example("the same on one page, by unit", {
  point = "report.build", name = "overview", parameters = { date = "2023-05-08" }, calls = calls,
  expect = { sections = { { blocks = {
    { text = `截至2023年5月8日，各台账超期1件，{settings.soon}日内到期1件。` },
    { caption = "超期未办", rows = { { "甲县", "胡明", "校门口交通 校门口交通", "2023-05-05", 1 } } },
    { caption = "即将到期", rows = { { "甲县", "", "修路 修路", "2023-05-12", "" } } },
  } } } },
})
