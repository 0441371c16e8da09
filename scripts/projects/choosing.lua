-- Candidates are put to the deputies' vote; when no place is to be voted again, those elected in all rounds are the projects.

-- More than a call has.
local all = 1000

local function candidates_of(call)
  return host.records({ register = "projects", match = { call = call.id }, stage = "candidate", limit = all })
end

host.on("action.guard", { register = "project-calls", action = "put_to_vote" }, function(_, call)
  local n, seen = 0, {}
  for _, project in candidates_of(call) do
    if seen[project.title] then
      return { zh = `有两个候选项目都叫“{project.title}”，请改名`, en = `Two candidates are called “{project.title}”; rename one.` }
    end
    seen[project.title] = true
    n += 1
  end
  if n < call.places then
    return { zh = `候选项目{n}个，少于拟定的{call.places}个`, en = `{n} candidates are fewer than the {call.places} to be chosen.` }
  end
end)

host.on("action.effect", { register = "project-calls", action = "put_to_vote" }, function(_, call)
  local titles = {}
  for n, project in candidates_of(call) do
    titles[n] = project.title
  end
  return {
    key = "vote", register = "votes", action = "draft",
    fields = { title = `{call.title}票决`, kind = "choice", candidates = titles, places = call.places, project_call = call.id },
  }
end)

-- Who was elected in which round; and whether anything is still to be voted on.
local function outcome(call)
  local elected, open = {}, false
  for _, vote in host.records({ register = "votes", match = { project_call = call.id }, limit = all }) do
    if vote.stage == "closed" then
      for _, title in vote.elected or {} do
        elected[title] = true
      end
    elseif vote.stage ~= "cancelled" then
      open = true
    end
  end
  return elected, open
end

host.on("action.guard", { register = "project-calls", action = "settle" }, function(_, call)
  local elected, open = outcome(call)
  if open then
    return { zh = "票决尚未结束", en = "A vote on it is still open." }
  end
  if next(elected) == nil then
    return { zh = "没有项目通过票决", en = "No project was elected." }
  end
  for _, vote in host.records({ register = "votes", match = { project_call = call.id }, stage = "closed", limit = all }) do
    if (vote.again or 0) > 0 and #host.records({ register = "votes", match = { previous = vote.id }, limit = 1 }) == 0 then
      return { zh = `{vote.again}个名额须再次票决`, en = `{vote.again} places are to be voted again.` }
    end
  end
end)

host.on("action.effect", { register = "project-calls", action = "settle" }, function(_, call)
  local elected, list = outcome(call), {}
  for _, project in candidates_of(call) do
    table.insert(list, { key = project.id, register = "projects", record = project.id, action = if elected[project.title] then "choose" else "decline" })
  end
  return list
end)

local function guarded(title, action, call, records, expect)
  host.example(title, {
    point = "action.guard", event = { register = "project-calls", action = action, nth = 1 }, record = call, ctx = { deadlines = {}, totals = {} }, calls = { records = records }, expect = expect,
  })
end

local function project(id, title)
  return { id = id, register = "projects", stage = "candidate", title = title, unit = "a", call = "1" }
end

guarded("there are as many candidates as places at least", "put_to_vote", { id = "1", places = 2 }, { project("a", "路灯") }, { { text = { zh = "候选项目1个，少于拟定的2个" } } })
guarded("no two are called alike", "put_to_vote", { id = "1", places = 2 }, { project("a", "路灯"), project("b", "路灯") }, { { text = { zh = "有两个候选项目都叫“路灯”，请改名" } } })
guarded("else they are put to the vote", "put_to_vote", { id = "1", places = 1 }, { project("a", "路灯"), project("b", "公园") }, {})
guarded("nothing is settled while a vote is open", "settle", { id = "1" }, { { id = "v", register = "votes", stage = "open" } }, { { text = { zh = "票决尚未结束" } } })
guarded("nor if nothing was elected", "settle", { id = "1" }, { { id = "v", register = "votes", stage = "closed" } }, { { text = { zh = "没有项目通过票决" } } })
guarded("what was elected can be settled", "settle", { id = "1" }, { { id = "v", register = "votes", stage = "closed", elected = { "路灯" }, again = 0 } }, {})

host.example("the candidates are put to the vote", {
  point = "action.effect", event = { register = "project-calls", action = "put_to_vote" }, record = { id = "1", title = "2024年民生实事", places = 1 },
  calls = { records = { project("a", "路灯"), project("b", "公园") } },
  expect = { { key = "vote", register = "votes", fields = { title = "2024年民生实事票决", kind = "choice", candidates = { "路灯", "公园" }, places = 1, project_call = "1" } } },
})
-- In an example votes and projects are the same records.
host.example("who was elected is chosen", {
  point = "action.effect", event = { register = "project-calls", action = "settle" }, record = { id = "1" },
  calls = { records = { { id = "a", register = "projects", stage = "closed", title = "路灯", elected = { "路灯" } }, { id = "b", register = "projects", stage = "closed", title = "公园" } } },
  expect = { { key = "a", action = "choose", record = "a" }, { key = "b", action = "decline", record = "b" } },
})
