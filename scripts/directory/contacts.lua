-- The directory as a document (通讯录): who reports for each unit, with numbers and addresses; who has left since a day;
-- and the trainings that each has attended.

local blocks = require("std/blocks")
local names = require("std/names")
local settings = host.settings
local column = blocks.column

-- The keys of contacts in a fixed order, of those that anybody has.
local order = { "phone", "mobile", "mail" }
for key in settings.contacts do
  if not table.find(order, key) then
    table.insert(order, key)
  end
end
table.sort(order, function(a, b)
  local known = { phone = 1, mobile = 2, mail = 3 }
  local n, m = known[a] or 4, known[b] or 4
  return if n ~= m then n < m else a < b
end)

local function keys_of(entries)
  local keys = {}
  for _, key in order do
    for _, entry in entries do
      if settings.contacts[key] and entry.contact and entry.contact[key] then
        table.insert(keys, key)
        break
      end
    end
  end
  return keys
end

local function roles_of(person)
  local said = {}
  for _, held in person.roles or {} do
    local title = settings.roles[held.role] or held.role
    if not table.find(said, title) then
      table.insert(said, title)
    end
  end
  return table.concat(said, "、")
end

local function contacts_of(entry, keys, line)
  for _, key in keys do
    table.insert(line, (entry.contact and entry.contact[key]) or "")
  end
  return line
end

-- People by unit, those of none under "".
local function by_unit(on)
  local found = {}
  for _, person in host.people({ on = on }) do
    local unit = person.unit or ""
    found[unit] = found[unit] or {}
    table.insert(found[unit], person)
  end
  return found
end

local function table_of(on, trained)
  local people, units = by_unit(on), host.units({ on = on })
  local all = table.clone(units)
  for _, of_unit in people do
    table.move(of_unit, 1, #of_unit, #all + 1, all)
  end
  local keys = keys_of(all)
  local columns = { column("单位", 3.4), column("姓名", 2), column("职责", 2) }
  for _, key in keys do
    table.insert(columns, column(settings.contacts[key], 3))
  end
  table.insert(columns, column("今年培训（次）", 2.2, "center"))
  local rows = {}
  local function add(title, unit, of_unit)
    -- A unit's own number stands in a line of its own, and so does a unit without anybody.
    if unit and (unit.contact or #of_unit == 0) then
      local line = contacts_of(unit, keys, { title, "", if #of_unit == 0 then "（暂缺）" else "" })
      table.insert(line, "")
      table.insert(rows, line)
      title = ""
    end
    for n, person in of_unit do
      local line = contacts_of(person, keys, { if n == 1 then title else "", person.name or person.id, roles_of(person) })
      table.insert(line, trained[person.id] or "")
      table.insert(rows, line)
    end
  end
  if people[""] then
    add("本机关", nil, people[""])
  end
  for _, unit in units do
    add(names.title(unit), unit, people[unit.id] or {})
  end
  return { kind = "table", columns = columns, rows = rows }
end

-- Who was there on a day and is not any more, or is elsewhere by now.
local function left(since, on)
  local now = {}
  for _, person in host.people({ on = on }) do
    now[person.id] = person
  end
  local rows = {}
  for _, person in host.people({ on = since }) do
    local there = now[person.id]
    local function unit_on(of, day)
      return if of then names.unit(of, day) else "本机关"
    end
    local went = if there == nil or #(there.roles or {}) == 0 then "离任"
      elseif there.unit ~= person.unit then `调至{unit_on(there.unit, on)}`
      else nil
    if went and #(person.roles or {}) > 0 then
      table.insert(rows, { unit_on(person.unit, since), person.name or person.id, roles_of(person), went })
    end
  end
  return rows
end

host.on("report.build", {
  name = "contacts", title = { zh = "通讯录", en = "Directory, as a document" },
  form = {
    date = { type = "date", label = { zh = "截至日期", en = "As of" }, help = { zh = "不填为今天", en = "Today if left out" } },
    since = { type = "date", label = { zh = "列出此日以来的人员变动", en = "Who has left since" }, help = { zh = "不填为年初", en = "The year's first day if left out" } },
  },
}, function(_, parameters)
  local on = parameters.date or host.now().on
  local since = parameters.since or string.sub(on, 1, 4) .. "-01-01"
  local trained = host.counts({ register = "trainings", action = "hold", by = "people", period = host.period.of(on, "cumulative").id })
  local sections = { { blocks = { table_of(on, trained) } } }
  local gone = left(since, on)
  table.insert(sections, {
    heading = `{blocks.day(since)}以来的人员变动`,
    blocks = {
      if #gone == 0 then blocks.paragraph("没有变动。") else {
        kind = "table", rows = gone,
        columns = { column("原单位", 3.4), column("姓名", 2), column("原职责", 2), column("去向", 3) },
      },
    },
  })
  return {
    kind = "table", language = "zh", title = parameters.title or `人大信息工作通讯录（{blocks.day(on)}）`,
    sections = sections, note = `制表：{settings.issuer}`,
  }
end)

local function person(id, name, contact)
  return { id = id, name = name, unit = "a", roles = { { role = "reporter", unit = "a" } }, contact = contact }
end

-- In an example the people of all days are the same.
host.example("who reports for a unit, with the number they have and the trainings they attended", {
  point = "report.build", name = "contacts", parameters = { date = "2023-04-30" },
  calls = {
    people = { person("wang", "王芳", { phone = "0571-1234" }), person("li", "李明") }, counts = { wang = 2 },
    units = { { id = "a", class = "county", title = { zh = "甲县" } }, { id = "b", class = "county", title = { zh = "乙县" } } },
    unit = { id = "a", title = { zh = "甲县" } },
  },
  expect = { title = "人大信息工作通讯录（2023年4月30日）", sections = {
    { blocks = { { columns = { { title = "单位" }, { title = "姓名" }, { title = "职责" }, { title = settings.contacts.phone }, { title = "今年培训（次）" } }, rows = {
      { "甲县", "王芳", "信息员", "0571-1234", 2 }, { "", "李明", "信息员", "", "" }, { "乙县", "", "（暂缺）", "", "" },
    } } } },
    { blocks = { { text = "没有变动。" } } },
  } },
})
