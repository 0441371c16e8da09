-- The bulletin of a period: totals, best and weakest units, units without any report, and a table
-- for each class of unit.

local blocks = require("std/blocks")
local figures = require("lib/figures")
local periods = require("std/periods")
local settings = host.settings

local function names(rows)
  local list = {}
  for _, row in rows do
    table.insert(list, row.title)
  end
  return table.concat(list, "、")
end

local function described(row)
  return `{row.title}（报送{row.submitted}条，采用{row.adopted}条，{row.points}分）`
end

-- The first or last so many of those that reported.
local function ends(rows)
  local reported, silent = {}, {}
  for _, row in rows do
    table.insert(if row.submitted > 0 then reported else silent, row)
  end
  local n = math.min(settings.best, math.floor(#reported / 2))
  local best, weakest = {}, {}
  for i = 1, n do
    table.insert(best, described(reported[i]))
    table.insert(weakest, described(reported[#reported - n + i]))
  end
  return best, weakest, silent
end

-- Tables by class, in the order in which the classes first come in the official order of units.
local function by_class(rows, on)
  local classes, seen = {}, {}
  for _, unit in host.units({ on = on }) do
    local class = unit.class or ""
    if not seen[class] then
      seen[class] = {}
      table.insert(classes, class)
    end
  end
  for _, row in rows do
    table.insert(seen[row.class], row)
  end
  local tables = {}
  for _, class in classes do
    local own = {}
    for _, row in seen[class] do
      table.insert(own, table.clone(row))
    end
    table.insert(tables, { title = settings.classes[class] or class, rows = figures.rank(own) })
  end
  return tables
end

-- What was adopted as a share of what was submitted. Where more was adopted than submitted, older items were, and
-- it is no share of the period's.
local function share(adopted, submitted)
  if submitted == 0 and adopted == 0 then
    return ""
  elseif adopted > submitted then
    return "（含往期报送的信息，不计采用率）"
  end
  return string.format("，采用率%.2f%%", host.round(adopted * 100 / submitted, 2))
end

local function sections(period, rows, totals)
  local submitted, adopted = totals.submitted, totals.adopted
  local best, weakest, silent = ends(rows)
  local opening = `{period.name}，各报送单位共报送信息{submitted}条，采用{adopted}条{share(adopted, submitted)}`
  local parts = {
    { blocks = { blocks.paragraph(opening .. "。现将有关情况通报如下。") } },
    { heading = "一、总体情况", blocks = {
      blocks.paragraph(if #silent == 0
        then `共有报送单位{#rows}个，均报送了信息。`
        else `共有报送单位{#rows}个，其中{#rows - #silent}个单位报送了信息，{#silent}个单位零报送。`),
    } },
  }
  if #best > 0 then
    table.insert(parts, { heading = "二、报送采用情况", blocks = {
      { kind = "paragraph", runs = { { text = "较好的单位：", style = "kaiti" }, { text = table.concat(best, "；") .. "。" } } },
      { kind = "paragraph", runs = { { text = "靠后的单位：", style = "kaiti" }, { text = table.concat(weakest, "；") .. "。" } } },
    } })
  end
  local next = if #best > 0 then "三" else "二"
  table.insert(parts, { heading = `{next}、零报送单位`, blocks = {
    blocks.paragraph(if #silent == 0 then "本期没有零报送单位。" else `{names(silent)}。`),
  } })
  return parts
end

local function number(period)
  local filled = string.gsub(settings.number, "{(%a+)}", { year = period.year, nth = tostring(period.nth) })
  return filled
end

host.on("report.build", { name = "bulletin", title = { zh = "通报", en = "Bulletin" } }, function(_, parameters)
  local period = periods.read(parameters.period)
  local rows, totals = figures.of(period, parameters.register or settings.register)
  local date = parameters.date or host.now().on
  local titles, appendices = {}, {}
  for _, class in by_class(rows, period.last) do
    local title = `{period.name}{class.title}信息报送采用情况表`
    table.insert(titles, title)
    table.insert(appendices, { title = title, blocks = { figures.table(class.rows) } })
  end
  local issuer = parameters.issuer or settings.issuer
  return {
    kind = "bulletin", language = "zh",
    masthead = if settings.masthead ~= "" then settings.masthead else nil,
    number = parameters.number or number(period),
    title = parameters.title or `关于{period.name}信息报送采用情况的通报`,
    addressees = settings.addressees,
    sections = sections(period, rows, totals),
    attachments = titles,
    signature = { issuers = { issuer }, date = date, seal = parameters.seal },
    appendices = appendices,
    imprint = if #settings.copies_to > 0
      then { copies_to = settings.copies_to, printed_by = issuer, printed_on = date } else nil,
  }
end)

local two = {
  { id = "a", class = "county", title = { zh = "甲县" } },
  { id = "b", class = "direct", title = "乙站" },
}

host.example("a bulletin names the units without reports and has a table for each class", {
  point = "report.build", name = "bulletin", parameters = { period = "2023-Q1", date = "2023-04-04" },
  calls = { units = two, count = 0, counts = {}, total = 0 },
  expect = {
    number = "信息通报〔2023〕1号", title = "关于2023年第一季度信息报送采用情况的通报",
    sections = {
      { blocks = { { text = "2023年第一季度，各报送单位共报送信息0条，采用0条。现将有关情况通报如下。" } } },
      { blocks = { { text = "共有报送单位2个，其中0个单位报送了信息，2个单位零报送。" } } },
      { heading = "二、零报送单位", blocks = { { text = "甲县、乙站。" } } },
    },
    attachments = { "2023年第一季度县（市、区）信息报送采用情况表", "2023年第一季度信息直报点信息报送采用情况表" },
    signature = { date = "2023-04-04" },
    appendices = {
      { blocks = { { rows = { { 1, "甲县", 0, 0, 0 } } } } },
      { blocks = { { rows = { { 1, "乙站", 0, 0, 0 } } } } },
    },
  },
})

host.example("best and weakest are among those that reported, and equals share a rank", {
  point = "report.build", name = "bulletin", parameters = { period = "2023-05", date = "2023-06-02" },
  calls = { units = two, count = 6, counts = { a = 2, b = 2 }, total = 2.5 },
  expect = {
    number = "信息通报〔2023〕5号",
    sections = {
      { blocks = { { text = "2023年5月，各报送单位共报送信息6条，采用6条，采用率100.00%。现将有关情况通报如下。" } } },
      { heading = "一、总体情况" },
      { blocks = {
        { runs = { { style = "kaiti" }, { text = "甲县（报送4条，采用4条，2.5分）。" } } },
        { runs = { { style = "kaiti" }, { text = "乙站（报送4条，采用4条，2.5分）。" } } },
      } },
      { blocks = { { text = "本期没有零报送单位。" } } },
    },
  },
})

host.example("without a period it says how to write one", {
  point = "report.build", name = "bulletin", parameters = {}, fails = "2023-Q1",
})
