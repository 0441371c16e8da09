-- Who holds which role on a day, as a list: a change of holders leaves the lists of earlier days as they were.

local names = require("std/names")
local settings = host.settings

-- A line for each time that somebody has the role: it may be held for several units.
local function lines(role, on)
  local rows = {}
  for _, person in host.people({ on = on, role = role }) do
    for _, held in person.roles or {} do
      if held.role == role then
        -- For all units is for none in particular.
        local unit = if held.unit == "*" then nil else held.unit or person.unit
        table.insert(rows, {
          person.name or person.id, if unit then names.unit(unit, on) else "", held.from or "", held.to or "",
        })
      end
    end
  end
  return rows
end

host.on("report.build", {
  name = "office-holders", title = { zh = "任职名单", en = "Holders of roles" },
  form = { date = { type = "date", label = { zh = "截至日期", en = "As of" }, help = { zh = "不填为今天", en = "Today if left out" } } },
}, function(_, parameters)
  local on = parameters.date or host.now().on
  local sections = {}
  for _, role in settings.holders do
    local rows = lines(role, on)
    local title = settings.roles[role] or role
    table.insert(sections, {
      heading = title,
      blocks = {
        if #rows == 0 then { kind = "paragraph", text = `{on} 无人任职。` } else {
          kind = "table",
          columns = {
            { title = "姓名", width = 2 }, { title = "单位", width = 3 },
            { title = "任职起", align = "center", width = 2.6 }, { title = "任职止", align = "center", width = 2.6 },
          },
          rows = rows,
        },
      },
    })
  end
  return { kind = "table", language = "zh", title = parameters.title or `任职名单（{on}）`, sections = sections }
end)

local first = settings.holders[1]

local function listed(title, people, expect)
  local sections = {}
  for n, role in settings.holders do
    sections[n] = { heading = settings.roles[role] or role }
  end
  sections[1].blocks = { expect }
  host.example(title, {
    point = "report.build", name = "office-holders", parameters = { date = "2023-04-30" },
    calls = { people = people, unit = { id = "a", title = { zh = "甲县" } } },
    expect = { title = "任职名单（2023-04-30）", sections = sections },
  })
end

local function holder(name, role)
  return { id = name, name = name, unit = "a", roles = { { role = "another" }, role } }
end

listed("a holder with the days between which they hold it", { holder("陈主任", { role = first, unit = "*", to = "2023-04-30" }) }, {
  kind = "table", rows = { { "陈主任", "", "", "2023-04-30" } },
})
listed("a role may be held for a unit", { holder("李明", { role = first, from = "2023-01-01" }) }, {
  rows = { { "李明", "甲县", "2023-01-01", "" } },
})
listed("a role that nobody holds is said to be so", {}, { kind = "paragraph", text = "2023-04-30 无人任职。" })
