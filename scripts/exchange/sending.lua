-- What goes up: the items that were forwarded, as packages that another office takes in.

local names = require("std/names")
local settings = host.settings

-- What the other office needs of an item. Units and people are its own there; their names go with it.
local function entry(item, event)
  local units = {}
  for _, unit in { item.unit, table.unpack(item.joint or {}) } do
    table.insert(units, names.unit(unit, event.on))
  end
  local authors = {}
  for _, author in item.author or {} do
    local person = host.person(author, event.on)
    table.insert(authors, person and person.name or author)
  end
  return {
    key = `item/{item.id}`, register = "information", action = "submit", on = event.on,
    fields = {
      title = item.title, kind = item.kind, body = item.body, urgent = item.urgent,
      units = units, authors = authors, number = item.number,
    },
  }
end

host.on("package.build", { name = "items" }, function(_, parameters)
  local forwarded = host.events({
    register = "information", action = "forward", period = parameters.period, record = parameters.record, limit = 10000,
  })
  local entries, seen = {}, {}
  for _, event in forwarded do
    local item = not seen[event.record] and host.records({ register = "information", id = event.record })[1]
    seen[event.record] = true
    if item then
      table.insert(entries, entry(item, event))
    end
  end
  return entries
end)

-- One item, as soon as it was forwarded; again and again until the other office has it.
host.on("action.after", { register = "information", action = "forward" }, function(event)
  if settings.to == "" or settings.url == "" then
    return
  end
  local package = host.package({ name = "items", to = settings.to, parameters = { record = event.record } })
  if package == nil then
    return
  end
  local answer = host.http({
    method = "POST", url = settings.url, body = package, key = event.id,
    headers = { ["content-type"] = "application/json" },
  })
  if answer.status ~= 200 then
    error({ zh = `对方答复 {answer.status}`, en = `The other office answered {answer.status}: {string.sub(answer.body, 1, 300)}` }, 0)
  end
end)

local forwarded = { { id = "e", seq = 7, register = "information", record = "1", action = "forward", on = "2023-05-06", by = "li", fields = {}, nth = 1 } }
local items = { { id = "1", register = "information", stage = "adopted", number = "2023-0001", title = "照明", kind = "problem", unit = "a", author = { "wang" } } }

host.example("a forwarded item is packed with the names of its units and authors", {
  point = "package.build", name = "items", parameters = { period = "2023-05" }, to = "city",
  calls = {
    events = forwarded, records = items, unit = { id = "a", title = { zh = "甲县" } }, person = { id = "wang", name = "王小芳" },
  },
  expect = { {
    key = "item/1", register = "information", action = "submit", on = "2023-05-06",
    fields = { title = "照明", kind = "problem", units = { "甲县" }, authors = { "王小芳" }, number = "2023-0001" },
  } },
})

host.example("where nothing was forwarded there is nothing to send", {
  point = "package.build", name = "items", parameters = { period = "2023-05" }, to = "city",
  calls = { events = {} }, expect = {},
})

-- By the defaults nothing is sent by itself: `host.package` would have no answer here.
host.example("without a peer nothing goes out by itself", {
  point = "action.after", event = { register = "information", action = "forward", on = "2023-05-06" }, record = { id = "1" },
  expect = host.null,
})
