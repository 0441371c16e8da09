-- An outlet that is an Atom feed (RFC 4287): a file that lists the newest documents, for a web server to
-- give out.

local text = require("lib/text")
local settings = host.settings

local special = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

local function escaped(said)
  -- What XML has no form for is left out.
  local plain = string.gsub(said, "[%z\1-\8\11\12\14-\31]", "")
  return (string.gsub(plain, '[&<>"]', special))
end

local function entry(of)
  local updated = `{of.on}T00:00:00+08:00`
  return table.concat({
    "  <entry>",
    `    <id>urn:registrar:{escaped(of.key)}</id>`,
    `    <title>{escaped(of.title)}</title>`,
    `    <updated>{updated}</updated>`,
    `    <summary>{escaped(of.summary)}</summary>`,
    `    <content type="text">{escaped(of.content)}</content>`,
    "  </entry>",
  }, "\n")
end

local function feed(outlet, entries)
  local title = outlet.title
  local parts = {
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh">',
    `  <id>urn:registrar:outlet:{escaped(outlet.id)}</id>`,
    `  <title>{escaped(if type(title) == "table" then title.zh else title or outlet.id)}</title>`,
    `  <author><name>{escaped(settings.feed_author)}</name></author>`,
    `  <updated>{entries[1].on}T00:00:00+08:00</updated>`,
  }
  if outlet.url then
    table.insert(parts, `  <link rel="self" href="{escaped(outlet.url)}"/>`)
  end
  for _, of in entries do
    table.insert(parts, entry(of))
  end
  table.insert(parts, "</feed>\n")
  return table.concat(parts, "\n")
end

-- The newest first; one that comes a second time takes its own place.
local function with(known, new)
  local entries = { new }
  for _, of in known or {} do
    if of.key ~= new.key and #entries < settings.feed_length then
      table.insert(entries, of)
    end
  end
  table.sort(entries, function(a, b)
    if a.on ~= b.on then
      return a.on > b.on
    end
    return a.key > b.key
  end)
  return entries
end

host.on("outlet.publish", { kind = "feed" }, function(document, outlet)
  local new = {
    key = outlet.key, on = outlet.on, title = document.title, summary = text.first(document), content = text.of(document),
  }
  local entries = host.state.update(`feed/{outlet.id}`, function(known)
    return with(known, new)
  end)
  host.files.write(`{outlet.id}/feed.xml`, feed(outlet, entries))
end)

host.example("a document becomes an entry", {
  point = "outlet.publish",
  document = { title = "通报 <1>", sections = { { blocks = { { kind = "paragraph", text = "甲 & 乙" } } } } },
  outlet = { id = "news", kind = "feed", on = "2023-04-04", key = "e-1" },
  calls = {
    ["state.update"] = {},
    ["files.write"] = true,
  },
  expect = host.null,
})
