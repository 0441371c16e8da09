-- What was opened stays as it was opened, and what was counted as it was counted: an action changes what is its own and
-- nothing else of the vote, whoever sends what.

-- What each action may set; of what it may not, what is sent is refused.
local own = {
  open = { "members", "present", "issued" },
  count_first = { "returned", "first", "first_by" },
  count_second = { "ballots", "second_by" },
  recount = { "returned", "first", "first_by", "second_by", "ballots" },
  close = { "elected", "revote", "failed", "again", "vacant", "void", "blank", "needed", "counts" },
  revote = {},
  cancel = {},
}

local kept = {
  "title", "kind", "secret", "candidates", "places", "majority", "base", "round", "previous", "members", "present", "issued", "returned", "first", "first_by", "second_by",
  "ballots", "elected", "revote", "failed", "again", "vacant", "void", "blank", "needed", "counts",
}

local actions = {}
for action in own do
  table.insert(actions, action)
end
table.sort(actions)

host.on("action.guard", { register = "votes", action = actions }, function(event)
  local found = {}
  for _, name in kept do
    if event.fields[name] ~= nil and not table.find(own[event.action], name) then
      table.insert(found, { field = name, text = { zh = "这一步不能修改此项", en = "This step does not change it." } })
    end
  end
  return found
end)

local function guarded(title, action, fields, expect)
  host.example(title, {
    point = "action.guard", event = { register = "votes", action = action, nth = 1, fields = fields }, record = { again = 1 }, ctx = { deadlines = {}, totals = {} }, expect = expect,
  })
end

guarded("what was counted is declared as it was counted", "close", { ballots = "3x 1+", needed = 2 }, { { field = "ballots" } })
guarded("nor are candidates exchanged on the way", "recount", { candidates = { "另一决议" } }, { { field = "candidates" } })
guarded("a step that sets what is its own", "count_first", { returned = 3, first = {} }, {})
