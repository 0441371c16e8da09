-- Sends reminders by mail: to the addresses that the directory has of the units and people they are for.

local settings = host.settings

-- What the directory has of one or the other, as of the reminder's day.
local function address(id, on)
  local one = host.unit(id, on) or host.person(id, on)
  local contact = one and one.contact
  return contact and contact.mail
end

local subjects = { reminder = "提醒", urging = "催办" }

host.on("action.after", { action = "reminded" }, function(event)
  if not settings.reminders then
    return
  end
  local said, to = event.fields, {}
  for _, id in said.to or {} do
    local mail = address(id, event.on)
    if mail then
      table.insert(to, mail)
    end
  end
  if #to == 0 then
    return
  end
  local text = if (said.text or "") ~= "" then said.text else `{said.deadline}: {said.due}`
  host.mail({ to = to, subject = `{subjects[said.kind] or said.kind}：{said.due}`, text = text, key = event.id })
end)

local function reminded(title, unit, calls)
  calls.unit = unit
  host.example(title, {
    point = "action.after",
    event = {
      register = "instructions", action = "reminded", on = "2023-05-17",
      fields = { deadline = "reply", due = "2023-05-19", kind = "reminder", to = { "a" }, text = "请反馈" },
    },
    record = { unit = "a" },
    calls = calls, expect = host.null,
  })
end

reminded("a unit with an address is reminded", { id = "a", contact = { mail = "a@example.org" } }, { mail = true })
-- Without `mail` among the calls, sending one would fail.
reminded("one without is not", { id = "a" }, { person = host.null })
