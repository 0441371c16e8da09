-- What is open, on the home page: those of one's own units, or all for who assigns them.

local roles = require("std/roles")
local settings = host.settings

-- Lines of the panel; the register has the rest.
local most = 8

host.on("panel.show", { place = "home" }, function(_, person)
  if not roles.holds(person, table.unpack(settings.clerks)) and not roles.holds(person, table.unpack(settings.officers)) then
    return nil
  end
  local open = table.clone(host.records({ register = "tasks", stage = "assigned", limit = 1000 }))
  if #open == 0 then
    return nil
  end
  local today, late, rows = host.now().on, false, {}
  table.sort(open, function(a, b)
    local first, second = a.due or "9999", b.due or "9999"
    return if first ~= second then first < second else a.id < b.id
  end)
  for n, task in open do
    late = late or (task.due ~= nil and task.due < today)
    if n <= most then
      rows[n] = { zh = `{task.title}{if task.due then `，{task.due} 前` else ""}`, en = `{task.title}{if task.due then `, by {task.due}` else ""}` }
    end
  end
  return {
    id = "tasks", title = { zh = `未完成的任务（{#open}）`, en = `Open tasks ({#open})` }, kind = "list", rows = rows, link = "tasks", order = 20,
    level = if late then "warning" else "notice",
  }
end)

local function home(title, records, expect)
  host.example(title, {
    point = "panel.show", place = "home", person = { id = "li", roles = { { role = settings.clerks[1] or "editor" } } },
    calls = { records = records, now = { on = "2023-06-01", at = "2023-06-01T09:00:00+08:00" } }, expect = expect,
  })
end

home("open tasks, the first due first", {
  { id = "2", register = "tasks", stage = "assigned", title = "报告", unit = "a" }, { id = "1", register = "tasks", stage = "assigned", title = "修路", unit = "a", due = "2023-05-31" },
}, { { rows = { { zh = "修路，2023-05-31 前" }, { zh = "报告" } }, level = "warning" } })
home("where there is none there is no panel", {}, {})
