-- Who gave an instruction, and at which level: both as of the day of the instruction, so that it still
-- names its leader when another one holds the office.

local roles = require("std/roles")
local settings = host.settings

-- The leader of that day who is meant, by id or name; without either, the one who acts. Namesakes are nobody.
local function meant(said, draft)
  local wanted = if (said.leader or "") == "" then draft.by else said.leader
  local found
  for _, person in host.people({ on = draft.on, role = settings.leader_role }) do
    if person.id == wanted or person.name == wanted then
      if found then
        return nil
      end
      found = person
    end
  end
  return found
end

-- The leader and the level filled in; nil where the directory has nothing to add, as for leaders of elsewhere.
local function named(said, draft)
  local leader = if draft.on then meant(said, draft) else nil
  if leader == nil then
    return nil
  end
  local filled = table.clone(said)
  filled.leader = leader.name or leader.id
  local level = host.table(settings.levels_table, leader.id, draft.on)
  if type(level) == "string" then
    filled.level = level
  end
  return filled
end

host.on("record.normalize", { register = "information", action = "instruct" }, function(draft)
  local form = named(draft.form or {}, draft)
  if form == nil then
    return nil
  end
  local filled = table.clone(draft)
  filled.form = form
  return filled
end)

host.on("record.normalize", { register = "instructions", action = "assign" }, function(draft)
  return named(draft, draft)
end)

local function no_leader(name, on)
  for _, person in host.people({ on = on }) do
    if person.name == name then
      return not roles.holds(person, settings.leader_role)
    end
  end
  return false
end

host.on("record.check", { register = { "information", "instructions" }, action = { "instruct", "assign" } }, function(draft)
  local leader = if draft.register == "information" then (draft.form or {}).leader else draft.leader
  if leader and leader ~= "" and draft.on and no_leader(leader, draft.on) then
    return {
      level = "warning", field = "leader",
      text = { zh = `{leader} 在 {draft.on} 不任领导职务`, en = `{leader} held no leader's office on {draft.on}.` },
    }
  end
end)

local role = settings.leader_role
local chen = { id = "chen", name = "陈主任", roles = { { role = role } } }
local sun = { id = "sun", name = "孙丽", roles = {} }

local function instructs(title, by, form, calls, expect)
  host.example(title, {
    point = "record.normalize",
    draft = { register = "information", action = "instruct", on = "2023-04-20", by = by, title = "照明", form = form },
    calls = calls, expect = { form = expect },
  })
end

local here = { people = { chen }, table = "province" }
instructs("who acts and leads is named, at the level of that day", "chen", {}, here, { leader = "陈主任", level = "province" })
instructs("who is named by an editor as well", "li", { leader = "chen", level = "city" }, here, { leader = "陈主任", level = "province" })
instructs("where no table is kept the level is as entered", "li", { leader = "陈主任", level = "city" }, { people = { chen }, table = host.null }, {
  leader = "陈主任", level = "city",
})
instructs("a leader of elsewhere is as entered", "li", { leader = "省领导", level = "state" }, here, { leader = "省领导", level = "state" })

local function checked(title, leader, expect)
  host.example(title, {
    point = "record.check", action = "instruct",
    draft = { register = "information", action = "instruct", on = "2023-05-04", title = "照明", form = { leader = leader } },
    calls = { people = { chen, sun } }, expect = expect,
  })
end

checked("who holds the office on that day may be named", "陈主任", {})
checked("who does not is warned of", "孙丽", { { level = "warning", field = "leader" } })
checked("of those whom the directory does not know nothing is said", "省领导", {})
