-- In the directory: who had which award, the latest first.

local people = require("lib/people")

host.on("panel.show", { place = "directory" }, function()
  local granted = table.clone(host.records({ register = "honours", stage = "granted", limit = 10000 }))
  table.sort(granted, function(a, b)
    if a.date ~= b.date then
      return a.date > b.date
    end
    return a.id < b.id
  end)
  local rows = {}
  for n = 1, math.min(#granted, host.settings.shown) do
    local one = granted[n]
    table.insert(rows, { people.names(one.authors, one.date), one.title, one.giver, one.date })
  end
  if #rows == 0 then
    return nil
  end
  return {
    id = "honours", title = { zh = "外部获奖", en = "Outside awards" }, kind = "table",
    columns = {
      { zh = "获奖人", en = "People" }, { zh = "奖项", en = "Award" },
      { zh = "授予单位", en = "Given by" }, { zh = "日期", en = "On" },
    },
    rows = rows, link = "honours", order = 30,
  }
end)

local function granted(id, date)
  return { id = id, register = "honours", stage = "granted", title = `奖{id}`, giver = "省人大", date = date, authors = { "wang" } }
end

local function shows(title, records, expect)
  host.example(title, {
    point = "panel.show", place = "directory", person = { id = "li", roles = {} },
    calls = { records = records, person = { id = "wang", name = "王芳" } }, expect = expect,
  })
end

local rows = { { "王芳", "奖2", "省人大", "2023-03-05" }, { "王芳", "奖1", "省人大", "2023-01-05" } }
shows("the latest first, by the names of the day", { granted("1", "2023-01-05"), granted("2", "2023-03-05") }, {
  { kind = "table", rows = table.move(rows, 1, math.min(2, host.settings.shown), 1, {}) },
})
shows("without awards there is no panel", {}, {})
