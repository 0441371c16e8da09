-- A topic becomes commissions: one item for each of its units, due on the topic's day; reminders.

local periods = require("std/periods")
local reminders = require("std/reminders")
local settings = host.settings

host.on("record.check", { register = "topics", action = { "plan", "commission" } }, function(draft)
  local is_period, why = pcall(periods.read, draft.period)
  if draft.period and not is_period then
    return { level = "error", field = "period", text = tostring(why) }
  end
end)

host.on("record.check", { register = "topics", action = "commission" }, function(draft)
  local findings = {}
  if #(draft.units or {}) == 0 then
    table.insert(findings, { level = "error", field = "units", text = { zh = "请选择约稿单位", en = "Say from which units it is commissioned." } })
  end
  if draft.due == nil then
    table.insert(findings, { level = "error", field = "due", text = { zh = "请填写报送期限", en = "Say until when it is due." } })
  elseif draft.on and draft.due < draft.on then
    table.insert(findings, { level = "error", field = "due", text = { zh = "报送期限已过", en = "The day it is due has passed." } })
  end
  return findings
end)

host.on("action.effect", { register = "topics", action = "commission" }, function(_, topic)
  local items, seen = {}, {}
  for _, unit in topic.units or {} do
    if not seen[unit] then
      seen[unit] = true
      table.insert(items, {
        key = `topic-{unit}`, register = "information", action = "commission",
        fields = {
          title = topic.title, kind = "commissioned", commissioned = true, unit = unit, due = topic.due, topic = topic.id, request = topic.text,
        },
      })
    end
  end
  return items
end)

-- Also of an item that is commissioned by itself, if it says until when. Submitting it meets the deadline.
host.on("deadline.compute", {
  register = "information", action = "commission", match = { stage = "commissioned" },
}, function(event, record)
  if record.due then
    return { name = "report", start = event.on, due = record.due, why = { zh = "约稿期限", en = "The day for which it was commissioned." } }
  end
end)

host.on("reminder.plan", { register = "information", name = "report" }, function(deadline, record)
  return reminders.plan(deadline, record.unit, settings, {
    reminder = { zh = `约稿“{record.title}”最迟应于 {deadline.due} 报送`, en = `The item “{record.title}” is due by {deadline.due}.` },
    urging = { zh = `约稿“{record.title}”最迟应于 {deadline.due} 报送，现已超期`, en = `The item “{record.title}” was due by {deadline.due}; please send it now.` },
  })
end)

local function checked(title, action, draft, expect)
  draft.register, draft.title, draft.on = "topics", "养老服务", "2023-05-04"
  host.example(title, { point = "record.check", action = action, draft = draft, expect = expect })
end

checked("a period is written as one", "plan", { period = "五月" }, { { level = "error", field = "period" } })
checked("a topic may be planned before its units are known", "plan", { period = "2023-05" }, {})
checked("a commission says from whom and until when", "commission", { period = "2023-05" }, {
  { level = "error", field = "units" }, { level = "error", field = "due" },
})
checked("and not until yesterday", "commission", { period = "2023-05", units = { "a" }, due = "2023-05-03" }, {
  { level = "error", field = "due" },
})

local function item(unit)
  return {
    key = `topic-{unit}`, register = "information", action = "commission",
    fields = { title = "养老服务", kind = "commissioned", commissioned = true, unit = unit, due = "2023-05-31", topic = "7", request = "各地做法" },
  }
end

host.example("a topic for two units becomes two commissions, however often a unit is named", {
  point = "action.effect",
  event = { register = "topics", action = "commission", on = "2023-05-04" },
  record = { id = "7", title = "养老服务", text = "各地做法", units = { "a", "b", "a" }, due = "2023-05-31" },
  expect = { item("a"), item("b") },
})

local function due(title, record, expect)
  record.register, record.unit = "information", "a"
  host.example(title, {
    point = "deadline.compute", old = {}, event = { register = "information", action = "commission", on = "2023-05-04" },
    record = record, expect = expect,
  })
end

due("a commissioned item is due on its day", { stage = "commissioned", due = "2023-05-31" }, {
  { name = "report", start = "2023-05-04", due = "2023-05-31" },
})
due("without a day it is due on none", { stage = "commissioned" }, {})
due("once it is submitted it owes nothing", { stage = "submitted", due = "2023-05-31" }, {})

host.example("a reminder before, and an urging after", {
  point = "reminder.plan",
  deadline = { name = "report", start = "2023-05-04", due = "2023-05-31" },
  record = { register = "information", unit = "a", title = "养老服务" },
  calls = { ["date.add_working_days"] = "2023-05-26" },
  expect = { { on = "2023-05-26", kind = "reminder", to = "a" }, { kind = "urging", to = "a" } },
})
