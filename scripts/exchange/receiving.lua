-- What comes in: the items of another office, submitted here in the name of its unit.

local settings = host.settings

host.register("exchange", {
  extends = "information",
  fields = {
    origin = { type = "text", asked = false, order = 20, label = { zh = "来源", en = "Where it came from" } },
  },
})

local allowed = { submit = true }

-- Names of units and people elsewhere say nothing here: they are kept as text.
local function origin(package, fields)
  local parts = { package.from }
  if #(fields.units or {}) > 0 then
    table.insert(parts, table.concat(fields.units, "、"))
  end
  if #(fields.authors or {}) > 0 then
    table.insert(parts, table.concat(fields.authors, "、"))
  end
  if fields.number then
    table.insert(parts, fields.number)
  end
  return table.concat(parts, " · ")
end

host.on("package.accept", { name = "items" }, function(package)
  local acts = {}
  for _, entry in package.entries do
    -- Whatever a peer sends, items are all that comes in, and only as submitted.
    if entry.register == "information" and allowed[entry.action] then
      local said = entry.fields or {}
      table.insert(acts, {
        key = entry.key, register = "information", action = entry.action,
        fields = {
          title = said.title, kind = said.kind, body = said.body, urgent = said.urgent,
          unit = if settings.unit ~= "" then settings.unit else package.from,
          origin = origin(package, said),
        },
      })
    end
  end
  return acts
end)

local function came(title, entry, expect)
  host.example(title, {
    point = "package.accept",
    package = { id = "p", name = "items", from = "east", made = "2023-05-06", entries = { entry } },
    expect = expect,
  })
end

came("an item is submitted for the unit that sent it", {
  key = "item/1", register = "information", action = "submit", on = "2023-05-06",
  fields = { title = "照明", kind = "problem", units = { "甲镇" }, authors = { "王小芳" }, number = "2023-0001" },
}, { {
  key = "item/1", register = "information", action = "submit",
  fields = { title = "照明", kind = "problem", unit = if settings.unit ~= "" then settings.unit else "east", origin = "east · 甲镇 · 王小芳 · 2023-0001" },
} })

came("nothing else comes in that way", { key = "x", register = "information", action = "adopt", fields = { carrier = "journal" } }, {})
came("into no other register either", { key = "x", register = "$directory", action = "person", fields = {} }, {})
