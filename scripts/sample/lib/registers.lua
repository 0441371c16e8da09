-- The city's year in the registers beside that of information: deputies and their suggestions, meetings with votes and
-- decisions, projects, supervision, appointments, petitions. It is the same however many items there are.

local history = require("lib/history")
local meetings = require("lib/meetings")
local projects = require("lib/projects")
local suggestions = require("lib/suggestions")
local supervising = require("lib/supervising")

local M = {}

--- The events of a seed, in the order of their days.
function M.lines(of)
  local told = history.new(of.seed)
  suggestions.tell(told)
  meetings.tell(told)
  projects.tell(told)
  supervising.tell(told)
  return told:in_order()
end

return M
