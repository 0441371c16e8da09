-- The mix of kinds (三多三少): a report, and a panel where something is out of balance.

local counted = require("lib/counted")
local mix = require("lib/mix")
local names = require("std/names")
local periods = require("std/periods")
local settings = host.settings

local columns = { { "类别", 3 }, { "报送（条）", 2, "right" }, { "占比", 2, "right" } }

host.on("report.build", {
  name = "mix", title = { zh = "信息结构分析", en = "Mix of kinds" },
  form = { unit = { type = "unit", label = { zh = "单位（不填为全部）", en = "Unit (all if left out)" } } },
}, function(_, parameters)
  local period = periods.read(parameters.period)
  local unit = if parameters.unit ~= "" then parameters.unit else nil
  local found = mix.of(period.id, unit and { unit = unit })
  local rows, said = {}, {}
  for n, row in found.rows do
    rows[n] = { row.label.zh, row.count, counted.shown(row.share) }
  end
  for n, warning in found.warnings do
    said[n] = warning.zh .. "。"
  end
  local whose = if unit then names.unit(unit, period.last) else "各报送单位"
  return {
    kind = "analysis", language = "zh", title = `{period.name}信息结构分析`,
    sections = {
      { heading = "一、各类信息", blocks = {
        { kind = "paragraph", text = `{period.name}，{whose}共报送信息{found.total}条，各类信息如下。` },
        counted.table(columns, rows),
      } },
      { heading = "二、需要注意的问题", blocks = {
        if #said > 0 then { kind = "list", items = said } else { kind = "paragraph", text = "各类信息比例未达到提示标准。" },
      } },
    },
    note = `制表：{settings.issuer}`,
  }
end)

host.on("panel.show", { place = { "standings", "home" } }, function(place)
  if not table.find(settings.panels, place) then
    return nil
  end
  local found = mix.of(host.period.of(host.now().on, "cumulative").id)
  if #found.warnings == 0 then
    return nil
  end
  return {
    id = "mix", title = { zh = "信息结构", en = "Mix of kinds" }, kind = "list",
    rows = found.warnings, level = "warning", order = 50,
  }
end)

-- Just too many dynamic items, as it ships 82 of 100, and no research at all.
local many = settings.most + 2
local counts = { dynamic = many, commissioned = 100 - many }

local function report(title, counts, expect)
  host.example(title, {
    point = "report.build", name = "mix", parameters = { period = "2023-Q1" },
    calls = { counts = counts }, expect = { sections = expect },
  })
end

report("too many dynamic items, nothing typical and nothing deep beside them", counts, {
  { blocks = { { text = "2023年第一季度，各报送单位共报送信息100条，各类信息如下。" }, { kind = "table" } } },
  { blocks = { { items = {
    `动态信息占{counted.shown(many)}，偏多（达到{settings.most}%提示）。`,
    `动态信息多（{many}条）、典型经验少（0条）。`,
    `动态信息、一般信息多（{many}条）、综合调研、代表之声少（0条）。`,
  } } } },
})
report("few items have no mix", { dynamic = settings.mix_from - 1 }, {
  { blocks = { { kind = "paragraph" }, { kind = "table" } } },
  { blocks = { { kind = "paragraph", text = "各类信息比例未达到提示标准。" } } },
})

local function panel(title, counts, expect)
  host.example(title, {
    point = "panel.show", place = settings.panels[1], person = { id = "li" },
    calls = {
      counts = counts, now = { on = "2023-03-31", at = "2023-03-31T09:00:00+08:00" },
      -- Nothing that another panel would say something of.
      count = 0, units = {},
    },
    expect = expect,
  })
end

panel("it is warned of", counts, { { id = "mix", kind = "list", level = "warning" } })
panel("where the mix is right nothing is shown", { dynamic = 34, typical = 33, research = 33 }, {})
