-- How instructions come into the register: from an item, one for each unit, or one that is entered here.

host.on("action.effect", { register = "information", action = "instruct" }, function(event, record)
  local said = event.fields
  local tasks, seen = {}, {}
  for _, unit in said.targets or {} do
    if not seen[unit] then
      seen[unit] = true
      table.insert(tasks, {
        key = `instructions-{unit}`, register = "instructions", action = "assign",
        -- By the event's place in the log: `nth` changes when an earlier day is entered later.
        record = `{record.id}-{event.seq}-{unit}`,
        fields = {
          title = record.title, item = record.id, unit = unit,
          leader = said.leader, level = said.level, text = said.text,
        },
      })
    end
  end
  return tasks
end)

local function item_of(draft)
  return host.records({ register = "information", id = draft.item })[1]
end

host.on("record.normalize", { register = "instructions", action = "assign" }, function(draft)
  if draft.item == nil or (draft.title or "") ~= "" then
    return nil
  end
  local item = item_of(draft)
  if item == nil then
    return nil
  end
  local named = table.clone(draft)
  named.title = item.title
  return named
end)

host.on("record.check", { register = "instructions", action = "assign" }, function(draft)
  if draft.item == nil and (draft.text or "") == "" then
    return { level = "error", field = "text", text = { zh = "请填写批示内容或选择信息", en = "Write what the instruction says, or choose the item it is on." } }
  end
end)

local function instructed(title, targets, expect)
  host.example(title, {
    point = "action.effect",
    event = {
      register = "information", action = "instruct", seq = 42, on = "2023-05-05",
      fields = { level = "city", leader = "陈主任", text = "请研究落实", targets = targets },
    },
    record = { id = "2023-0007", title = "夜间照明不足" },
    expect = expect,
  })
end

local function task(unit)
  return {
    key = `instructions-{unit}`, register = "instructions", record = `2023-0007-42-{unit}`, action = "assign",
    fields = {
      title = "夜间照明不足", item = "2023-0007", unit = unit, level = "city", leader = "陈主任", text = "请研究落实",
    },
  }
end

instructed("one instruction to three targets makes three sub-tasks", { "a", "b", "c" }, { task("a"), task("b"), task("c") })
instructed("a target that is named twice has one", { "a", "a" }, { task("a") })
instructed("without targets there is nothing to do", nil, {})

host.example("a title is taken from the item", {
  point = "record.normalize",
  draft = { register = "instructions", action = "assign", item = "2023-0007", unit = "a" },
  calls = { records = { { id = "2023-0007", title = "夜间照明不足" } } },
  expect = { title = "夜间照明不足" },
})

local function assigned(title, draft, items, expect)
  draft.register = "instructions"
  host.example(title, { point = "record.check", action = "assign", draft = draft, calls = { records = items }, expect = expect })
end

assigned("an instruction says something", { title = "照明" }, {}, { { level = "error", field = "text" } })
assigned("what it says may be its item", { title = "照明", item = "2023-0007" }, { { id = "2023-0007", title = "照明" } }, {})
