-- The sample office, page by page: `import.parse` of the format `sample` answers events as `import-events` takes them.

local directory = require("lib/directory")
local lines = require("lib/lines")
local office = require("lib/office")
local registers = require("lib/registers")
local story = require("lib/story")
local settings = host.settings

local function number(spec, name, otherwise)
  return tonumber(string.match(spec, `%f[%w]{name}=(%d+)`)) or otherwise
end

local function items(of, spec)
  local records = number(spec, "records", 1000)
  local from = number(spec, "from", 1)
  local to = math.min(number(spec, "to", from + settings.page - 1), records)
  if to - from >= settings.page then
    error({ zh = `一页最多 {settings.page} 条`, en = `A page has at most {settings.page} items; ask for fewer.` }, 0)
  end
  local events = {}
  for n = from, to do
    local told = story.events(of, n, records)
    table.move(told, 1, #told, #events + 1, events)
  end
  return events
end

-- What a page may be of.
local parts = { directory = directory.lines, items = items, registers = registers.lines }

host.on("import.parse", { format = "sample" }, function(bytes)
  -- Who asks in process may hand over text as it is.
  local spec = if type(bytes) == "buffer" then buffer.tostring(bytes) else bytes
  local part = string.match(spec, "%f[%w]part=(%l+)") or "items"
  if parts[part] == nil then
    error({ zh = `没有“{part}”这一部分`, en = `There is no part {part}; there are directory, items and registers.` }, 0)
  end
  -- What the province gives is told where there are registers for it.
  local received = string.match(spec, "%f[%w]received=yes") ~= nil
  local rows = {}
  for _, event in parts[part](office.of(number(spec, "seed", settings.seed)), spec) do
    if received or string.sub(event.register, 1, 6) ~= "upper-" then
      local n = #rows + 1
      rows[n] = { line = n, fields = event }
    end
  end
  return rows
end)

host.example("a page past the end is empty", {
  point = "import.parse", format = "sample", bytes = "records=10 from=11 to=20 part=items", expect = {},
})

host.example("a page is not too large", {
  point = "import.parse", format = "sample", bytes = `records=100000 from=1 to={settings.page + 1} part=items`, fails = "at most",
})

host.example("another part is refused", { point = "import.parse", format = "sample", bytes = "part=fees", fails = "part fees" })
