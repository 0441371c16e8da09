-- A document goes to all who are named, singly or by class of unit: a copy each, numbered if asked for.

local sources = require("lib/sources")
local settings = host.settings

-- Each unit once, in the official order.
local function recipients(form, on)
  local seen, units = {}, {}
  local function add(unit)
    if not seen[unit] then
      seen[unit] = true
      table.insert(units, unit)
    end
  end
  for _, unit in form.recipients or {} do
    add(unit)
  end
  for _, class in form.classes or {} do
    for _, unit in host.units({ on = on, class = class }) do
      add(unit.id)
    end
  end
  return host.sort(units, "official")
end

-- The last copy's number, so that a document that is distributed again goes on after it.
local function last(copies)
  local highest = 0
  for _, copy in copies do
    highest = math.max(highest, tonumber(copy.copy or "") or 0)
  end
  return highest
end

host.on("record.check", { register = sources.registers, action = "distribute" }, function(draft)
  local form = draft.form or {}
  local findings = {}
  if draft.on and #recipients(form, draft.on) == 0 then
    table.insert(findings, { level = "error", field = "recipients", text = { zh = "请选择收文单位或类别", en = "Say to which units, or classes of units, it goes." } })
  end
  if (form.copies_secrecy or "") ~= "" and not form.numbered then
    table.insert(findings, { level = "error", field = "numbered", text = { zh = "涉密文件应当标注份号", en = "Copies of a secret document are numbered." } })
  end
  return findings
end)

host.on("action.effect", { register = sources.registers, action = "distribute" }, function(event, record)
  local form, field = event.fields, sources.fields[event.register]
  local number = if form.numbered then last(sources.copies(event.register, record.id)) else nil
  local copies = {}
  for n, unit in recipients(form, event.on) do
    table.insert(copies, {
      key = `copy-{unit}`, register = "distribution", action = "send",
      -- By the event's place in the log, as a unit may get another copy later.
      record = `{record.id}-{event.seq}-{unit}`,
      fields = {
        title = record.title, [field] = record.id, unit = unit, secrecy = form.copies_secrecy, due = form.confirm_by,
        copy = if number then string.format(`%0{settings.digits}d`, number + n) else nil,
      },
    })
  end
  return copies
end)

local outstanding = { sent = true, received = true }

host.on("action.effect", { register = sources.registers, action = "call_back" }, function(event, record)
  local recalls = {}
  for _, copy in sources.copies(event.register, record.id) do
    if outstanding[copy.stage] then
      table.insert(recalls, { key = `recall-{copy.id}`, register = "distribution", record = copy.id, action = "recall" })
    end
  end
  return recalls
end)

local function digits(n)
  return string.format(`%0{settings.digits}d`, n)
end

local function sent(unit, copy, secrecy)
  return {
    key = `copy-{unit}`, register = "distribution", record = `9-42-{unit}`, action = "send",
    fields = { title = "照明", item = "9", unit = unit, copy = copy, secrecy = secrecy },
  }
end

local function distributed(title, fields, copies, order, expect)
  host.example(title, {
    point = "action.effect",
    event = { register = "information", action = "distribute", seq = 42, on = "2023-05-05", fields = fields },
    record = { id = "9", title = "照明" },
    calls = { records = copies, sort = order, units = { { id = "b" }, { id = "c" } } },
    expect = expect,
  })
end

local function there(number)
  return { id = number, register = "distribution", stage = "sent", title = "照明", unit = "a", copy = number }
end

distributed("each unit gets a copy", { recipients = { "a", "b" } }, {}, { "a", "b" }, { sent("a"), sent("b") })
distributed("numbered copies count up", { recipients = { "a", "b" }, numbered = true, copies_secrecy = "秘密★1年" }, {}, { "a", "b" }, {
  sent("a", digits(1), "秘密★1年"), sent("b", digits(2), "秘密★1年"),
})
distributed("what is distributed again goes on after the last number", { recipients = { "c" }, numbered = true }, { there(digits(2)), there(digits(1)) }, { "c" }, {
  sent("c", digits(3)),
})

local function checked(title, form, order, expect)
  host.example(title, {
    point = "record.check", action = "distribute",
    draft = { register = "information", action = "distribute", on = "2023-05-05", title = "照明", form = form },
    calls = { sort = order, units = {} }, expect = expect,
  })
end

checked("it goes to somebody", {}, {}, { { level = "error", field = "recipients" } })
checked("secret copies are numbered", { recipients = { "a" }, copies_secrecy = "秘密" }, { "a" }, { { level = "error", field = "numbered" } })

host.example("what is out is called back", {
  point = "action.effect",
  event = { register = "information", action = "call_back", on = "2023-06-05" }, record = { id = "9", title = "照明" },
  calls = { records = {
    { id = "1", register = "distribution", stage = "received", title = "照明", unit = "a" },
    { id = "2", register = "distribution", stage = "returned", title = "照明", unit = "b" },
  } },
  expect = { { key = "recall-1", register = "distribution", record = "1", action = "recall" } },
})
