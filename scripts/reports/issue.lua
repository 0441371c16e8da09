-- An issue of a carrier: what was adopted into it, as a list of contents and the items one by one.

local blocks = require("std/blocks")
local labels = require("information/lib/labels")
local names = require("std/names")
local settings = host.settings

local function wrong(why)
  error(why, 0)
end

local function asked(parameters)
  local carrier, issue = parameters.carrier, tonumber(parameters.issue)
  if carrier == nil or carrier == "" then
    wrong({ zh = "请指定载体，例如 carrier=journal", en = "Say which carrier, such as carrier=journal." })
  end
  if issue == nil then
    wrong({ zh = "请指定期号，例如 issue=3", en = "Say which issue, such as issue=3." })
  end
  return carrier, issue
end

-- The items in the order in which they were adopted; one that was adopted twice comes once.
local function items_of(register, events)
  local ids, seen = {}, {}
  for _, event in events do
    if not seen[event.record] then
      seen[event.record] = true
      table.insert(ids, event.record)
    end
  end
  local by_id, items = {}, {}
  for _, item in host.records({ register = register, id = ids, limit = #ids }) do
    by_id[item.id] = item
  end
  for _, id in ids do
    table.insert(items, by_id[id])
  end
  return items
end

local function units_of(item, on)
  local titles = {}
  for _, unit in { item.unit, table.unpack(item[settings.joint] or {}) } do
    table.insert(titles, names.unit(unit, on))
  end
  return table.concat(titles, "、")
end

local function sections(items, on)
  local contents, parts = {}, {}
  for n, item in items do
    local units = units_of(item, on)
    table.insert(contents, `{n}. {item.title}（{units}）`)
    table.insert(parts, { heading = item.title, blocks = {
      { kind = "paragraph", runs = { { text = units, style = "kaiti" } } },
      table.unpack(blocks.paragraphs(item.body)),
    } })
  end
  return { { blocks = { { kind = "list", items = contents }, { kind = "page_break" } } }, table.unpack(parts) }
end

host.on("report.build", {
  name = "issue", title = { zh = "期刊编发稿", en = "Issue of a carrier" },
  form = {
    carrier = {
      type = "choice", of = labels.all(labels.carriers, settings.carriers), required = true, order = 1,
      label = { zh = "载体", en = "Carrier" },
    },
    issue = { type = "integer", min = 1, required = true, order = 2, label = { zh = "期号", en = "Issue" } },
    date = { type = "date", order = 3, label = { zh = "印发日期", en = "Date of printing" } },
  },
}, function(_, parameters)
  local carrier, issue = asked(parameters)
  local register = parameters.register or settings.register
  local name = labels.of(labels.carriers, register, `{settings.adopted}.carrier`, carrier).zh
  -- Where issues are numbered anew each year, the period says which is meant.
  local items = items_of(register, host.events({
    register = register, action = settings.adopted, period = parameters.period,
    match = { carrier = carrier, issue = issue },
  }))
  if #items == 0 then
    wrong({ zh = `没有信息采用于“{name}”第{issue}期`, en = `Nothing was adopted into issue {issue} of {carrier}.` })
  end
  local date = parameters.date or host.now().on
  return {
    kind = "issue", language = "zh",
    masthead = name, number = `第{issue}期`, title = parameters.title or "本期目录",
    sections = sections(items, date),
    imprint = {
      copies_to = settings.copies_to, printed_by = parameters.issuer or settings.issuer, printed_on = date,
    },
  }
end)

local function adoption(record)
  return {
    id = record, seq = 1, register = "information", record = record, action = settings.adopted, on = "2023-03-01", by = "li",
    fields = { carrier = "journal", issue = 3 }, nth = 1,
  }
end

local function item(id, title, body, joint)
  return { id = id, register = "information", stage = "adopted", title = title, unit = "a", body = body, [settings.joint] = joint }
end

host.example("an issue lists what was adopted into it, in that order and once, and has it in full", {
  point = "report.build", name = "issue", parameters = { carrier = "journal", issue = "3", date = "2023-03-04" },
  calls = {
    events = { adoption("2"), adoption("1"), adoption("2") },
    records = { item("1", "夜间照明", "　　第一段。\n\n　　第二段。"), item("2", "农村饮水", nil, { "b" }) },
    unit = { id = "a", title = { zh = "甲县" } },
  },
  expect = {
    masthead = labels.carriers.journal.zh, number = "第3期", title = "本期目录",
    sections = {
      { blocks = { { kind = "list", items = { "1. 农村饮水（甲县、甲县）", "2. 夜间照明（甲县）" } }, { kind = "page_break" } } },
      { heading = "农村饮水", blocks = { { runs = { { text = "甲县、甲县", style = "kaiti" } } } } },
      { heading = "夜间照明", blocks = { { runs = { { text = "甲县" } } }, { text = "第一段。" }, { text = "第二段。" } } },
    },
    imprint = { printed_on = "2023-03-04" },
  },
})

local function refused(title, parameters, part)
  host.example(title, {
    point = "report.build", name = "issue", parameters = parameters, calls = { events = {}, records = {} }, fails = part,
  })
end

refused("it says which carrier", { issue = 3 }, "Say which carrier")
refused("and which issue", { carrier = "journal" }, "Say which issue")
refused("an issue into which nothing was adopted is none", { carrier = "brief", issue = 3 }, "“简报”第3期")
