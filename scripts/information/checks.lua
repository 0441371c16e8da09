-- What is checked before an item is submitted, adopted or merged; numbers.

local roles = require("lib/roles")
local text = require("lib/text")

-- The fewest characters of text an item of a kind has; others have no limit.
local fewest = { research = 300, opinion = 100, problem = 50, voice = 50 }

host.on("record.normalize", { register = "information" }, function(draft)
  local tidy = table.clone(draft)
  if type(draft.title) == "string" then
    tidy.title = text.trim((string.gsub(draft.title, "[\r\n]+", " ")))
  end
  -- That an item was commissioned stays, whatever kind it turns out to be.
  if draft.action == "commission" then
    tidy.kind, tidy.commissioned = "commissioned", true
  end
  return tidy
end)

host.on("record.check", { register = "information", action = { "submit", "merge", "commission" } }, function(draft)
  if draft.title == nil or draft.title == "" then
    return { level = "error", field = "title", text = { zh = "标题不能为空", en = "An item needs a title." } }
  end
  local findings = {}
  for _, mark in { "。", ".", "；", ";" } do
    if string.sub(draft.title, -#mark) == mark then
      table.insert(findings, { level = "warning", field = "title", text = { zh = "标题末尾不用标点", en = "A title ends without a full stop." } })
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
      text = { zh = `正文不足 {limit} 字（现 {length} 字）`, en = `The text has {length} characters; this kind needs {limit}.` },
    }
  end
end)

-- A reporter can't make an item a commissioned one: only who commissions it does.
host.on("record.check", { register = "information", action = "submit" }, function(draft)
  if draft.commissioned and (draft.stage == nil or draft.stage == "draft") then
    -- A table of what was commissioned is brought in by an editor.
    local person = draft.by and draft.on and host.person(draft.by, draft.on)
    if draft.by == "operator" or person and roles.holds(person, "editor") then
      return nil
    end
    return {
      level = "error", field = "commissioned",
      text = { zh = "约稿须由编辑发起，不能自行填报", en = "An item is commissioned by an editor, not by who submits it." },
    }
  end
end)

-- What was written for the press is no item of information.
host.on("record.check", { register = "information", action = { "submit", "adopt" } }, function(draft)
  local opening = string.match(draft.body or "", "^[^\r\n]*") or ""
  for _, word in host.settings.press_words do
    if string.find(draft.title or "", word, 1, true) or string.find(opening, word, 1, true) then
      return {
        level = "warning", field = "body",
        text = { zh = `含“{word}”，像是宣传稿件；信息应写情况、问题和建议`, en = `“{word}”: this reads like a press text; an item says what is so, what is wrong and what to do.` },
      }
    end
  end
end)

host.on("record.check", { register = "information", action = "adopt" }, function(draft)
  local form = draft.form or {}
  if form.carrier == nil and form.level == nil then
    return { level = "error", field = "carrier", text = { zh = "请填写载体或层级", en = "Say in which carrier, or at which level." } }
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
  expect = { kind = "commissioned", commissioned = true },
})

local function submitted(title, draft, expect, role)
  draft.register, draft.title, draft.on = "information", draft.title or "养老助餐", "2023-05-08"
  host.example(title, {
    point = "record.check", action = draft.action or "submit", draft = draft, expect = expect,
    calls = { person = { id = "li", roles = { { role = role or "reporter" } } } },
  })
end

submitted("nobody commissions an item of their own", { kind = "dynamic", commissioned = true, by = "wang" }, { { level = "error", field = "commissioned" } }, "reporter")
submitted("an editor brings in what was", { kind = "dynamic", commissioned = true, by = "li" }, {}, "editor")
submitted("what an editor commissioned is submitted", { kind = "dynamic", commissioned = true, stage = "commissioned" }, {})
local press = host.settings.press_words[1]
if press then
  submitted("a press text is warned of", { kind = "dynamic", body = `{press} 昨日召开会议` }, { { level = "warning", field = "body" } })
  submitted("a word further down is none", { kind = "dynamic", body = `昨日召开会议。\n{press}` }, {})
end

host.example("numbers run by year", {
  point = "record.number",
  event = { register = "information", action = "submit", on = "2023-02-14" },
  record = {}, calls = { sequence = 7 },
  expect = "2023-0007",
})
