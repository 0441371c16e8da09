-- The certificate, and who holds which post on a day.

local blocks = require("std/blocks")
local settings = host.settings
local column = blocks.column

-- More than an office decides.
local all = 10000

local function name_of(id, on)
  local person = if id then host.person(id, on) else nil
  return if person then person.name or id else id or ""
end

host.on("report.build", {
  name = "certificate", title = { zh = "任命书", en = "Certificate of appointment" },
  form = { appointment = { type = "record", of = "appointments", required = true, label = { zh = "人事任免", en = "Appointment" } } },
}, function(_, parameters)
  local record = if parameters.appointment then host.records({ register = "appointments", id = parameters.appointment })[1] else nil
  if record == nil then
    error({ zh = "请指定任免，例如 appointment=2023-0001", en = "Say which appointment, such as appointment=2023-0001." }, 0)
  end
  if record.stage ~= "decided" and record.stage ~= "sworn" then
    error({ zh = `“{record.title or record.id}”尚未通过`, en = `“{record.title or record.id}” has not been decided.` }, 0)
  end
  local day = record.from
  return {
    kind = "certificate", language = "zh", number = record.number, title = if record.kind == "appoint" or record.kind == "acting" then "任命书" else "免职通知书",
    sections = { { blocks = { blocks.paragraph(`{settings.issuer}于{blocks.day(day)}决定：`), blocks.paragraph(`{record.title}。`) } } },
    signature = { issuers = { settings.issuer }, date = day, seal = true },
  }
end)

-- Who held what on a day, by the decisions up to it: the last one on a person and a post says.
local function holders(on)
  local decided, last, order = {}, {}, {}
  for _, record in host.records({ register = "appointments", limit = all }) do
    if (record.stage == "decided" or record.stage == "sworn") and record.from <= on then
      table.insert(decided, record)
    end
  end
  table.sort(decided, function(a, b)
    return if a.from ~= b.from then a.from < b.from else a.id < b.id
  end)
  for _, record in decided do
    local key = `{record.office or ""}{record.post}/{record.person}`
    if last[key] == nil then
      table.insert(order, key)
    end
    last[key] = record
  end
  local rows = {}
  for _, key in order do
    local record = last[key]
    if record.kind == "appoint" or record.kind == "acting" then
      local acting = if record.kind == "acting" then "（代理）" else ""
      table.insert(rows, { #rows + 1, `{record.office or ""}{record.post}{acting}`, name_of(record.person, on), record.from, record.sworn or "", record.number or "" })
    end
  end
  return rows
end

host.on("report.build", {
  name = "post-holders", title = { zh = "任职名册", en = "Who holds which post" },
  form = { on = { type = "date", label = { zh = "日期", en = "As of" }, help = { zh = "不填为今天", en = "Today if left out" } } },
}, function(_, parameters)
  local on = parameters.on or host.now().on
  return {
    kind = "table", language = "zh", title = parameters.title or `任职名册（{blocks.day(on)}）`,
    sections = { { blocks = { {
      kind = "table", rows = holders(on),
      columns = { column("序号", 1, "center"), column("职务", 4), column("姓名", 2), column("任职日期", 2.2, "center"), column("宣誓日期", 2.2, "center"), column("文号", 2.6, "center") },
    } } } },
  }
end)

local record = {
  id = "1", register = "appointments", number = "任免〔2023〕1号", stage = "sworn", title = "任命胡明为主任", kind = "appoint", person = "hu", post = "主任", from = "2023-05-20", sworn = "2023-05-21",
}
local calls = { records = { record }, person = { id = "hu", name = "胡明" } }

host.example("a certificate", {
  point = "report.build", name = "certificate", parameters = { appointment = "1" }, calls = calls,
  expect = { title = "任命书", number = "任免〔2023〕1号", sections = { { blocks = { { text = `{settings.issuer}于2023年5月20日决定：` }, { text = "任命胡明为主任。" } } } } },
})
host.example("none before it is decided", {
  point = "report.build", name = "certificate", parameters = { appointment = "1" }, calls = { records = { { id = "1", register = "appointments", stage = "voting", title = "任命胡明为主任" } } }, fails = "尚未通过",
})
host.example("who holds a post", {
  point = "report.build", name = "post-holders", parameters = { on = "2023-06-01" }, calls = calls,
  expect = { sections = { { blocks = { { rows = { { 1, "主任", "胡明", "2023-05-20", "2023-05-21", "任免〔2023〕1号" } } } } } } },
})
host.example("nobody did before", {
  point = "report.build", name = "post-holders", parameters = { on = "2023-05-19" }, calls = calls, expect = { sections = { { blocks = { { rows = {} } } } } },
})
