-- Several items become one piece: its units are theirs, and each of them says where it went.

host.on("record.normalize", { register = "information", action = "merge" }, function(draft)
  local parts = draft.parts or {}
  if #parts == 0 then
    return nil
  end
  local piece = table.clone(draft)
  local seen, units = {}, {}
  for _, item in host.records({ register = "information", id = parts }) do
    for _, unit in { item.unit, table.unpack(item.joint or {}) } do
      if not seen[unit] then
        seen[unit] = true
        table.insert(units, unit)
      end
    end
  end
  piece.unit = table.remove(units, 1) or draft.unit
  piece.joint = units
  return piece
end)

host.on("record.check", { register = "information", action = "merge" }, function(draft)
  if #(draft.parts or {}) < 2 then
    return { level = "error", field = "parts", text = { zh = "至少选择两条信息", en = "A merged piece has at least two items." } }
  end
end)

host.on("action.effect", { register = "information", action = "merge" }, function(event, record)
  local further = {}
  for i, part in record.parts or {} do
    table.insert(further, { key = `part-{i}`, record = part, action = "merged", fields = { piece = record.id } })
  end
  return further
end)

host.example("a piece has two items at least", {
  point = "record.check", action = "merge", draft = { register = "information", title = "三地经验", parts = { "1" } }, expect = { { level = "error", field = "parts" } },
})
host.example("three items merged into one piece credit three units", {
  point = "record.normalize",
  draft = { register = "information", action = "merge", title = "三地经验", parts = { "1", "2", "3" } },
  calls = { records = { { id = "1", unit = "a" }, { id = "2", unit = "b" }, { id = "3", unit = "c" } } },
  expect = { unit = "a", joint = { "b", "c" } },
})

host.example("each item says where it went", {
  point = "action.effect",
  event = { register = "information", action = "merge" },
  record = { id = "9", parts = { "1", "2" } },
  expect = {
    { key = "part-1", record = "1", action = "merged", fields = { piece = "9" } },
    { key = "part-2", record = "2", action = "merged", fields = { piece = "9" } },
  },
})
