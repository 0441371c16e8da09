-- The home page: what is to be assigned and rated for clerks, what is to be answered for offices.

local roles = require("std/roles")
local settings = host.settings

-- More than are open at any time.
local all = 10000
-- Lines of a panel; the register has the rest.
local most = 8

local function listed(id, title, records, level, order)
  if #records == 0 then
    return nil
  end
  local rows = {}
  for n = 1, math.min(#records, most) do
    rows[n] = `{records[n].number or records[n].id} {records[n].title}`
  end
  return {
    id = id, title = { zh = `{title.zh}（{#records}）`, en = `{title.en} ({#records})` }, kind = "list", rows = rows, link = "suggestions", level = level, order = order,
  }
end

local function at(stage)
  return host.records({ register = "suggestions", stage = stage, limit = all })
end

host.on("panel.show", { place = "home" }, function(_, person)
  local panels = {}
  local function add(panel)
    table.insert(panels, panel)
  end
  if roles.holds(person, table.unpack(settings.clerks)) then
    add(listed("suggestions-new", { zh = "待交办的代表建议", en = "Suggestions to be assigned" }, at("registered"), "notice", 16))
    add(listed("suggestions-answered", { zh = "待评价的代表建议", en = "Answers to be rated" }, at("answered"), "plain", 17))
  elseif roles.holds(person, table.unpack(settings.officers)) then
    add(listed("suggestions-sign", { zh = "待签收的代表建议", en = "Suggestions to be signed for" }, at("assigned"), "notice", 16))
    add(listed("suggestions-open", { zh = "办理中的代表建议", en = "Suggestions in hand" }, at("handling"), "plain", 17))
  end
  return panels
end)

local record = { id = "7", register = "suggestions", number = "建议〔2023〕1号", stage = "registered", title = "校门口交通" }

host.example("a clerk sees what is to be assigned and rated", {
  point = "panel.show", place = "home", person = { id = "li", roles = { { role = settings.clerks[1] or "editor" } } }, calls = { records = { record } },
  expect = { { title = { zh = "待交办的代表建议（1）" }, rows = { "建议〔2023〕1号 校门口交通" } }, { title = { zh = "待评价的代表建议（1）" } } },
})
host.example("an office sees what is to be signed for and answered", {
  point = "panel.show", place = "home", person = { id = "wang", roles = { { role = settings.officers[1] or "reporter" } } }, calls = { records = { record } },
  expect = { { title = { zh = "待签收的代表建议（1）" } }, { title = { zh = "办理中的代表建议（1）" } } },
})
host.example("others see nothing of it", { point = "panel.show", place = "home", person = { id = "x", roles = {} }, calls = { records = {} }, expect = {} })
