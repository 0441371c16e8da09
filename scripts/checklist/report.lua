-- The conditions of all counties as a table: what each has, how many, and who has not been checked.

local conditions = require("lib/conditions")
local names = require("std/names")

local states = { checked = "已自查", confirmed = "已核定" }

local columns = { { title = "序号", align = "center", width = 1 }, { title = "单位", width = 2.6 } }
for _, condition in conditions.all do
  table.insert(columns, { title = condition.label.zh, align = "center", width = 1.6 })
end
for _, title in { "合计", "状态", "检查日期" } do
  table.insert(columns, { title = title, align = "center", width = 1.6 })
end

host.on("report.build", {
  name = "checklist", title = { zh = "县级工作条件一览表", en = "County checklist" },
  form = { date = { type = "date", label = { zh = "截至日期", en = "As of" } } },
}, function(_, parameters)
  local date = parameters.date or host.now().on
  local rows = {}
  for n, line in conditions.by_unit(date) do
    local row, record = { n, names.title(line.unit) }, line.record
    for _, condition in conditions.all do
      table.insert(row, if record and table.find(record.met or {}, condition.id) then "√" else "")
    end
    local count = conditions.of(record and record.met)
    table.insert(row, if record then `{count}/{#conditions.all}` else "")
    table.insert(row, if record then states[record.stage] else "未自查")
    table.insert(row, if record then record.checked or "" else "")
    rows[n] = row
  end
  return {
    kind = "table", language = "zh", title = parameters.title or "县级信息工作条件一览表",
    sections = { { blocks = { { kind = "table", columns = columns, rows = rows } } } },
    note = `制表：{host.settings.issuer}`,
  }
end)

local class = host.settings.classes[1]
local first, row, empty = conditions.all[1].id, { 1, "甲县" }, { 2, "乙县" }
for n = 1, #conditions.all do
  table.insert(row, if n == 1 then "√" else "")
  table.insert(empty, "")
end
table.move({ `1/{#conditions.all}`, "已核定", "2023-03-05" }, 1, 3, #row + 1, row)
table.move({ "", "未自查", "" }, 1, 3, #empty + 1, empty)

host.example("what each has, and who has not been checked", {
  point = "report.build", name = "checklist", parameters = { date = "2023-05-05" },
  calls = {
    units = { { id = "a", class = class, title = "甲县" }, { id = "b", class = class, title = "乙县" } },
    records = { { id = "1", unit = "a", stage = "confirmed", met = { first }, checked = "2023-03-05" } },
  },
  expect = { sections = { { blocks = { { rows = { row, empty } } } } } },
})
