-- What should be done of a project by a day, and which light that gives it.

local M = {}

--- Milestones as they are written, a line each, `2024-03-31 30 招标完成`: a list of `{ day, percent, title }` by their days, or
--- nil and the number of the line that can't be read.
function M.milestones(said)
  local list = {}
  for n, line in string.split(said or "", "\n") do
    line = string.match(line, "^%s*(.-)%s*$")
    if line ~= "" then
      local day, percent, title = string.match(line, "^(%d%d%d%d%-%d%d%-%d%d)%s+(%d+)%%?%s*(.*)$")
      if day == nil or tonumber(percent) > 100 then
        return nil, n
      end
      table.insert(list, { day = day, percent = tonumber(percent), title = title })
    end
  end
  table.sort(list, function(a, b)
    return if a.day ~= b.day then a.day < b.day else a.percent < b.percent
  end)
  return list
end

-- Days between two dates, for a share of a term.
local function number(date)
  local year, month, day = string.match(date, "^(%d+)%-(%d+)%-(%d+)$")
  local y, m, d = tonumber(year), tonumber(month), tonumber(day)
  if m < 3 then
    y, m = y - 1, m + 12
  end
  return 365 * y + y // 4 - y // 100 + y // 400 + (153 * (m - 3) + 2) // 5 + d
end

--- Percent that should be done by a day: that of the last milestone whose day has come; without milestones in step with the
--- days from beginning to end.
function M.planned(project, on)
  local milestones = M.milestones(project.milestones)
  if milestones and #milestones > 0 then
    local percent = 0
    for _, one in milestones do
      if one.day <= on then
        percent = math.max(percent, one.percent)
      end
    end
    return percent
  end
  if project.begins == nil or project.ends == nil or on <= project.begins then
    return 0
  end
  if on >= project.ends then
    return 100
  end
  return math.floor((number(on) - number(project.begins)) * 100 / (number(project.ends) - number(project.begins)))
end

--- `green`, `amber` or `red`, by how far a project is behind on a day.
function M.light(project, on)
  local behind = M.planned(project, on) - (project.percent or 0)
  if behind >= host.figure("red_points", on) then
    return "red"
  end
  return if behind >= host.figure("amber_points", on) then "amber" else "green"
end

M.lights = {
  { id = "green", label = { zh = "绿灯", en = "Green" } },
  { id = "amber", label = { zh = "黄灯", en = "Amber" } },
  { id = "red", label = { zh = "红灯", en = "Red" } },
}

--- What a light is called in Chinese.
function M.zh(id)
  for _, light in M.lights do
    if light.id == id then
      return light.label.zh
    end
  end
  return ""
end

return M
