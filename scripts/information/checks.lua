-- What is checked before an item is submitted, adopted or merged; numbers.

local text = require("lib/text")

-- The fewest characters of text an item of a kind has; others have no limit.
local fewest = { research = 300, opinion = 100, problem = 50, voice = 50 }

host.on("record.normalize", { register = "information" }, function(draft)
  local tidy = table.clone(draft)
  if type(draft.title) == "string" then
    tidy.title = text.trim((string.gsub(draft.title, "[\r\n]+", " ")))
  end
  if draft.action == "commission" then
    tidy.kind = "commissioned"
  end
  return tidy
end)

host.on("record.check", { register = "information", action = { "submit", "merge", "commission" } }, function(draft)
  if draft.title == nil or draft.title == "" then
    return { level = "error", field = "title", text = "标题不能为空 · An item needs a title." }
  end
  local findings = {}
  for _, mark in { "。", ".", ";", ";" } do
    if string.sub(draft.title, -#mark) == mark then
      table.insert(findings, { level = "warning", field = "title", text = "标题末尾不用标点 · A title ends without a full stop." })
    end
  end
  return findings
end)

host.on("record.check", { register = "information", action = "submit" }, function(draft)
  local limit = fewest[draft.kind]
  local length = if draft.body then utf8.len(draft.body) else 0
  if limit and length < limit then
    return {
      level = "error", field = "body",
      text = `正文不足 {limit} 字（现 {length} 字） · The text has {length} characters; this kind needs {limit}.`,
    }
  end
end)

host.on("record.check", { register = "information", action = "adopt" }, function(draft)
  local form = draft.form or {}
  if form.carrier == nil and form.level == nil then
    return { level = "error", field = "carrier", text = "请填写载体或层级 · Say in which carrier, or at which level." }
  end
end)

host.on("record.number", { register = "information", action = { "submit", "merge" } }, function(event)
  local year = string.sub(event.on, 1, 4)
  return string.format("%s-%04d", year, host.sequence("information-" .. year))
end)

host.example("an untitled item is refused", {
  point = "record.check", action = "submit",
  draft = { register = "information", kind = "dynamic" },
  expect = { { level = "error", field = "title" } },
})

host.example("a short piece of research is refused", {
  point = "record.check", action = "submit",
  draft = { register = "information", title = "养老服务调研", kind = "research", body = "太短" },
  expect = { { level = "error", field = "body" } },
})

host.example("a full stop is warned of", {
  point = "record.check", action = "submit",
  draft = { register = "information", title = "代表进社区。", kind = "dynamic" },
  expect = { { level = "warning", field = "title" } },
})

host.example("an adoption says where", {
  point = "record.check", action = "adopt",
  draft = { register = "information", title = "代表进社区", form = { issue = 3 } },
  expect = { { level = "error", field = "carrier" } },
})

host.example("titles are trimmed", {
  point = "record.normalize",
  draft = { register = "information", action = "submit", title = "　代表进社区 " },
  expect = { title = "代表进社区" },
})

host.example("a character that shares bytes with a wide space stays whole", {
  point = "record.normalize",
  draft = { register = "information", action = "submit", title = "统一　" },
  expect = { title = "统一" },
})

host.example("a commissioned item is of that kind", {
  point = "record.normalize",
  draft = { register = "information", action = "commission", title = "约稿" },
  expect = { kind = "commissioned" },
})

host.example("numbers run by year", {
  point = "record.number",
  event = { register = "information", action = "submit", on = "2023-02-14" },
  record = {}, calls = { sequence = 7 },
  expect = "2023-0007",
})
