-- A vote before it is held: what is left out is filled in, and what can't be voted on is said.

local kinds = require("lib/kinds")
local numbering = require("std/numbering")
local text = require("std/text")

local function tidied(list)
  local out = {}
  for _, entry in list or {} do
    local said = text.trim(entry)
    if said ~= "" then
      table.insert(out, said)
    end
  end
  return out
end

host.on("record.normalize", { register = "votes", action = { "draft", "amend" } }, function(draft)
  local kind = kinds.kinds[draft.kind]
  if kind == nil then
    return nil
  end
  local vote = table.clone(draft)
  local candidates = tidied(draft.candidates)
  if #candidates == 0 and draft.kind == "motion" and (draft.title or "") ~= "" then
    candidates = { draft.title }
  end
  vote.candidates = if kind.names then host.sort(candidates, "strokes") else candidates
  vote.base = draft.base or kind.base
  if kind.each then
    vote.places = #candidates
  end
  return vote
end)

host.on("record.check", { register = "votes", action = { "draft", "amend", "open" } }, function(draft)
  local kind, candidates = kinds.kinds[draft.kind], draft.candidates or {}
  local found, seen = {}, {}
  local function wrong(field, zh, en)
    table.insert(found, { level = "error", field = field, text = { zh = zh, en = en } })
  end
  if #candidates == 0 then
    wrong("candidates", "请填写候选", "Name the candidates.")
  end
  for _, name in candidates do
    if seen[name] then
      wrong("candidates", `“{name}”写了两次`, `“{name}” is there twice.`)
    end
    seen[name] = true
  end
  if kind and not kind.each then
    if draft.places == nil then
      wrong("places", "请填写名额", "Say how many places there are.")
    elseif draft.places > #candidates then
      wrong("places", `名额{draft.places}多于候选{#candidates}`, `{draft.places} places are more than {#candidates} candidates.`)
    end
  end
  return found
end)

host.on("record.number", { register = "votes" }, function(event)
  return numbering.yearly("votes", "表决", event.on)
end)

local function tidy(title, draft, expect)
  draft.register, draft.action = "votes", "draft"
  host.example(title, { point = "record.normalize", draft = draft, expect = expect })
end

tidy("a motion is its own candidate", { kind = "motion", title = "关于预算的决议" }, { candidates = { "关于预算的决议" }, places = 1, base = "members" })
tidy("people come in the order of their surnames' strokes", { kind = "election", places = 2, candidates = { "魏红", " 丁一", "王芳" } }, {
  candidates = { "丁一", "王芳", "魏红" }, places = 2,
})
tidy("what is no person stays as it was said", { kind = "choice", places = 1, candidates = { "路灯", "公园" } }, { candidates = { "路灯", "公园" } })

local function checked(title, draft, fields)
  draft.register = "votes"
  local expect = {}
  for n, field in fields do
    expect[n] = { level = "error", field = field }
  end
  host.example(title, { point = "record.check", action = "draft", draft = draft, expect = expect })
end

checked("a vote that can be held", { kind = "motion", candidates = { "a" }, places = 1 }, {})
checked("there is something to vote on", { kind = "appointment" }, { "candidates" })
checked("nobody stands twice", { kind = "appointment", candidates = { "王芳", "王芳" } }, { "candidates" })
checked("no more places than candidates", { kind = "choice", candidates = { "a", "b" }, places = 3 }, { "places" })
checked("and it is said how many", { kind = "choice", candidates = { "a", "b" } }, { "places" })

host.example("votes are numbered by the year", {
  point = "record.number", event = { register = "votes", action = "draft", on = "2023-04-20" }, record = {}, calls = { sequence = 7 },
  expect = "表决〔2023〕7号",
})
