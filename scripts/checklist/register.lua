-- The register of what each county has in place for the work: one record a county, checked by itself
-- and confirmed by the office; every check stays in its history.

local conditions = require("lib/conditions")
local names = require("std/names")

host.register("checklist", {
  title = { zh = "县级工作条件", en = "County checklist" },
  fields = {
    title = { type = "text", asked = false, search = true, order = 1, label = { zh = "名称", en = "Name" } },
    unit = { type = "unit", of = host.settings.classes, required = true, order = 2, label = { zh = "单位", en = "Unit" } },
    met = { type = "choice", of = conditions.all, many = true, order = 3, label = { zh = "已具备的条件", en = "What it has" } },
    note = { type = "longtext", order = 4, label = { zh = "说明", en = "Note" } },
    proof = { type = "file", many = true, max = 10, order = 5, label = { zh = "佐证材料", en = "Proof" } },
    checked = { type = "date", asked = false, order = 6, label = { zh = "检查日期", en = "Checked on" } },
  },
  stages = {
    { id = "draft", label = { zh = "草稿", en = "Draft" } },
    { id = "checked", label = { zh = "已自查", en = "Checked" } },
    { id = "confirmed", label = { zh = "已核定", en = "Confirmed" } },
  },
  actions = {
    check = {
      title = { zh = "自查", en = "Check" },
      from = { "draft", "checked", "confirmed" }, to = "checked", by = { "reporter", "editor" }, create = true, submission = true,
    },
    confirm = {
      title = { zh = "核定", en = "Confirm" },
      from = { "checked" }, to = "confirmed", by = "editor",
    },
  },
})

host.on("record.normalize", { register = "checklist", action = "check" }, function(draft)
  if draft.unit == nil or draft.on == nil then
    return nil
  end
  local record = table.clone(draft)
  record.title = names.unit(draft.unit, draft.on)
  record.checked = draft.on
  return record
end)

host.on("record.check", { register = "checklist", action = "check" }, function(draft)
  for _, other in host.records({ register = "checklist", match = { unit = draft.unit } }) do
    if other.id ~= draft.id then
      return {
        level = "error", field = "unit",
        text = { zh = "该单位已有记录，请在原记录上自查", en = "The unit has a record already; check that one again." },
      }
    end
  end
end)

host.example("a record is called by its unit and dated", {
  point = "record.normalize",
  draft = { register = "checklist", action = "check", unit = "a", on = "2023-03-05" },
  calls = { unit = { id = "a", title = { zh = "甲县" } } },
  expect = { title = "甲县", checked = "2023-03-05" },
})

local function checked(title, id, others, expect)
  host.example(title, {
    point = "record.check", action = "check", draft = { register = "checklist", unit = "a", id = id },
    calls = { records = others }, expect = expect,
  })
end

checked("one record a county", nil, { { id = "1" } }, { { level = "error", field = "unit" } })
checked("which is checked again and again", "1", { { id = "1" } }, {})
