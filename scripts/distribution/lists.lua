-- On paper: the list of a document's copies, and one copy with its number.

local blocks = require("std/blocks")
local names = require("std/names")
local sources = require("lib/sources")
local settings = host.settings
local column = blocks.column

local function wrong(why)
  error(why, 0)
end

local function found(register, id)
  local record = host.records({ register = register, id = id })[1]
  if record == nil then
    wrong({ zh = `没有“{id}”`, en = `There is no {id}.` })
  end
  return record
end

local function list(copies, days, on)
  local numbered, missing, counts = false, {}, { received = 0, returned = 0 }
  for _, copy in copies do
    numbered = numbered or copy.copy ~= nil
    counts.received += if days.receive[copy.id] then 1 else 0
    counts.returned += if days.take_back[copy.id] then 1 else 0
    if not days.receive[copy.id] and copy.stage == "sent" then
      table.insert(missing, names.unit(copy.unit, on))
    end
  end
  local rows = {}
  for n, copy in copies do
    rows[n] = {
      if numbered then copy.copy or "" else n, names.unit(copy.unit, on),
      days.send[copy.id] or "", days.receive[copy.id] or "", days.take_back[copy.id] or "",
    }
  end
  local said = `共分发{#copies}份，已签收{counts.received}份，未签收{#missing}份，已收回{counts.returned}份。`
  if #missing > 0 then
    said ..= `未签收单位：{table.concat(missing, "、")}。`
  end
  return {
    { kind = "paragraph", text = said },
    {
      kind = "table", rows = rows,
      columns = {
        column(if numbered then "份号" else "序号", 1.8, "center"), column("收文单位", 2.6), column("分发", 2.8, "center"),
        column("签收", 2.8, "center"), column("收回", 2.8, "center"),
      },
    },
  }
end

host.on("report.build", {
  name = "distribution-list", title = { zh = "文件分发登记表", en = "List of a document's copies" },
  form = {
    item = { type = "record", of = "information", order = 1, label = sources.labels.item },
    instruction = { type = "record", of = "instructions", order = 2, label = sources.labels.instruction },
  },
}, function(_, parameters)
  local register, id = sources.of(parameters)
  if register == nil then
    wrong({ zh = "请指定信息或批示，例如 item=2023-0001", en = "Say of which item or instruction, such as item=2023-0001." })
  end
  local document = found(register, id)
  local date = parameters.date or host.now().on
  return {
    kind = "table", language = "zh", title = parameters.title or `《{document.title}》分发登记表`,
    sections = { { blocks = list(sources.copies(register, id), sources.days(register, id), date) } },
  }
end)

host.on("report.build", {
  name = "copy", title = { zh = "分发件", en = "One copy" },
  form = { copy = { type = "record", of = "distribution", required = true, label = { zh = "文件", en = "Copy" } } },
}, function(_, parameters)
  if (parameters.copy or "") == "" then
    wrong({ zh = "请指定文件，例如 copy=2023-0001-9-east", en = "Say which copy, such as copy=2023-0001-9-east." })
  end
  local copy = found("distribution", parameters.copy)
  local document = found(sources.of(copy))
  local sent = host.events({ register = "distribution", record = copy.id, action = "send" })[1]
  local date = if sent then sent.on else host.now().on
  return {
    kind = "copy", language = "zh",
    copy_number = copy.copy, secrecy = copy.secrecy,
    masthead = settings.issuer, title = copy.title, addressees = { names.unit(copy.unit, date) },
    sections = { { blocks = blocks.paragraphs(document.body or document.text) } },
    signature = { issuers = { settings.issuer }, date = date },
    imprint = { printed_by = settings.issuer, printed_on = date, print_run = #sources.copies(sources.of(copy)) },
  }
end)

local unit = { id = "a", title = { zh = "甲县" } }
local one = {
  id = "1", register = "distribution", stage = "sent", title = "照明", unit = "a", item = "9", copy = "000001", secrecy = "秘密★1年",
  body = "第一段。\n第二段。",
}
local sent = { id = "e", seq = 1, register = "distribution", record = "1", action = "send", on = "2023-05-05", by = "li", fields = {}, nth = 1 }

local function built(title, name, parameters, records, more)
  host.example(title, {
    point = "report.build", name = name, parameters = parameters,
    calls = { records = records, events = { sent }, unit = unit, now = { on = "2023-05-10", at = "2023-05-10T09:00:00+08:00" } },
    expect = more.expect, fails = more.fails,
  })
end

built("a line a copy, and their sum", "distribution-list", { item = "9" }, { one }, { expect = {
  title = "《照明》分发登记表",
  sections = { { blocks = {
    { text = "共分发1份，已签收0份，未签收1份，已收回0份。未签收单位：甲县。" },
    { rows = { { "000001", "甲县", "2023-05-05", "", "" } } },
  } } },
} })
built("it says of which document", "distribution-list", {}, { one }, { fails = "Say of which item" })
built("a copy has its number, its secrecy and its recipient", "copy", { copy = "1" }, { one }, { expect = {
  copy_number = "000001", secrecy = "秘密★1年", title = "照明", addressees = { "甲县" },
  sections = { { blocks = { { text = "第一段。" }, { text = "第二段。" } } } }, imprint = { print_run = 1 },
} })
built("one that is not there is none", "copy", { copy = "2" }, {}, { fails = "There is no 2" })
