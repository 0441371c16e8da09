-- An instruction's course by its events: when it was assigned, when an answer was due, when it came.

local M = {}

-- More than an office has, so that none is left out.
local all = 10000

--- How many working days a unit has, by what began its term.
M.days = { assign = host.settings.reply_days, back = host.settings.redo_days }

local function begin(course, event)
  course.due = host.date.add_working_days(event.on, M.days[event.action])
  course.answered = nil
end

local takes = {
  assign = function(course, event)
    course.assigned = course.assigned or event.on
    begin(course, event)
  end,
  back = begin,
  reply = function(course, event)
    course.answered = event.on
  end,
  -- What was missed stays due on that day, whatever the settings say by now.
  overdue = function(course, event)
    if event.fields.deadline == "reply" then
      course.due = event.on
    end
  end,
}

local function earlier(a, b)
  if a.on ~= b.on then
    return a.on < b.on
  end
  return a.seq < b.seq
end

--- By record: { assigned, due, answered }; of those assigned in a period, or of one record.
function M.of(period, record)
  local events = {}
  for _, action in { "assign", "back", "reply", "overdue" } do
    local found = host.events({
      register = "instructions", action = action, record = record, limit = all,
      -- What came of it may have come later.
      period = if action == "assign" then period else nil,
    })
    table.move(found, 1, #found, #events + 1, events)
  end
  table.sort(events, earlier)
  local courses = {}
  for _, event in events do
    if event.action == "assign" then
      courses[event.record] = courses[event.record] or {}
    end
    local course = courses[event.record]
    if course then
      takes[event.action](course, event)
    end
  end
  return courses
end

--- How many working days an answer came late, or is late by a day; 0 if it is in time.
function M.late(course, on)
  return math.max(0, host.date.working_days_between(course.due, course.answered or on))
end

return M
