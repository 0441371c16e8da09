-- A notice becomes a line of attendance for each unit, to be confirmed by a day; the meeting makes them present or absent.

local numbering = require("std/numbering")
local recipients = require("std/recipients")
local reminders = require("std/reminders")
local settings = host.settings

-- More than are invited to a meeting.
local all = 1000

host.on("record.number", { register = "meetings" }, function(event)
  return numbering.yearly("meetings", "会", event.on)
end)

host.on("record.normalize", { register = "meetings", action = "notify" }, function(draft)
  local invited = {}
  for _, unit in draft.invited or {} do
    table.insert(invited, unit)
  end
  for _, unit in recipients.units({ units = draft.form.units, classes = draft.form.classes }, draft.on) do
    if not table.find(invited, unit) then
      table.insert(invited, unit)
    end
  end
  local meeting = table.clone(draft)
  meeting.invited = host.sort(invited, "official")
  return meeting
end)

host.on("record.check", { register = "meetings", action = "notify" }, function(draft)
  local found = {}
  if #(draft.invited or {}) == 0 then
    table.insert(found, { level = "error", field = "units", text = { zh = "请选择参会单位", en = "Say who is invited." } })
  end
  local by = draft.form.confirm_by
  if by and draft.on and by < draft.on then
    table.insert(found, { level = "error", field = "confirm_by", text = { zh = "签收期限已过", en = "The day has passed." } })
  elseif by and draft.day and by > draft.day then
    table.insert(found, { level = "error", field = "confirm_by", text = { zh = "签收期限在会议之后", en = "It is to be confirmed before the meeting." } })
  end
  return found
end)

local function line_of(meeting, unit)
  return `{meeting.id}-{unit}`
end

local function known(meeting)
  local by_unit = {}
  for _, line in host.records({ register = "attendance", match = { meeting = meeting.id }, limit = all }) do
    by_unit[line.unit] = line
  end
  return by_unit
end

-- Who was invited before is not invited again.
host.on("action.effect", { register = "meetings", action = "notify" }, function(event, meeting)
  local there, list = known(meeting), {}
  for _, unit in meeting.invited or {} do
    if there[unit] == nil then
      table.insert(list, {
        key = `invite-{unit}`, register = "attendance", action = "invite", record = line_of(meeting, unit),
        fields = { title = meeting.title, meeting = meeting.id, unit = unit, due = event.fields.confirm_by },
      })
    end
  end
  return list
end)

-- Who came without an invitation is present too; who was excused is not absent.
host.on("action.effect", { register = "meetings", action = "hold" }, function(_, meeting)
  local there, list = known(meeting), {}
  for _, unit in meeting.present or {} do
    local fields = if there[unit] then nil else { title = meeting.title, meeting = meeting.id, unit = unit }
    table.insert(list, { key = `present-{unit}`, register = "attendance", action = "attend", record = line_of(meeting, unit), fields = fields })
  end
  for _, unit in recipients.missing(meeting.invited, meeting.present) do
    if there[unit] and there[unit].stage ~= "excused" then
      table.insert(list, { key = `absent-{unit}`, register = "attendance", action = "miss", record = line_of(meeting, unit) })
    end
  end
  return list
end)

host.on("deadline.compute", { register = "attendance", action = "invite", match = { stage = "invited" } }, function(event, line)
  if line.due then
    return { name = "confirm", start = event.on, due = line.due, why = { zh = "通知载明的签收期限", en = "The day that the notice says." } }
  end
end)

host.on("reminder.plan", { register = "attendance", name = "confirm" }, function(deadline, line)
  return reminders.plan(deadline, line.unit, settings, {
    reminder = { zh = `“{line.title}”的通知请于 {deadline.due} 前签收`, en = `Please confirm the notice of “{line.title}” by {deadline.due}.` },
    urging = { zh = `“{line.title}”的通知应于 {deadline.due} 前签收`, en = `The notice of “{line.title}” was to be confirmed by {deadline.due}.` },
  })
end)

local meeting = { register = "meetings", id = "1", stage = "notified", title = "例会", day = "2023-05-20", invited = { "a", "b", "c" } }

host.example("units that are named and whole classes are invited, each once", {
  point = "record.normalize", draft = { register = "meetings", action = "notify", on = "2023-05-05", invited = { "b" }, form = { units = { "a" }, classes = { "county" } } },
  calls = { units = { { id = "b" }, { id = "c" } }, sort = { "a", "b", "c" } }, expect = { invited = { "a", "b", "c" } },
})

local function checked(title, form, invited, fields)
  local expect = {}
  for n, field in fields do
    expect[n] = { level = "error", field = field }
  end
  host.example(title, {
    point = "record.check", action = "notify", expect = expect,
    draft = { register = "meetings", on = "2023-05-05", day = "2023-05-20", invited = invited, form = form },
  })
end

checked("somebody is invited", {}, {}, { "units" })
checked("a notice is confirmed before the meeting", { confirm_by = "2023-05-21" }, { "a" }, { "confirm_by" })
checked("and not in the past", { confirm_by = "2023-05-04" }, { "a" }, { "confirm_by" })

host.example("each unit gets a line, once", {
  point = "action.effect", event = { register = "meetings", action = "notify", on = "2023-05-05", fields = { confirm_by = "2023-05-10" } }, record = meeting,
  calls = { records = { { id = "1-a", register = "attendance", stage = "invited", unit = "a" } } },
  expect = {
    { key = "invite-b", register = "attendance", action = "invite", record = "1-b", fields = { title = "例会", meeting = "1", unit = "b", due = "2023-05-10" } },
    { key = "invite-c" },
  },
})

local held = table.clone(meeting)
held.present = { "a" }
host.example("who did not come is absent, unless excused", {
  point = "action.effect", event = { register = "meetings", action = "hold", on = "2023-05-20" }, record = held,
  calls = { records = {
    { id = "1-a", register = "attendance", stage = "confirmed", unit = "a" }, { id = "1-b", register = "attendance", stage = "excused", unit = "b" },
    { id = "1-c", register = "attendance", stage = "invited", unit = "c" },
  } },
  expect = { { key = "present-a", action = "attend", record = "1-a" }, { key = "absent-c", action = "miss", record = "1-c" } },
})

local function due(title, stage, day, expect)
  host.example(title, {
    point = "deadline.compute", old = {}, event = { register = "attendance", action = "invite", on = "2023-05-05" },
    record = { register = "attendance", stage = stage, unit = "a", title = "例会", due = day }, expect = expect,
  })
end

due("a notice is to be confirmed by its day", "invited", "2023-05-10", { { name = "confirm", due = "2023-05-10" } })
due("once it is confirmed nothing is owed", "confirmed", "2023-05-10", {})
host.example("a reminder before, and an urging after", {
  point = "reminder.plan", deadline = { name = "confirm", start = "2023-05-05", due = "2023-05-10" }, record = { register = "attendance", unit = "a", title = "例会" },
  calls = { ["date.add_working_days"] = "2023-05-09" }, expect = { { kind = "reminder", to = "a" }, { kind = "urging", to = "a" } },
})
host.example("meetings are numbered by the year", {
  point = "record.number", event = { register = "meetings", action = "plan", on = "2023-05-05" }, record = {}, calls = { sequence = 3 }, expect = "会〔2023〕3号",
})
