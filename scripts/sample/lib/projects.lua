-- Twelve candidates for ten livelihood projects: the tenth place is tied and voted on again; progress by plan through the year.

local history = require("lib/history")
local meetings = require("lib/meetings")
local office = require("lib/office")
local year = require("lib/year")

local M = {}

local titles = {
  "农村公路安防提升", "社区食堂建设", "老旧小区改造", "中小学午餐工程", "城区停车场扩容", "饮用水水源保护", "公交站台更新", "乡镇卫生院改造", "口袋公园建设", "路灯节能改造",
  "农贸市场升级", "全民健身步道",
}

-- Of each chosen project what it is ahead of its plan, or behind, in the end.
local ahead = { 0, 3, -8, 5, -2, 0, -25, 4, 1, -6 }

local function for_of(list, votes)
  local counts = {}
  for n, title in list do
    counts[title] = { ["for"] = votes[n], against = 0, abstain = 42 - votes[n] }
  end
  return counts
end

local function voted(told, day)
  local first, tied = table.move(titles, 1, 9, 1, {}), { titles[10], titles[11] }
  local eight = "1+ 2+ 3+ 4+ 5+ 6+ 7+ 8+"
  local vote = { number = "表决〔2023〕7号", title = "2023年民生实事项目票决", kind = "choice", candidates = titles, places = 10, project_call = "2023-c1" }
  meetings.vote(told, "2023-v07", day, vote, `17x {eight} 9+ 10+\n17x {eight} 9+ 11+\n8x {eight} 10+ 11+`, {
    elected = first, revote = tied, failed = { titles[12] }, needed = 23, vacant = 0, again = 1, void = 0, blank = 0,
    counts = for_of(titles, { 42, 42, 42, 42, 42, 42, 42, 42, 34, 25, 25, 0 }),
  })
  told:edited("votes", "2023-v07", "revote", day)
  local again = { number = "表决〔2023〕8号", title = "2023年民生实事项目票决", kind = "choice", candidates = tied, places = 1, round = 2, previous = "2023-v07", project_call = "2023-c1" }
  meetings.vote(told, "2023-v08", day, again, "18x 2+\n24x 1+", {
    elected = { titles[10] }, failed = { titles[11] }, needed = 23, vacant = 0, again = 0, void = 0, blank = 0, counts = for_of(tied, { 24, 18 }),
  })
end

local lights = { "green", "amber", "red" }

local function light(behind)
  return lights[if behind >= 20 then 3 elseif behind >= 5 then 2 else 1]
end

-- From a day on, in step with the days until the year's end, a report a month.
local function carried_out(told, n, id, unit, day)
  local by = history.reporter(unit)
  local last = year.days
  told:add("projects", id, "start", day, by, { from = year.date(day), to = year.date(last), light = "green" })
  local month = 1
  for at = day + 28, last, 29 do
    local planned = (at - day) * 100 // (last - day)
    local done = math.clamp(planned + ahead[n] * month // 10, 0, 100)
    told:add("projects", id, "progress", at, by, { done = done, paid = done * (200 + 40 * n) // 100, said = "按计划推进。", light = light(planned - done) })
    month += 1
  end
end

--- Notes all of them.
function M.tell(told)
  local opened, day = year.day("01-09"), year.day("02-22")
  told:edited("project-calls", "2023-c1", "open", opened, { title = "2023年民生实事项目", places = 10, until_day = "2023-02-10" })
  for n, title in titles do
    local id, unit = string.format("2023-j%02d", n), office.units[n].id
    told:add("projects", id, "propose", year.office_day(opened + 2 * n), history.reporter(unit), { title = title, call = "2023-c1", unit = unit, budget = 200 + 40 * n })
    told:edited("projects", id, "shortlist", year.day("02-14"))
  end
  told:edited("project-calls", "2023-c1", "put_to_vote", day)
  voted(told, day)
  told:edited("project-calls", "2023-c1", "settle", day)
  for n in titles do
    local id, unit = string.format("2023-j%02d", n), office.units[n].id
    told:edited("projects", id, if n <= 10 then "choose" else "decline", day)
    if n <= 10 then
      carried_out(told, n, id, unit, day + 12)
    end
  end
end

return M
