-- How many of the conditions each county has: those that lack some, to whoever may see their record.

local conditions = require("lib/conditions")
local names = require("std/names")

local function joined(labels, language, comma)
  local texts = {}
  for n, label in labels do
    texts[n] = label[language] or label.zh
  end
  return table.concat(texts, comma)
end

host.on("panel.show", { place = "home" }, function()
  local rows = {}
  for _, line in conditions.by_unit(host.now().on) do
    if line.record then
      local n, missing = conditions.of(line.record.met)
      if #missing > 0 then
        local name, of = names.title(line.unit), `{n}/{#conditions.all}`
        table.insert(rows, {
          zh = `{name} {of}，缺：{joined(missing, "zh", "、")}`,
          en = `{name} {of}, lacks {joined(missing, "en", ", ")}`,
        })
      end
    end
  end
  if #rows == 0 then
    return nil
  end
  return {
    id = "checklist", title = { zh = "县级工作条件", en = "County checklist" }, kind = "list",
    rows = rows, link = "checklist", level = "notice", order = 40,
  }
end)

local all = {}
for n, condition in conditions.all do
  all[n] = condition.id
end
local class = host.settings.classes[1]
local last = conditions.all[#conditions.all]

local function home(title, stage, met, expect)
  host.example(title, {
    point = "panel.show", place = "home", person = { id = "li", roles = {} },
    calls = {
      now = { on = "2023-05-05", at = "2023-05-05T09:00:00+08:00" },
      units = { { id = "a", class = class, title = "甲县" }, { id = "b", class = "guest", title = "乙" } },
      records = { { id = "1", unit = "a", stage = stage, met = met } },
    },
    expect = expect,
  })
end

local one_less = table.move(all, 1, #all - 1, 1, {})
home("one of them is missing", "checked", one_less, {
  { kind = "list", rows = {
    { zh = `甲县 {#all - 1}/{#all}，缺：{last.label.zh}`, en = `甲县 {#all - 1}/{#all}, lacks {last.label.en}` },
  } },
})
home("who has them all is not named", "confirmed", all, {})
home("nor is a draft", "draft", {}, {})
