-- From nomination to the post: no vote without the documents, no appointment without enough votes; what a post brings is
-- entered in the directory, from its day to its end.

local numbering = require("std/numbering")
local settings = host.settings

local titles = {
  appoint = function(name, post)
    return `任命{name}为{post}`
  end,
  acting = function(name, post)
    return `决定{name}代理{post}`
  end,
  remove = function(name, post)
    return `免去{name}的{post}职务`
  end,
  resign = function(name, post)
    return `接受{name}辞去{post}职务`
  end,
}

local function name_of(id, on)
  local person = if id then host.person(id, on) else nil
  return if person then person.name or id else id or ""
end

host.on("record.normalize", { register = "appointments" }, function(draft)
  local named = table.clone(draft)
  if draft.person and draft.post and titles[draft.kind] then
    named.title = titles[draft.kind](name_of(draft.person, draft.on), `{draft.office or ""}{draft.post}`)
  end
  if draft.action == "decide" then
    named.from = draft.from or draft.on
  elseif draft.action == "swear" then
    named.sworn = draft.sworn or draft.on
  end
  return named
end)

local documents = { nomination = { zh = "提请文件", en = "the nomination" }, resume = { zh = "简历", en = "the curriculum vitae" }, review = { zh = "考察材料", en = "the review" } }

host.on("action.guard", { register = "appointments", action = "put_to_vote" }, function(_, record)
  local found = {}
  for _, name in settings.documents do
    if record[name] == nil and documents[name] then
      table.insert(found, { field = name, text = { zh = `缺少{documents[name].zh}`, en = `{documents[name].en} is missing` } })
    end
  end
  return found
end)

host.on("action.effect", { register = "appointments", action = "put_to_vote" }, function(event, record)
  return {
    key = `vote-{event.nth}`, register = "votes", action = "draft",
    fields = { title = record.title, kind = "appointment", candidates = { name_of(record.person, event.on) }, places = 1, appointment = record.id },
  }
end)

host.on("action.guard", { register = "appointments", action = "decide" }, function(_, record)
  local votes = host.records({ register = "votes", match = { appointment = record.id }, stage = "closed", limit = 100 })
  local vote = votes[#votes]
  if vote == nil then
    return { zh = "尚无表决结果", en = "There is no vote yet." }
  end
  if #(vote.elected or {}) == 0 then
    local counts = (vote.counts or {})[vote.candidates[1]] or {}
    return { zh = `赞成{counts["for"] or 0}票，未达到{vote.needed or "—"}票`, en = `{counts["for"] or 0} votes are fewer than the {vote.needed or "—"} needed.` }
  end
end)

host.on("record.number", { register = "appointments", action = "decide" }, function(event)
  return numbering.yearly("appointments", "任免", event.on)
end)

-- Whom a decision concerns has other roles from its day on: with the one that the post brings, or until that day.
host.on("action.effect", { register = "appointments", action = "decide" }, function(event, record)
  local role = settings.roles[record.post]
  local person = host.person(record.person, event.on)
  if role == nil or person == nil then
    return nil
  end
  local begins = record.kind == "appoint" or record.kind == "acting"
  local from, roles, there = record.from or event.on, {}, false
  for _, held in person.roles or {} do
    local entry = { role = held.role, unit = held.unit, from = held.from, to = held.to }
    if held.role == role then
      there = true
      if not begins then
        entry.to = host.date.add_days(from, -1)
      end
    end
    table.insert(roles, entry)
  end
  if begins and not there then
    table.insert(roles, { role = role, unit = "*", from = from })
  elseif begins or not there then
    return nil
  end
  return { key = "directory", register = "$directory", record = record.person, action = "person", on = event.on, fields = { roles = roles } }
end)

local function tidied(title, draft, expect)
  draft.register, draft.on, draft.person, draft.post = "appointments", "2023-05-20", "hu", "主任"
  host.example(title, { point = "record.normalize", draft = draft, calls = { person = { id = "hu", name = "胡明" } }, expect = expect })
end

tidied("an appointment is called after what it does", { kind = "appoint", action = "nominate", office = "市财政局" }, { title = "任命胡明为市财政局主任" })
tidied("so is a removal", { kind = "remove", action = "nominate" }, { title = "免去胡明的主任职务" })
tidied("it takes effect on its day", { kind = "acting", action = "decide" }, { from = "2023-05-20", title = "决定胡明代理主任" })
tidied("who is sworn in has a day", { kind = "appoint", action = "swear" }, { sworn = "2023-05-20" })

local function guarded(title, action, record, votes, expect)
  host.example(title, {
    point = "action.guard", event = { register = "appointments", action = action, nth = 1 }, record = record, ctx = { deadlines = {}, totals = {} }, calls = { records = votes }, expect = expect,
  })
end

local file = { name = "a.pdf", hash = "0", size = 1 }
local lacking = {}
for n, name in settings.documents do
  lacking[n] = { field = name }
end
guarded("nobody is voted on without the documents", "put_to_vote", {}, {}, lacking)
guarded("with them the vote goes on", "put_to_vote", { nomination = file, resume = file, review = file }, {}, {})
guarded("without a vote nobody is appointed", "decide", { id = "1" }, {}, { { text = { zh = "尚无表决结果" } } })
guarded("too few votes: the step is refused", "decide", { id = "1" }, {
  { id = "v", register = "votes", stage = "closed", candidates = { "胡明" }, needed = 22, counts = { ["胡明"] = { ["for"] = 21 } } },
}, { { text = { zh = "赞成21票，未达到22票" } } })
guarded("enough votes will do", "decide", { id = "1" }, { { id = "v", register = "votes", stage = "closed", candidates = { "胡明" }, elected = { "胡明" } } }, {})

host.example("who is nominated is voted on by name", {
  point = "action.effect", event = { register = "appointments", action = "put_to_vote", nth = 1, on = "2023-05-20" }, record = { id = "1", title = "任命胡明为主任", person = "hu" },
  calls = { person = { id = "hu", name = "胡明" } },
  expect = { { key = "vote-1", register = "votes", fields = { kind = "appointment", candidates = { "胡明" }, appointment = "1" } } },
})
host.example("a post that brings no role leaves the directory as it is", {
  point = "action.effect", event = { register = "appointments", action = "decide", on = "2023-05-20" }, record = { id = "1", kind = "appoint", person = "hu", post = "无此职务" },
  calls = { person = { id = "hu", name = "胡明" } }, expect = {},
})
host.example("decisions are numbered by the year", {
  point = "record.number", event = { register = "appointments", action = "decide", on = "2023-05-20" }, record = {}, calls = { sequence = 5 }, expect = "任免〔2023〕5号",
})
