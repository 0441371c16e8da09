-- An award is filled in from its item, and marks it.

local begins = { "propose", "grant" }

local function item_of(id)
  return host.records({ register = "information", id = id })[1]
end

host.on("record.normalize", { register = "honours", action = begins }, function(draft)
  local item = draft.item and item_of(draft.item)
  if not item then
    return nil
  end
  local filled = table.clone(draft)
  filled.unit = draft.unit or item.unit
  if #(draft.authors or {}) == 0 then
    filled.authors = item.author
  end
  return filled
end)

host.on("record.check", { register = "honours", action = begins }, function(draft)
  if draft.item == nil and #(draft.authors or {}) == 0 then
    return { level = "error", field = "item", text = { zh = "请选择获奖信息或获奖人", en = "Choose the item, or the people." } }
  end
end)

-- The item's whole list, since an event sets a field and does not add to it.
host.on("action.effect", { register = "honours", action = { "grant", "withdraw" } }, function(event, record)
  local item = record.item and item_of(record.item)
  if not item then
    return nil
  end
  local now = {}
  for _, id in item.honours or {} do
    if id ~= record.id then
      table.insert(now, id)
    end
  end
  if event.action == "grant" then
    table.insert(now, record.id)
  elseif #now == #(item.honours or {}) then
    return nil
  end
  return { key = "honoured", register = "information", record = item.id, action = "honoured", fields = { now = now } }
end)

local item = { id = "2023-0007", unit = "a", author = { "wang", "li" }, honours = { "h-1" } }

host.example("unit and authors are the item's", {
  point = "record.normalize",
  draft = { register = "honours", action = "grant", title = "好信息", item = item.id },
  calls = { records = { item } },
  expect = { unit = "a", authors = { "wang", "li" } },
})

host.example("unless others are named", {
  point = "record.normalize",
  draft = { register = "honours", action = "propose", title = "好信息", item = item.id, authors = { "li" } },
  calls = { records = { item } },
  expect = { authors = { "li" } },
})

local function refused(title, draft)
  draft.register = "honours"
  host.example(title, {
    point = "record.check", action = "grant", draft = draft, calls = { records = {} },
    expect = { { level = "error", field = "item" } },
  })
end

refused("an award of nothing and nobody", { title = "好信息" })

local function marks(title, action, id, expect)
  host.example(title, {
    point = "action.effect", event = { register = "honours", action = action },
    record = { id = id, item = item.id }, calls = { records = { item } }, expect = expect,
  })
end

marks("an award is added to the item's", "grant", "h-2", {
  { record = item.id, action = "honoured", fields = { now = { "h-1", "h-2" } } },
})
marks("one that is withdrawn goes", "withdraw", "h-1", { { action = "honoured", fields = { now = {} } } })
marks("one that was never recorded leaves the item alone", "withdraw", "h-3", {})
