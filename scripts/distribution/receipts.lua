-- Receipts: until when a copy is to be confirmed, and what is still out, for those who sent and those who got it.

local reminders = require("std/reminders")
local roles = require("std/roles")
local sources = require("lib/sources")
local settings = host.settings

-- More copies than wait at any time.
local all = 10000
-- Lines of the panel; the register has the rest.
local most = 8

host.on("deadline.compute", { register = "distribution", action = "send", match = { stage = "sent" } }, function(event, copy)
  if copy.due then
    return { name = "confirm", start = event.on, due = copy.due, why = { zh = "签收期限", en = "The day by which it is to be confirmed." } }
  end
end)

host.on("reminder.plan", { register = "distribution", name = "confirm" }, function(deadline, copy)
  return reminders.plan(deadline, copy.unit, settings, {
    reminder = { zh = `“{copy.title}”请于 {deadline.due} 前签收`, en = `Please confirm “{copy.title}” by {deadline.due}.` },
    urging = { zh = `“{copy.title}”应于 {deadline.due} 前签收，现已超期`, en = `“{copy.title}” was to be confirmed by {deadline.due}.` },
  })
end)

-- By document, in the order in which they were sent: how many copies wait, and whether one is late.
local function waiting(on)
  local documents, known, late = {}, {}, false
  local copies = host.records({ register = "distribution", stage = "sent", limit = all })
  for _, copy in copies do
    local key = table.concat({ sources.of(copy) }, "/")
    local document = known[key]
    if document == nil then
      document = { title = copy.title, n = 0 }
      known[key] = document
      table.insert(documents, document)
    end
    document.n += 1
    late = late or (copy.due ~= nil and copy.due < on)
  end
  return documents, #copies, late
end

-- Each sees the copies within their own reach: an editor all of them, a unit its own.
host.on("panel.show", { place = "home" }, function(_, person)
  local sends = roles.holds(person, "editor")
  if not sends and not roles.holds(person, "reporter") then
    return nil
  end
  local documents, n, late = waiting(host.now().on)
  if n == 0 then
    return nil
  end
  local rows = {}
  for i = 1, math.min(#documents, most) do
    local document = documents[i]
    rows[i] = if sends
      then { zh = `{document.title}：{document.n}份未签收`, en = `{document.title}: {document.n} not confirmed` }
      else document.title
  end
  return {
    id = "distribution", kind = "list", rows = rows, link = "distribution", order = 15,
    title = if sends then { zh = `未签收文件（{n}份）`, en = `Copies not confirmed ({n})` } else { zh = "待签收文件", en = "To be confirmed" },
    level = if late then "warning" else "notice",
  }
end)

local function due(title, stage, day, expect)
  host.example(title, {
    point = "deadline.compute", old = {}, event = { register = "distribution", action = "send", on = "2023-05-05" },
    record = { register = "distribution", stage = stage, title = "照明", unit = "a", due = day }, expect = expect,
  })
end

due("a copy is to be confirmed by its day", "sent", "2023-05-09", { { name = "confirm", start = "2023-05-05", due = "2023-05-09" } })
due("once it is received it owes nothing", "received", "2023-05-09", {})
due("without a day there is none to keep", "sent", nil, {})

host.example("a reminder before, and an urging after", {
  point = "reminder.plan",
  deadline = { name = "confirm", start = "2023-05-05", due = "2023-05-09" },
  record = { register = "distribution", unit = "a", title = "照明" }, calls = { ["date.add_working_days"] = "2023-05-08" },
  expect = { { on = "2023-05-08", kind = "reminder", to = "a" }, { kind = "urging", to = "a" } },
})

local function home(title, role, records, expect)
  host.example(title, {
    point = "panel.show", place = "home", person = { id = "li", roles = { { role = role } } },
    calls = { records = records, now = { on = "2023-05-10", at = "2023-05-10T09:00:00+08:00" } },
    expect = expect,
  })
end

local function copy(unit)
  return { id = unit, register = "distribution", stage = "sent", title = "照明", unit = unit, due = "2023-05-09" }
end

home("an editor sees how many have not confirmed", "editor", { copy("a"), copy("b") }, {
  { title = { zh = "未签收文件（2份）" }, rows = { { zh = "照明：2份未签收" } }, level = "warning" },
})
home("a unit sees what it has to confirm", "reporter", { copy("a") }, { { title = { zh = "待签收文件" }, rows = { "照明" } } })
home("where nothing waits there is no panel", "editor", {}, {})
home("nor is there one for others", "leader", { copy("a") }, {})
