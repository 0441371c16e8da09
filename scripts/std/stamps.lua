-- Stamps on what is answered: each step with its day and who took it, as a small table in a document.

local blocks = require("std/blocks")

local M = {}

--- The steps of a record by its events: `titles` says which actions are stamped, and what they are called. Of an action
--- that was taken several times each is stamped.
function M.steps(events, titles)
  local steps = {}
  for _, event in events do
    if titles[event.action] then
      table.insert(steps, { title = titles[event.action], on = event.on, by = event.by })
    end
  end
  return steps
end

--- One stamp as text: `［已答复 2024年2月20日］`.
function M.text(title, on)
  return `［{title} {blocks.day(on)}］`
end

--- The steps as a table.
function M.table(steps)
  local rows = {}
  for n, step in steps do
    local person = host.person(step.by, step.on)
    rows[n] = { step.title, blocks.day(step.on), if person then person.name or step.by else step.by }
  end
  return {
    kind = "table", rows = rows,
    columns = { blocks.column("环节", 2, "center"), blocks.column("日期", 2.6, "center"), blocks.column("经办", 2, "center") },
  }
end

return M
